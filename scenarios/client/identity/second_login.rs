//! The second login of an account that has moved.
//!
//! # What it does
//!
//! Lets an account sign in, moves it to another PDS, and lets it sign in again.
//!
//! # Why it matters
//!
//! A client that remembers where an account was, or has one server for all, sends the user to a
//! server that no longer knows the account.
//!
//! # What a conforming peer does
//!
//! Resolves the account anew, and pushes its request at the server that its PDS names now.
//!
//! # How to fix
//!
//! Keep nothing of a login for the next one, beyond the ten minutes that a DID document may be
//! kept.
//!
//! # References
//!
//! atproto OAuth profile, section "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::route::goes_where_it_moved;
use crate::client::rows::{TWICE, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.second-login",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("second_login.rs"),
    script: Script::Walk { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds_with(
        "client.identity.server-of-first-login",
        "An account that has moved is sent to its old server",
        "ATP-DISC-001",
        &["client.identity.fixed-issuer"],
        Twist::new(Site::Did, Alter::Member("/service/0/serviceEndpoint", "\"{other}\""))
            .when(When::After(Step::Callback)),
        goes_where_it_moved,
    )],
};
