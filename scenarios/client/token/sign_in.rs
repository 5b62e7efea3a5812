//! What a login for sign-in alone does beyond signing in.
//!
//! # What it does
//!
//! Lets a client log in with the scope atproto, and looks whether it asks the PDS for anything by
//! itself.
//!
//! # Why it matters
//!
//! A client that is for sign-in alone needs the account and nothing else; it may stop after the
//! token answer.
//!
//! # What a conforming peer does
//!
//! Either: the text allows it to stop.
//!
//! # How to fix
//!
//! Nothing is wrong here.
//!
//! # References
//!
//! atproto OAuth profile, section "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Step, Tier};

use crate::client::rows::holds;
use crate::client::surveys::asks_by_itself;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.token.sign-in",
    role: Role::Client,
    area: "token",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("sign_in.rs"),
    script: Script::Watch {
        steps: &[Step::Start, Step::Callback],
        settings: Settings { scope: "atproto", ..Settings::USUAL },
    },
    judge: trap,
    cases: &[holds(
        "client.token.asks-after-sign-in",
        "Whether the PDS is asked at the end of a login for sign-in alone",
        "ATP-TOK-025",
        &["client.rs.asked-at-once"],
        asks_by_itself,
    )],
};
