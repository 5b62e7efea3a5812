//! What a client sends as state, over two honest logins.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network and looks at `state` in what it pushes.
//!
//! # Why it matters
//!
//! `state` ties the response in the browser to the login that was begun there. One that is known
//! beforehand lets an attacker finish a login of his own in the browser of somebody else.
//!
//! # What a conforming peer does
//!
//! Sends a new random `state` with every request.
//!
//! # How to fix
//!
//! Draw at least 128 bits from the random source of the system for each login.
//!
//! # References
//!
//! RFC 6749, section 10.12; atproto OAuth profile, section "Authorization Request Fields".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::proofs::{differs, is_sent};
use crate::client::rows::{TWICE, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.authorization.state",
    role: Role::Client,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("state.rs"),
    script: Script::Watch { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds(
            "client.authorization.state-absent",
            "A request is pushed without state",
            "ATP-AUTHZ-004",
            &["client.state.missing"],
            |t| is_sent(t, "state"),
        ),
        holds(
            "client.authorization.state-repeated",
            "Two logins have the same state",
            "ATP-AUTHZ-006",
            &["client.state.constant"],
            |t| differs(t, "state"),
        ),
    ],
};
