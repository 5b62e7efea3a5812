//! The issuer identifier in the authorization server metadata.
//!
//! # What it does
//!
//! Fetches the metadata and compares its `issuer`, as a string and as an origin, with the entry of
//! the PDS that led to it.
//!
//! # Why it matters
//!
//! Clients keep tokens, keys and nonces by issuer, and compare `iss` in every authorization
//! response with it. That comparison is of strings: an issuer with a slash too many is another
//! issuer, and one of another origin lets a server speak in the name of someone else.
//!
//! # What a conforming peer does
//!
//! Publishes its own https origin as `issuer`, without port where it is the default one, without
//! path, query and fragment, in exactly the spelling under which the PDS names it.
//!
//! # How to fix
//!
//! Configure one string, the origin as RFC 6454 writes it, and use it for `issuer`, for the `iss`
//! parameter and for the entry in the PDS. Do not derive it from request headers.
//!
//! # References
//!
//! RFC 8414, sections 2 and 3.3; RFC 9207, section 2.4; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Role, Script, Tier, Transcript};
use atproof_protocol::identifier::Origin;
use serde_json::Value;

use super::{metadata, play};
use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.issuer",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("issuer.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.as-metadata.issuer-not-verbatim",
        "The issuer is another string than the one that led to the metadata",
        "RFC8414-3.3-02",
        &["ATP-ASM-007"],
        &["as.metadata.issuer-slash"],
        verbatim,
    ),
    row(
        "server.as-metadata.issuer-other-origin",
        "The issuer has another origin than the metadata came from",
        "ATP-ASM-007",
        &["RFC8414-3.3-02"],
        &["as.metadata.other-issuer"],
        |transcript| {
            let codes = ["as-metadata.issuer-mismatch", "as-metadata.issuer-not-url"];
            issuer(transcript, &codes, "`issuer` is the origin of the metadata")
        },
    ),
    row(
        "server.as-metadata.issuer-default-port",
        "The issuer spells out the default port",
        "ATP-ASM-005",
        &[],
        &["as.metadata.issuer-default-port"],
        |transcript| {
            let codes = ["as-metadata.issuer-default-port"];
            issuer(transcript, &codes, "`issuer` without :443")
        },
    ),
    row(
        "server.as-metadata.issuer-with-query",
        "The issuer has a query or fragment",
        "RFC8414-2-01",
        &["ATP-ASM-008"],
        &["as.metadata.issuer-query"],
        |transcript| {
            let codes = ["as-metadata.issuer-query", "as-metadata.issuer-fragment"];
            issuer(transcript, &codes, "`issuer` without `?` and `#`")
        },
    ),
];

fn issuer(transcript: &Transcript<'_>, codes: &[&str], expected: &str) -> Outcome {
    metadata(transcript).having("/issuer").free_of("issuer", codes, expected)
}

/// The issuer is the entry of the PDS. An entry that is itself no plain origin is the fault of the
/// PDS, so the origin of the metadata is as good.
fn verbatim(transcript: &Transcript<'_>) -> Outcome {
    let entry = &transcript.target.issuer;
    let origin = Origin::of(entry);
    metadata(transcript).having("/issuer").judge(|found| {
        let issuer = found.value.get("issuer").and_then(Value::as_str).unwrap_or_default();
        if issuer == entry || origin.is_some_and(|origin| origin.as_str() == issuer) {
            return Outcome::kept(found.quote("issuer"));
        }
        let expected = format!("`issuer` is \"{entry}\", character by character");
        Outcome::violated(expected, found.quote("issuer"), found.exchange)
    })
}
