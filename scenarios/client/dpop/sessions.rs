//! The keys of two sessions of one client.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network, and compares the keys of its proofs.
//!
//! # Why it matters
//!
//! Sessions that share a key share their fate: what is stolen from one opens the other, and a
//! server can tell that they belong together.
//!
//! # What a conforming peer does
//!
//! Makes a new key for every login.
//!
//! # How to fix
//!
//! Make the key where the login begins, and keep it with the session.
//!
//! # References
//!
//! RFC 9449, section 2; atproto OAuth profile, section "Demonstrating Proof of Possession".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::rows::{TWICE, holds};
use crate::client::values::has_key_of_its_own;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop.sessions",
    role: Role::Client,
    area: "dpop",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("sessions.rs"),
    script: Script::Watch { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds(
        "client.dpop.key-shared",
        "Two logins have the same key",
        "ATP-DPOP-013",
        &["client.dpop.one-key"],
        has_key_of_its_own,
    )],
};
