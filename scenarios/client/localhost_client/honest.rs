//! A development client over an honest login.
//!
//! # What it does
//!
//! Lets a client that is configured as http://localhost log in to a correct network.
//!
//! # Why it matters
//!
//! The identifier belongs to everybody on every machine, so that nothing can prove who uses it.
//!
//! # What a conforming peer does
//!
//! Acts as a public client: sends no secret and no assertion.
//!
//! # How to fix
//!
//! Leave client authentication out for http://localhost.
//!
//! # References
//!
//! atproto OAuth profile, section "Localhost Client Development".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::route::is_public;
use crate::client::rows::{LOGIN, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.localhost-client.honest",
    role: Role::Client,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds(
        "client.localhost-client.authenticates",
        "A client at http://localhost authenticates",
        "ATP-LOCAL-025",
        &["client.client-auth.secret"],
        is_public,
    )],
};
