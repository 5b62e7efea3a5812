//! Why a request is refused.

use std::borrow::Cow;

/// A refusal: status, error code and a sentence for the developer of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: &'static str,
    pub(super) description: Cow<'static, str>,
    pub(super) cause: Cause,
}

/// What a refusal is about, where the answer depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The request is wrong.
    Request,
    /// The proof has no nonce.
    NonceMissing,
    /// The proof has a nonce that is not, or no longer, good.
    NonceUnknown,
    /// There are no credentials at all.
    NoCredentials,
    /// The `Authorization` field of a client holds wrong ones.
    WrongCredentials,
}

impl Refusal {
    pub(super) fn new(
        status: u16,
        error: &'static str,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, error, description: description.into(), cause: Cause::Request }
    }

    pub(super) fn invalid_request(description: &'static str) -> Self {
        Self::new(400, "invalid_request", description)
    }

    pub(super) fn invalid_client(description: &'static str) -> Self {
        Self::new(400, "invalid_client", description)
    }

    pub(super) fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "invalid_grant", description)
    }

    pub(super) fn invalid_scope(description: &'static str) -> Self {
        Self::new(400, "invalid_scope", description)
    }

    /// A wrong DPoP proof (RFC 9449, section 5). The PDS answers it with 401.
    pub(super) fn invalid_proof(description: &'static str) -> Self {
        Self::new(400, "invalid_dpop_proof", description)
    }

    /// A wrong access token (RFC 6750, section 3.1).
    pub(super) fn invalid_token(description: &'static str) -> Self {
        Self::new(401, "invalid_token", description)
    }

    /// The demand for a nonce (RFC 9449, sections 8 and 9).
    pub(super) fn nonce_demand(cause: Cause) -> Self {
        let description = "the DPoP proof needs a current nonce";
        Self { cause, ..Self::new(400, "use_dpop_nonce", description) }
    }

    /// A request without credentials (RFC 6750, section 3.1).
    pub(super) fn no_credentials() -> Self {
        let refusal = Self::new(401, "invalid_token", "the resource needs an access token");
        Self { cause: Cause::NoCredentials, ..refusal }
    }

    /// Wrong credentials in the `Authorization` field of a client (RFC 6749, section 5.2).
    pub(super) fn wrong_credentials() -> Self {
        let refusal = Self::new(401, "invalid_client", "the client has no secret");
        Self { cause: Cause::WrongCredentials, ..refusal }
    }

    /// A method that is not served here.
    pub(super) fn method_not_allowed() -> Self {
        Self::new(405, "invalid_request", "the method is not allowed here")
    }

    /// Whether this is a demand for a nonce.
    pub(super) fn is_nonce_demand(&self) -> bool {
        matches!(self.cause, Cause::NonceMissing | Cause::NonceUnknown)
    }
}
