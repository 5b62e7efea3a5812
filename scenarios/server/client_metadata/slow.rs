//! Client metadata that does not come.
//!
//! # What it does
//!
//! Publishes a correct confidential client with its keys at a URL and pushes a request of it; then
//! one whose document or key set is asked for and never answered, or comes a byte at a time; then a
//! correct one again. Waits for an answer as long as for any other.
//!
//! # Why it matters
//!
//! Anyone can name a slow host as client_id. Each request that waits for it holds a connection, and
//! a thousand of them hold all there are.
//!
//! # What a conforming peer does
//!
//! Gives up after a few seconds, counted from the first byte of the request to the last of the
//! answer, and refuses with a 400.
//!
//! # How to fix
//!
//! Set a timeout for the whole exchange, body included, beside one for silence.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 4.3; atproto OAuth, Client ID Metadata Document.

use atproof_engine::judge;
use atproof_engine::model::{Case, Delivery, Edit, Family, Need, Role, Script, Tier};

use super::rows::{by_reference, not_authenticated, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.slow",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost, Need::Patience],
    source: include_str!("slow.rs"),
    script: Script::Probe { play: by_reference, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    refused(
        "server.client-metadata.document-silent",
        "The request for the document is never answered",
        "CIMD-4.3-01",
        &["ATP-DISC-014"],
        &["as.client-metadata.timeout-500"],
        Edit::Delivery(Delivery::Silent),
    ),
    refused(
        "server.client-metadata.document-dripping",
        "The document comes a byte at a time",
        "CIMD-4.3-01",
        &["ATP-DISC-014"],
        &["as.client-metadata.timeout-500"],
        Edit::Delivery(Delivery::Drip),
    ),
    not_authenticated(
        "server.client-metadata.key-set-silent",
        "The request for the key set is never answered",
        "ATP-DISC-014",
        &[],
        &["as.jose.key-set-timeout-500"],
        Edit::KeySetDelivery(Delivery::Silent),
    ),
];
