//! The links between an account and a server that is its own PDS.
//!
//! # What it does
//!
//! Lets a client log in where PDS and authorization server share an origin, and looks at what it
//! read before it pushed its request.
//!
//! # Why it matters
//!
//! Where both are one, a client that skips a link of the chain comes through all the same, and goes
//! wrong at the first PDS with an entryway.
//!
//! # What a conforming peer does
//!
//! Reads the DID document, the resource metadata of the PDS and the metadata of the authorization
//! server first.
//!
//! # How to fix
//!
//! Make each step take what the last one found.
//!
//! # References
//!
//! atproto OAuth profile, section "Summary of Authorization Flow".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::route::reads_the_chain;
use crate::client::rows::{LOGIN, covering, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.links",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("links.rs"),
    script: Script::Watch {
        steps: LOGIN,
        settings: Settings { same_origin: true, ..Settings::USUAL },
    },
    judge: trap,
    cases: &[covering(
        holds(
            "client.discovery.resource-metadata-skipped",
            "A request is pushed before the chain of documents was read",
            "ATP-DISC-001",
            &["client.rs-metadata.skipped"],
            reads_the_chain,
        ),
        &["ATP-IDENT-001"],
    )],
};
