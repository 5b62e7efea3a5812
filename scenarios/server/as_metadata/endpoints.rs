//! The endpoints in the authorization server metadata.
//!
//! # What it does
//!
//! Fetches the metadata and looks at the URLs of the endpoints: whether those of the code grant and
//! of pushed requests are there, and whether all are https URLs, where needed without fragment.
//!
//! # Why it matters
//!
//! Clients have no other way to find an endpoint. Over plain http, codes and tokens are readable on
//! the way; a fragment at the authorization endpoint hides the parameters of the response.
//!
//! # What a conforming peer does
//!
//! Publishes `authorization_endpoint`, `token_endpoint` and
//! `pushed_authorization_request_endpoint` as absolute https URLs without fragment. A query in them
//! is allowed, and so is another origin than the issuer's.
//!
//! # How to fix
//!
//! Build these URLs from the public origin of the server, not from what a proxy forwards.
//!
//! # References
//!
//! RFC 8414, section 2; RFC 6749, sections 3.1 and 3.2; RFC 9126, section 5; OAuth 2.1, section
//! 1.5; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Role, Script, Tier, Transcript};

use super::{metadata, play};
use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.endpoints",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("endpoints.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.as-metadata.authorization-endpoint-missing",
        "The metadata names no authorization endpoint",
        "ATP-ASM-009",
        &["RFC8414-2-02"],
        &["as.metadata.no-authorization-endpoint"],
        |transcript| present(transcript, "authorization_endpoint"),
    ),
    row(
        "server.as-metadata.token-endpoint-missing",
        "The metadata names no token endpoint",
        "ATP-ASM-010",
        &["RFC8414-2-02"],
        &["as.metadata.no-token-endpoint"],
        |transcript| present(transcript, "token_endpoint"),
    ),
    row(
        "server.as-metadata.par-endpoint-missing",
        "The metadata names no endpoint for pushed authorization requests",
        "ATP-ASM-022",
        &["RFC9126-2-03", "RFC9126-2-01"],
        &["as.metadata.no-par-endpoint"],
        |transcript| present(transcript, "pushed_authorization_request_endpoint"),
    ),
    row(
        "server.as-metadata.authorization-endpoint-fragment",
        "The authorization endpoint has a fragment",
        "RFC6749-3.1-02",
        &[],
        &["as.metadata.authorization-endpoint-fragment"],
        |transcript| without_fragment(transcript, "authorization_endpoint"),
    ),
    row(
        "server.as-metadata.token-endpoint-fragment",
        "The token endpoint has a fragment",
        "RFC6749-3.2-03",
        &[],
        &["as.metadata.token-endpoint-fragment"],
        |transcript| without_fragment(transcript, "token_endpoint"),
    ),
];

fn present(transcript: &Transcript<'_>, member: &str) -> Outcome {
    let codes = ["as-metadata.endpoint-missing", "as-metadata.endpoint-not-url"];
    metadata(transcript).free_of(member, &codes, &format!("`{member}` is an absolute URL"))
}

fn without_fragment(transcript: &Transcript<'_>, member: &str) -> Outcome {
    let codes = ["as-metadata.endpoint-fragment"];
    metadata(transcript).having(&format!("/{member}")).free_of(
        member,
        &codes,
        &format!("`{member}` without `#`"),
    )
}
