//! A PDS without resource metadata that is an authorization server itself.
//!
//! # What it does
//!
//! Lets a client begin a login with a handle. PDS and authorization server share an origin, and the
//! resource metadata is not found.
//!
//! # Why it matters
//!
//! A guess that the PDS is its own authorization server is right often, and wrong where it matters:
//! at PDSs that have an entryway.
//!
//! # What a conforming peer does
//!
//! The texts do not say. Most clients stop.
//!
//! # How to fix
//!
//! Take the authorization server from the resource metadata and from nowhere else.
//!
//! # References
//!
//! atproto OAuth profile, section "Authorization Servers".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.own-server",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("own_server.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings { same_origin: true, ..Settings::USUAL },
    },
    judge: trap,
    cases: &[stops(
        Step::Start,
        "client.discovery.resource-metadata-missing",
        "The PDS has no resource metadata",
        "ATP-DISC-016",
        &["client.rs-metadata.fallback-to-pds"],
        Twist::new(Site::ResourceMetadata, Alter::Status(404)),
    )],
};
