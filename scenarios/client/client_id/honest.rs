//! The identifier of a client with a metadata document.
//!
//! # What it does
//!
//! Makes a client with a metadata document, lets it log in and refresh, and looks at the client_id of
//! every request.
//!
//! # Why it matters
//!
//! Servers compare identifiers as strings. A client that writes its own in two ways is two clients,
//! and the tokens of the one are not for the other.
//!
//! # What a conforming peer does
//!
//! Sends the whole URL of its document, in one spelling, with every request.
//!
//! # How to fix
//!
//! Keep the URL of the document in one constant. Do not build it from the host of a request.
//!
//! # References
//!
//! atproto OAuth profile, section "Clients".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::assertions::client_id_is_whole;
use crate::client::rows::{RENEWED, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.client-id.honest",
    role: Role::Client,
    area: "client-id",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: RENEWED, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[holds(
        "client.client-id.altered",
        "The client_id is not the URL of the document",
        "ATP-CID-001",
        &["client.client-id.origin-only", "client.client-id.from-host-header"],
        client_id_is_whole,
    )],
};
