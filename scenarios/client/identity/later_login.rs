//! A login a while after another one.
//!
//! # What it does
//!
//! Lets an account sign in twice, with eleven minutes between.
//!
//! # Why it matters
//!
//! An account may have moved or lost its name in the meantime. What a client remembers for too long
//! leads users to a server that is no longer theirs.
//!
//! # What a conforming peer does
//!
//! Reads the DID document again, once what it knows is ten minutes old.
//!
//! # How to fix
//!
//! Give what is remembered of an identity a lifetime below ten minutes.
//!
//! # References
//!
//! atproto OAuth profile, section "Identity Authentication".

use std::time::Duration;

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Need, Role, Script, Settings, Tier};

use crate::client::route::resolves_again;
use crate::client::rows::{TWICE, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.later-login",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[Need::Patience],
    source: include_str!("later_login.rs"),
    script: Script::Watch {
        steps: TWICE,
        settings: Settings { pause: Duration::from_secs(11 * 60), ..Settings::USUAL },
    },
    judge: trap,
    cases: &[holds(
        "client.identity.remembered-too-long",
        "The DID document of eleven minutes ago is used",
        "ATP-DISC-020",
        &["client.identity.kept-forever"],
        resolves_again,
    )],
};
