//! Whether a revocation has a proof.
//!
//! # What it does
//!
//! Lets a client log out at a server that takes every revocation, and looks whether there is a DPoP
//! proof.
//!
//! # Why it matters
//!
//! The texts ask for proofs at the pushed request, for tokens and at the PDS, and are silent about
//! revocation. Servers differ, and take or refuse one without.
//!
//! # What a conforming peer does
//!
//! Either. One with a proof is taken by all servers.
//!
//! # How to fix
//!
//! Nothing is wrong here. To be taken everywhere, send a proof.
//!
//! # References
//!
//! RFC 7009, section 2.1; RFC 9449, section 5.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist};

use crate::client::rows::{LOGOUT, holds};
use crate::client::surveys::proves_revocation;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.revocation.proof",
    role: Role::Client,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("proof.rs"),
    script: Script::Watch {
        steps: LOGOUT,
        settings: Settings {
            standing: &[Twist::new(Site::Revocation, Alter::Status(200))],
            ..Settings::USUAL
        },
    },
    judge: trap,
    cases: &[holds(
        "client.revocation.proof-absent",
        "Whether a revocation has a proof",
        "ATP-REVOKE-005",
        &["client.dpop.not-at-revocation"],
        proves_revocation,
    )],
};
