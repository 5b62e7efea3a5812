//! The answers that count as a right refusal, shared by families.
//!
//! Independent servers use different vocabularies for the same refusal; where the clause does not
//! fix status and code, a set is accepted. Anything else that refuses is graded as a wrong answer.

use atproof_engine::model::{Alternative, Refusal};

/// A malformed request to PAR (RFC 9126, section 2.3; RFC 6749, section 5.2).
pub(crate) const REQUEST: &[Refusal] = &[
    Refusal::new(400, "invalid_request"),
    Refusal::new(400, "invalid_client_metadata"),
    Refusal::new(400, "invalid_redirect_uri"),
    Refusal::new(400, "invalid_scope"),
    Refusal::new(400, "unsupported_response_type"),
    Refusal::new(401, "invalid_request"),
];

/// A client that is not known or not allowed (RFC 6749, section 5.2).
pub(crate) const CLIENT: &[Refusal] = &[
    Refusal::new(400, "invalid_client"),
    Refusal::new(401, "invalid_client"),
    Refusal::new(400, "unauthorized_client"),
    Refusal::new(401, "unauthorized_client"),
];

/// A client that failed to authenticate, or an assertion that is malformed (RFC 6749, section 5.2;
/// RFC 7521, section 4.2.1).
pub(crate) const CLIENT_AUTH: &[Refusal] = &[
    Refusal::new(400, "invalid_client"),
    Refusal::new(401, "invalid_client"),
    Refusal::new(400, "invalid_request"),
    Refusal::new(401, "invalid_request"),
    Refusal::new(400, "unauthorized_client"),
    Refusal::new(401, "unauthorized_client"),
    Refusal::new(400, "invalid_grant"),
];

/// What a failed client authentication is called (RFC 7521, section 4.2.1); the status is not
/// examined with it.
pub(crate) const INVALID_CLIENT: &[Refusal] =
    &[Refusal::new(400, "invalid_client"), Refusal::new(401, "invalid_client")];

/// Client metadata that cannot be had or is not as it has to be (RFC 7591, section 3.2.2, whose
/// codes servers use for documents as well).
pub(crate) const METADATA: &[Refusal] = &[
    Refusal::new(400, "invalid_client_metadata"),
    Refusal::new(400, "invalid_redirect_uri"),
    Refusal::new(400, "invalid_client"),
    Refusal::new(401, "invalid_client"),
    Refusal::new(400, "invalid_client_id"),
    Refusal::new(400, "invalid_request"),
    Refusal::new(400, "invalid_scope"),
    Refusal::new(400, "unauthorized_client"),
    Refusal::new(401, "unauthorized_client"),
    Refusal::new(403, "unauthorized_client"),
];

/// A scope that is not acceptable (RFC 6749, section 5.2).
pub(crate) const SCOPE: &[Refusal] =
    &[Refusal::new(400, "invalid_scope"), Refusal::new(400, "invalid_client_metadata")];

/// A proof that does not hold, at the authorization server (RFC 9449, section 5). A demand for a
/// nonce counts: the engine has met it once with the same fault.
pub(crate) const PROOF: &[Refusal] = &[
    Refusal::new(400, "invalid_dpop_proof"),
    Refusal::new(400, "invalid_request"),
    Refusal::new(400, "invalid_token"),
    Refusal::new(400, "invalid_client"),
    Refusal::new(400, "use_dpop_nonce"),
    Refusal::new(401, "invalid_dpop_proof"),
    Refusal::new(401, "invalid_request"),
    Refusal::new(401, "invalid_token"),
    Refusal::new(401, "invalid_client"),
    Refusal::new(401, "use_dpop_nonce"),
];

/// A method that is not offered.
pub(crate) const METHOD: &[Refusal] =
    &[Refusal::status(400), Refusal::status(404), Refusal::status(405)];

/// A code or refresh token that is not good for this request, or a token request that is malformed
/// (RFC 6749, section 5.2).
pub(crate) const GRANT: &[Refusal] = &[
    Refusal::new(400, "invalid_grant"),
    Refusal::new(400, "invalid_request"),
    Refusal::new(401, "invalid_grant"),
    Refusal::new(401, "invalid_client"),
];

/// A demand for a nonce by the authorization server (RFC 9449, section 8).
pub(crate) const NONCE: &[Refusal] = &[Refusal::new(400, "use_dpop_nonce")];

/// A demand for a nonce by a resource (RFC 9449, section 9).
pub(crate) const RESOURCE_NONCE: &[Refusal] = &[Refusal::new(401, "use_dpop_nonce")];

/// Credentials that do not hold, at a resource (RFC 9449, section 7.1). A demand for a nonce has
/// the same status.
pub(crate) const RESOURCE: &[Refusal] = &[Refusal::status(401)];

/// A redirect URI that the client does not declare (RFC 9126, section 2.3; RFC 6749, section 5.2).
pub(crate) const REDIRECT_URI: &[Refusal] = &[
    Refusal::new(400, "invalid_grant"),
    Refusal::new(401, "invalid_redirect_uri"),
    Refusal::new(401, "invalid_grant"),
];

/// What a server may do with something that the texts leave open.
pub(crate) const EITHER: &[Alternative] = &[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative {
        name: "refused",
        is: |answer| (400..500).contains(&answer.status) && answer.status != 429,
    },
    Alternative { name: "a server error", is: |answer| answer.status >= 500 },
];
