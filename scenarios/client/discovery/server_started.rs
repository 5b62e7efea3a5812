//! Logins that begin with the URL of a server.
//!
//! # What it does
//!
//! Lets a client log in with the URL of a PDS instead of an account.
//!
//! # Why it matters
//!
//! Nobody is expected then: what the client knows of the account is what comes back.
//!
//! # What a conforming peer does
//!
//! Pushes a request without login_hint.
//!
//! # How to fix
//!
//! Leave login_hint out where no account was named.
//!
//! # References
//!
//! atproto OAuth profile, section "Summary of Authorization Flow".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Input, Role, Script, Settings, Tier};

use crate::client::route::sends_no_login_hint;
use crate::client::rows::{LOGIN, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.server-started",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("server_started.rs"),
    script: Script::Watch {
        steps: LOGIN,
        settings: Settings { input: Input::Pds, ..Settings::USUAL },
    },
    judge: trap,
    cases: &[holds(
        "client.discovery.login-hint-of-server",
        "login_hint is sent although no account was named",
        "ATP-DISC-004",
        &["client.identity.login-hint-of-server"],
        sends_no_login_hint,
    )],
};
