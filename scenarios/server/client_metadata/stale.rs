//! Whether a client metadata document is used long after it was changed.
//!
//! # What it does
//!
//! Publishes a client whose document may be kept for a minute, or for a year, and pushes a request
//! of it. Then takes `authorization_code` out of the document, so that the client can do nothing
//! any more, waits for a quarter of an hour, and pushes the same request again.
//!
//! # Why it matters
//!
//! What a developer takes out is often what has gone wrong: a redirect URI that somebody else
//! controls by now, a key, the client as a whole. It works for as long as the server goes by the
//! old document.
//!
//! # What a conforming peer does
//!
//! Does not keep a document for longer than its Cache-Control says, and sets a limit of its own to
//! what that may say. Where the limit lies is open.
//!
//! # How to fix
//!
//! Keep documents for some minutes, and less where `max-age` is shorter.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 4.4; atproto OAuth, Client ID Metadata Document.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Delivery, Edit, Expectation, Family, Need, Playing, Role, Script, Tier,
};
use atproof_engine::stage::Stage;

use super::changes::{SEEN, change_after};
use crate::server::answers::METADATA;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.stale",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost, Need::Patience],
    source: include_str!("stale.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.client-metadata.stale-document-used",
        title: "A document that may be kept for a minute is used a quarter of an hour later",
        clause: "CIMD-4.4-01",
        covers: &[],
        killers: &["as.client-metadata.never-refetched"],
        edit: Edit::Delivery(Delivery::Field("Cache-Control", "max-age=60")),
        expect: Expectation::Refused(&[METADATA]),
    },
    Case {
        id: "server.client-metadata.year-long-life-honoured",
        title: "A document that may be kept for a year is changed",
        clause: "ATP-CMD-124",
        covers: &[],
        killers: &["as.client-metadata.max-age-unlimited"],
        edit: Edit::Delivery(Delivery::Field("Cache-Control", "max-age=31536000")),
        expect: Expectation::Open(SEEN),
    },
];

/// Longer than the minute that one document may be kept for.
const WAIT: Duration = Duration::from_secs(900);

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(change_after(stage, &case.edit, WAIT))
}
