//! Accounts that move while a login is under way.
//!
//! # What it does
//!
//! Lets a client begin a login with a handle. Before the user comes back, the account moves to
//! another server.
//!
//! # Why it matters
//!
//! Which server speaks for the account is known at the beginning. At the end it may be another one.
//!
//! # What a conforming peer does
//!
//! The texts do not say. Who looks again stops.
//!
//! # How to fix
//!
//! Resolve the DID again when the tokens have come, and compare the issuer.
//!
//! # References
//!
//! atproto OAuth profile, section "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.moved-account",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("moved_account.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[stops(
        Step::Callback,
        "client.identity.moved-during-login",
        "The account moves to another PDS before the user comes back",
        "ATP-TOK-024",
        &["client.identity.start-trusted"],
        Twist::new(Site::Did, Alter::Member("/service/0/serviceEndpoint", "\"{other}\""))
            .when(When::During(Step::Callback)),
    )],
};
