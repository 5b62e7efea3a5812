//! What the authorization server metadata says that the server can do.
//!
//! # What it does
//!
//! Fetches the metadata and looks at its lists and flags: response and grant types, PKCE methods,
//! client authentication, algorithms, scopes, and the flags for `iss`, pushed requests and client
//! metadata documents.
//!
//! # Why it matters
//!
//! A client decides from these members whether it can use the server at all. What is missing keeps
//! clients out; what is offered although the profile forbids it invites them to be insecure.
//!
//! # What a conforming peer does
//!
//! Lists at least what the profile makes mandatory (`code`, both grant types, `S256`, `none` and
//! `private_key_jwt`, `ES256`, `atproto`), sets the three flags to `true`, and offers neither
//! `plain` nor an algorithm without a private key.
//!
//! # How to fix
//!
//! Add or remove the value in the list that the case names. A flag is a JSON boolean: `"true"` in
//! quotes is a string and counts as absent.
//!
//! # References
//!
//! RFC 8414, section 2; RFC 9126, section 5; RFC 9207, section 3; RFC 9449, section 5.1; RFC 9700,
//! section 2.1; client id metadata documents, section 5; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Role, Script, Tier, Transcript};
use serde_json::Value;

use super::{metadata, play};
use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.capabilities",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("capabilities.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const RESPONSE_TYPES: &str = "response_types_supported";
const GRANT_TYPES: &str = "grant_types_supported";
const CHALLENGE_METHODS: &str = "code_challenge_methods_supported";
const AUTH_METHODS: &str = "token_endpoint_auth_methods_supported";
const AUTH_ALGS: &str = "token_endpoint_auth_signing_alg_values_supported";
const DPOP_ALGS: &str = "dpop_signing_alg_values_supported";
const SCOPES: &str = "scopes_supported";
const ISS_FLAG: &str = "authorization_response_iss_parameter_supported";
const PAR_FLAG: &str = "require_pushed_authorization_requests";
const REGISTRATION_FLAG: &str = "require_request_uri_registration";
const DOCUMENT_FLAG: &str = "client_id_metadata_document_supported";

