//! The resource identifier in the resource metadata of the PDS.
//!
//! # What it does
//!
//! Fetches the resource metadata and compares its `resource` with the origin of the PDS.
//!
//! # Why it matters
//!
//! A client that finds another resource than the one it asked for has to assume that someone
//! answers in the name of someone else (RFC 9728, section 7.3), and stops.
//!
//! # What a conforming peer does
//!
//! Publishes the origin of the PDS as `resource`.
//!
//! # How to fix
//!
//! Take the public URL of the PDS, the one that stands in the DID documents of its accounts,
//! without path and fragment.
//!
//! # References
//!
//! RFC 9728, sections 1.2, 2 and 3.3; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Role, Script, Tier, Transcript};

use super::{metadata, play};
use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.rs-metadata.resource",
    role: Role::Server,
    area: "rs-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("resource.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.rs-metadata.resource-missing",
        "The metadata names no resource",
        "RFC9728-2-01",
        &["ATP-RSM-008"],
        &["rs.metadata.no-resource"],
        |transcript| {
            let codes = ["rs-metadata.resource-missing"];
            metadata(transcript).free_of("resource", &codes, "`resource` is a string")
        },
    ),
    row(
        "server.rs-metadata.resource-other-origin",
        "The resource is not the PDS",
        "RFC9728-3.3-02",
        &["ATP-RSM-008"],
        &["rs.metadata.other-resource"],
        is_the_pds,
    ),
    row(
        "server.rs-metadata.resource-with-fragment",
        "The resource has a fragment",
        "RFC9728-1.2-01",
        &[],
        &["rs.metadata.resource-fragment"],
        |transcript| {
            // http on a loopback host, as in development, has a code of its own.
            let codes = [
                "rs-metadata.resource-fragment",
                "rs-metadata.resource-not-url",
                "rs-metadata.resource-wrong-scheme",
            ];
            let expected = "`resource` is an https URL without `#`";
            metadata(transcript).having("/resource").free_of("resource", &codes, expected)
        },
    ),
];

/// The resource is the origin of the PDS. A lone trailing slash leads to the same well-known path.
fn is_the_pds(transcript: &Transcript<'_>) -> Outcome {
    let pds = &transcript.target.resource;
    metadata(transcript).having("/resource").judge(|found| {
        let resource = found.value.get("resource").and_then(|value| value.as_str());
        if resource.is_some_and(|resource| resource.strip_suffix('/').unwrap_or(resource) == pds) {
            return Outcome::kept(found.quote("resource"));
        }
        Outcome::violated(
            format!("`resource` is \"{pds}\""),
            found.quote("resource"),
            found.exchange,
        )
    })
}
