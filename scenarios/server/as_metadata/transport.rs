//! The scheme of issuer and endpoints in the metadata of the authorization server.
//!
//! # What it does
//!
//! Fetches the document and looks at the scheme of the URLs in it. A server that is itself reached
//! over http, on a loopback host for development, could do no better: the cases are then skipped.
//!
//! # Why it matters
//!
//! Over plain http anyone on the way can read codes and tokens, and put another server in the
//! place of this one.
//!
//! # What a conforming peer does
//!
//! Publishes an https issuer and https endpoints.
//!
//! # How to fix
//!
//! Build the document from the public https origin of the server, not from the scheme of the
//! request that came through a proxy.
//!
//! # References
//!
//! RFC 8414, section 2; OAuth 2.1, section 1.5; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use super::{metadata, play};
use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.transport",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Passive,
    needs: &[Need::Https],
    source: include_str!("transport.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.as-metadata.issuer-not-https",
        "The issuer is no https URL",
        "ATP-ASM-004",
        &["RFC8414-2-01", "OAUTH21-1.5-01"],
        &["as.metadata.issuer-http"],
        |transcript| {
            let codes = [
                "as-metadata.issuer-missing",
                "as-metadata.issuer-not-url",
                "as-metadata.issuer-wrong-scheme",
                "as-metadata.issuer-not-https",
            ];
            metadata(transcript).free_of("issuer", &codes, "`issuer` is an https URL")
        },
    ),
    row(
        "server.as-metadata.endpoint-not-https",
        "An endpoint is no https URL",
        "OAUTH21-1.5-01",
        &["RFC8414-2-10"],
        &["as.metadata.endpoint-http"],
        |transcript| {
            let codes = [
                "as-metadata.endpoint-wrong-scheme",
                "as-metadata.endpoint-not-https",
                "as-metadata.jwks-uri-wrong-scheme",
                "as-metadata.jwks-uri-not-https",
            ];
            metadata(transcript).free_of("", &codes, "every endpoint is an https URL")
        },
    ),
];