const CASES: &[Case] = &[
    row(
        "server.as-metadata.response-type-code-missing",
        "The response type code is not listed",
        "ATP-ASM-011",
        &["RFC8414-2-03"],
        &["as.metadata.no-response-type-code"],
        |transcript| metadata(transcript).lists(RESPONSE_TYPES, "code"),
    ),
    row(
        "server.as-metadata.grant-refresh-token-missing",
        "The refresh token grant is not listed",
        "ATP-ASM-012",
        &[],
        &["as.metadata.no-grant-refresh-token"],
        |transcript| metadata(transcript).lists(GRANT_TYPES, "refresh_token"),
    ),
    row(
        "server.as-metadata.grant-authorization-code-missing",
        "The authorization code grant is not listed",
        "ATP-ASM-012",
        &[],
        &["as.metadata.no-grant-authorization-code"],
        |transcript| metadata(transcript).lists(GRANT_TYPES, "authorization_code"),
    ),
    row(
        "server.as-metadata.pkce-s256-missing",
        "The PKCE method S256 is not listed",
        "ATP-ASM-013",
        &["RFC9700-2.1.1-05"],
        &["as.metadata.no-s256"],
        |transcript| metadata(transcript).lists(CHALLENGE_METHODS, "S256"),
    ),
    row(
        "server.as-metadata.pkce-plain-offered",
        "The PKCE method plain is listed",
        "ATP-ASM-014",
        &[],
        &["as.metadata.plain-offered"],
        |transcript| {
            let codes = ["as-metadata.challenge-method-plain"];
            metadata(transcript).free_of(CHALLENGE_METHODS, &codes, "`plain` is not listed")
        },
    ),
    row(
        "server.as-metadata.auth-method-none-missing",
        "Public clients (authentication method none) are not listed",
        "ATP-ASM-015",
        &[],
        &["as.metadata.no-auth-method-none"],
        |transcript| metadata(transcript).lists(AUTH_METHODS, "none"),
    ),
    row(
        "server.as-metadata.auth-method-private-key-jwt-missing",
        "The authentication method private_key_jwt is not listed",
        "ATP-ASM-015",
        &[],
        &["as.metadata.no-auth-method-private-key-jwt"],
        |transcript| metadata(transcript).lists(AUTH_METHODS, "private_key_jwt"),
    ),
    row(
        "server.as-metadata.auth-alg-es256-missing",
        "ES256 is not listed for client authentication",
        "ATP-ASM-016",
        &["RFC8414-2-04"],
        &["as.metadata.no-auth-alg-es256"],
        |transcript| metadata(transcript).lists(AUTH_ALGS, "ES256"),
    ),
    row(
        "server.as-metadata.auth-alg-none-offered",
        "The algorithm none is listed for client authentication",
        "ATP-ASM-017",
        &["RFC8414-2-05"],
        &["as.metadata.auth-alg-none"],
        |transcript| {
            let codes = ["as-metadata.auth-alg-none"];
            metadata(transcript).free_of(AUTH_ALGS, &codes, "`none` is not listed")
        },
    ),
    row(
        "server.as-metadata.dpop-alg-es256-missing",
        "ES256 is not listed for DPoP proofs",
        "ATP-ASM-023",
        &["ATP-DPOP-010"],
        &["as.metadata.no-dpop-alg-es256"],
        |transcript| metadata(transcript).lists(DPOP_ALGS, "ES256"),
    ),
    row(
        "server.as-metadata.dpop-alg-symmetric-offered",
        "An algorithm without a private key is listed for DPoP proofs",
        "RFC9449-5.1-01",
        &["RFC9449-11.6-01"],
        &["as.metadata.dpop-alg-hs256"],
        |transcript| {
            let codes = ["as-metadata.dpop-alg-not-asymmetric"];
            metadata(transcript).free_of(DPOP_ALGS, &codes, "only asymmetric algorithms are listed")
        },
    ),
    row(
        "server.as-metadata.scope-atproto-missing",
        "The scope atproto is not listed",
        "ATP-ASM-018",
        &["RFC8414-2-07"],
        &["as.metadata.no-scope-atproto"],
        |transcript| metadata(transcript).lists(SCOPES, "atproto"),
    ),
    row(
        "server.as-metadata.iss-flag-false",
        "The server does not say that authorization responses carry iss",
        "ATP-ASM-020",
        &[],
        &["as.metadata.iss-flag-false"],
        |transcript| is_true(transcript, ISS_FLAG, "as-metadata.iss-parameter-unsupported"),
    ),
    row(
        "server.as-metadata.iss-flag-not-boolean",
        "The flag for iss is no boolean",
        "RFC9207-3-01",
        &["ATP-ASM-020", "ATP-ASM-030"],
        &["as.metadata.iss-flag-string"],
        |transcript| metadata(transcript).boolean(ISS_FLAG),
    ),
    row(
        "server.as-metadata.par-flag-false",
        "The server does not say that requests have to be pushed",
        "ATP-ASM-021",
        &[],
        &["as.metadata.par-flag-false"],
        |transcript| is_true(transcript, PAR_FLAG, "as-metadata.par-optional"),
    ),
    row(
        "server.as-metadata.par-flag-not-boolean",
        "The flag for pushed requests is no boolean",
        "RFC9126-5-01",
        &["ATP-ASM-021", "ATP-ASM-030"],
        &["as.metadata.par-flag-string"],
        |transcript| metadata(transcript).boolean(PAR_FLAG),
    ),
    row(
        "server.as-metadata.request-uri-registration-false",
        "The server says that request URIs need no registration",
        "ATP-ASM-024",
        &[],
        &["as.metadata.request-uri-registration-false"],
        |transcript| {
            let codes = ["as-metadata.request-uri-registration-optional"];
            let expected = "`require_request_uri_registration` is true or left out";
            metadata(transcript).free_of(REGISTRATION_FLAG, &codes, expected)
        },
    ),
    row(
        "server.as-metadata.client-id-document-flag-false",
        "The server does not say that a client_id can be the URL of a document",
        "ATP-ASM-025",
        &[],
        &["as.metadata.client-id-document-flag-false"],
        |transcript| is_true(transcript, DOCUMENT_FLAG, "as-metadata.client-documents-unsupported"),
    ),
    row(
        "server.as-metadata.client-id-document-flag-not-boolean",
        "The flag for client metadata documents is no boolean",
        "CIMD-5-01",
        &["ATP-ASM-025", "ATP-ASM-030"],
        &["as.metadata.client-id-document-flag-string"],
        |transcript| metadata(transcript).boolean(DOCUMENT_FLAG),
    ),
    row(
        "server.as-metadata.implicit-offered",
        "A response type that puts tokens into the redirect is listed",
        "RFC9700-2.1.2-01",
        &[],
        &["as.metadata.implicit-offered"],
        |transcript| {
            let codes = ["as-metadata.response-type-token"];
            metadata(transcript).free_of(RESPONSE_TYPES, &codes, "no response type with `token`")
        },
    ),
    row(
        "server.as-metadata.scope-bare-resource-names",
        "Granular permissions are listed as scopes, or not, or by their bare names",
        "ATP-ASM-028",
        &[],
        &["as.metadata.scope-prefixes"],
        granular_scopes,
    ),
];

fn is_true(transcript: &Transcript<'_>, member: &str, code: &str) -> Outcome {
    metadata(transcript).free_of(member, &[code], &format!("`{member}` is true"))
}

/// Which of three ways the server goes; no text prefers one.
fn granular_scopes(transcript: &Transcript<'_>) -> Outcome {
    const RESOURCES: [&str; 6] = ["repo", "rpc", "blob", "account", "identity", "include"];
    metadata(transcript).judge(|found| {
        let scopes = found.value.get(SCOPES).and_then(Value::as_array);
        let mut granular = scopes.into_iter().flatten().filter_map(Value::as_str).filter(|scope| {
            scope.split([':', '?']).next().is_some_and(|name| RESOURCES.contains(&name))
        });
        let first = granular.next();
        Outcome::observed(match first {
            None => "none",
            Some(first) if granular.chain([first]).any(|scope| RESOURCES.contains(&scope)) => {
                "bare resource names"
            }
            Some(_) => "granular values",
        })
    })
}
