//! Lifetimes that are no seconds.
//!
//! # What it does
//!
//! Changes expires_in to something that is no natural number of seconds, and records whether the
//! client takes the tokens.
//!
//! # Why it matters
//!
//! The text says what a server sends and not what a client does with anything else. A date that no
//! calendar holds ends some clients with an exception far from its cause.
//!
//! # What a conforming peer does
//!
//! Takes the tokens and no lifetime, or refuses the answer. It does not crash.
//!
//! # How to fix
//!
//! Read expires_in as a number, and take anything else for absent.
//!
//! # References
//!
//! RFC 6749, section 5.1; OAuth 2.1, section 3.2.3.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist};

use crate::client::rows::{LOGIN, holds_with};
use crate::client::surveys::goes_on_or_stops;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.token.lifetime",
    role: Role::Client,
    area: "token",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("lifetime.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds_with(
            "client.token.lifetime-negative",
            "expires_in is negative",
            "OAUTH21-3.2.3-02",
            &["client.token.expires-in-negative-refused"],
            Twist::new(Site::Token, Alter::Member("/expires_in", "-1")),
            goes_on_or_stops,
        ),
        holds_with(
            "client.token.lifetime-huge",
            "expires_in is a thousand billion years",
            "OAUTH21-3.2.3-02",
            &["client.token.expires-in-huge-refused"],
            Twist::new(Site::Token, Alter::Member("/expires_in", "31556952000000000000")),
            goes_on_or_stops,
        ),
        holds_with(
            "client.token.lifetime-text",
            "expires_in is a string",
            "OAUTH21-3.2.3-02",
            &["client.token.expires-in-text-refused"],
            Twist::new(Site::Token, Alter::Member("/expires_in", "\"3600\"")),
            goes_on_or_stops,
        ),
        holds_with(
            "client.token.lifetime-fraction",
            "expires_in is a fraction",
            "OAUTH21-3.2.3-02",
            &["client.token.expires-in-fraction-refused"],
            Twist::new(Site::Token, Alter::Member("/expires_in", "3599.5")),
            goes_on_or_stops,
        ),
    ],
};
