//! How a client metadata document reaches the server.
//!
//! # What it does
//!
//! Publishes a correct client under a fresh `client_id` and pushes a request of it; then another
//! one whose correct document is delivered in a wrong way; then a correct one again. Counts who
//! comes for the good copy to which redirects lead.
//!
//! # Why it matters
//!
//! The document is the only proof that whoever controls the `client_id` URL means what it says. A
//! redirect, an error page or half an answer are somebody else's words. And what a stranger's URL
//! makes a server read is what a stranger can wear it out with.
//!
//! # What a conforming peer does
//!
//! Takes a document from a whole answer with status 200, follows no redirect, limits size, and
//! refuses everything else with a 400.
//!
//! # How to fix
//!
//! Fetch with redirects off, compare the status with 200 rather than asking whether it is a
//! success, and read at most a few kilobytes.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; Client ID Metadata Document draft, sections 4, 4.3
//! and 6.6.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Delivery, Edit, Expectation, Family, Need, Outcome, Role, Script, Tier, Transcript,
};
use atproof_protocol::record::Part;
use serde_json::Value;

use super::rows::{EITHER, open, public, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.delivery",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("delivery.rs"),
    script: Script::Probe { play: public, logins: 0 },
    judge: unfollowed,
    cases: CASES,
};

const fn redirect(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    status: u16,
) -> Case {
    let edit = Edit::Delivery(Delivery::Redirect(status));
    refused(id, title, "CIMD-4-03", &["ATP-CMD-104"], killers, edit)
}

const fn status(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    status: u16,
) -> Case {
    refused(id, title, clause, covers, killers, Edit::Delivery(Delivery::Status(status)))
}

const CASES: &[Case] = &[
    redirect(
        "server.client-metadata.redirect-301",
        "The document is answered with a redirect 301 to a good copy",
        &["as.ssrf.follow-301"],
        301,
    ),
    redirect(
        "server.client-metadata.redirect-302",
        "The document is answered with a redirect to a good copy",
        &["as.ssrf.follow-redirects", "as.ssrf.redirect-probed"],
        302,
    ),
    redirect(
        "server.client-metadata.redirect-303",
        "The document is answered with a redirect 303 to a good copy",
        &["as.ssrf.follow-303"],
        303,
    ),
    redirect(
        "server.client-metadata.redirect-307",
        "The document is answered with a redirect 307 to a good copy",
        &["as.ssrf.follow-307"],
        307,
    ),
    redirect(
        "server.client-metadata.redirect-308",
        "The document is answered with a redirect 308 to a good copy",
        &["as.ssrf.follow-308"],
        308,
    ),
    Case {
        id: "server.client-metadata.refresh-followed",
        title: "The document comes with a Refresh field that leads to a good copy",
        clause: "CIMD-4-03",
        covers: &[],
        killers: &["as.client-metadata.refresh-followed"],
        edit: Edit::Delivery(Delivery::Refresh),
        expect: Expectation::Open(EITHER),
    },
    status(
        "server.client-metadata.status-201",
        "The document comes with status 201",
        "ATP-CMD-105",
        &["CIMD-4-02"],
        &["as.client-metadata.any-success-status"],
        201,
    ),
    status(
        "server.client-metadata.status-203",
        "The document comes with status 203",
        "ATP-CMD-105",
        &["CIMD-4-02"],
        &["as.client-metadata.status-203"],
        203,
    ),
    status(
        "server.client-metadata.status-206",
        "The document comes with status 206",
        "ATP-CMD-105",
        &["CIMD-4-02"],
        &["as.client-metadata.status-206"],
        206,
    ),
    status(
        "server.client-metadata.status-304",
        "The document comes with status 304, which was not asked for",
        "CIMD-4-02",
        &[],
        &["as.client-metadata.status-304"],
        304,
    ),
    status(
        "server.client-metadata.status-404",
        "A document comes with status 404",
        "CIMD-4-02",
        &[],
        &["as.client-metadata.any-status"],
        404,
    ),
    refused(
        "server.client-metadata.host-unreachable",
        "Nobody answers at the host of client_id",
        "CIMD-4.3-01",
        &[],
        &["as.client-metadata.fetch-failure-500"],
        Edit::ClientId("https://nobody.{host}{path}"),
    ),
    refused(
        "server.client-metadata.document-cut",
        "The connection ends after half of the document",
        "CIMD-4.3-01",
        &[],
        &["as.client-metadata.cut-500"],
        Edit::Delivery(Delivery::Cut),
    ),
    open(
        "server.client-metadata.sixty-four-kilobytes",
        "The document is 64 kilobytes long",
        "CIMD-6.6-01",
        &["as.dos.unbounded-metadata"],
        Edit::Delivery(Delivery::Padded(64 * 1024)),
    ),
    refused(
        "server.client-metadata.megabyte",
        "The document is a megabyte long",
        "CIMD-6.6-01",
        &["ATP-DISC-014"],
        &["as.dos.unbounded-metadata"],
        Edit::Delivery(Delivery::Padded(1024 * 1024)),
    ),
    refused(
        "server.client-metadata.document-endless",
        "The document does not end",
        "CIMD-6.6-01",
        &["ATP-DISC-014"],
        &["as.client-metadata.endless-500"],
        Edit::Delivery(Delivery::Endless),
    ),
];

/// As [`judge::probe`]; besides, nobody may have come for the good copy.
fn unfollowed(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let outcome = judge::probe(case, transcript);
    let (Outcome::Kept { .. } | Outcome::Observed { .. }, Some(faulted)) =
        (&outcome, transcript.last(&Part::Faulted))
    else {
        return outcome;
    };
    let fetched = faulted.facts.get("fetched").and_then(|fetched| fetched.get("bait"));
    match fetched.and_then(Value::as_u64) {
        Some(0) | None => outcome,
        Some(times) => Outcome::violated(
            "no request to the place where the document leads",
            format!("fetched {times} times; {}", judge::describe(faulted)),
            faulted,
        ),
    }
}
