//! The nonces of two sessions of one client.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network that gives a new nonce with every answer.
//!
//! # Why it matters
//!
//! A server may bind its nonces to sessions. One that was given to another session is refused then.
//!
//! # What a conforming peer does
//!
//! Keeps nonces apart by server and by session.
//!
//! # How to fix
//!
//! Make the session, or its key, part of the place where nonces are kept.
//!
//! # References
//!
//! atproto OAuth profile, section "Demonstrating Proof of Possession".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::nonces::is_of_session;
use crate::client::rows::{TWICE, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop-nonce.sessions",
    role: Role::Client,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("sessions.rs"),
    script: Script::Watch { steps: TWICE, settings: ROTATING },
    judge: trap,
    cases: &[holds(
        "client.dpop-nonce.nonce-of-other-session",
        "A proof has the nonce of another session",
        "ATP-NONCE-010",
        &["client.nonce.host-key-only"],
        is_of_session,
    )],
};

const ROTATING: Settings = Settings { variants: &["legal.nonce-every-answer"], ..Settings::USUAL };
