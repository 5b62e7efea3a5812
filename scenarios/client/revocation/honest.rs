//! What a client tells the server when a session ends.
//!
//! # What it does
//!
//! Lets a client log in to a correct network and log out, and looks at what it revokes.
//!
//! # Why it matters
//!
//! A session that ends in the client alone lives on at the server until its tokens expire.
//!
//! # What a conforming peer does
//!
//! The texts leave it to the client; a considerate one revokes its refresh token, which ends the grant.
//!
//! # How to fix
//!
//! Post the refresh token to `revocation_endpoint` before it is forgotten.
//!
//! # References
//!
//! RFC 7009, section 2.1; atproto OAuth profile, section "Tokens and Session Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::grants::revokes;
use crate::client::rows::{LOGOUT, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.revocation.honest",
    role: Role::Client,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: LOGOUT, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds(
        "client.revocation.refresh-token-left",
        "The refresh token is not revoked when the session ends",
        "ATP-REVOKE-005",
        &["client.revoke.local-only", "client.revoke.access-token-only"],
        |t| revokes(t, "refresh_token"),
    )],
};
