//! Refresh tokens over two honest refreshes.
//!
//! # What it does
//!
//! Lets a client log in to a correct network and refresh twice, and looks at the refresh tokens and keys
//! that it uses.
//!
//! # Why it matters
//!
//! A refresh token is good once. A server that sees an old one takes it for stolen, and ends the session.
//!
//! # What a conforming peer does
//!
//! Uses the newest refresh token, and for the whole session the key that the tokens are bound to.
//!
//! # How to fix
//!
//! Store the new refresh token before the access token is used, in place of the old one.
//!
//! # References
//!
//! RFC 6749, section 6; OAuth 2.1, section 4.3.2; atproto OAuth profile, section "Tokens and Session
//! Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Step, Tier};

use crate::client::grants::{has_one_key, uses_newest_token};
use crate::client::rows::{covering, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.refresh.rotation",
    role: Role::Client,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("rotation.rs"),
    script: Script::Watch { steps: TWO_REFRESHES, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.refresh.old-token-used",
                "A refresh token is used again after it was replaced",
                "RFC6749-6-05",
                &["client.refresh.keep-old-token"],
                uses_newest_token,
            ),
            &["ATP-REFR-006", "OAUTH21-4.3.2-01"],
        ),
        holds(
            "client.refresh.other-key",
            "A session is used with another key than its own",
            "ATP-RES-022",
            &["client.dpop.new-key-at-refresh", "client.dpop.new-key-at-resource"],
            has_one_key,
        ),
    ],
};

const TWO_REFRESHES: &[Step] =
    &[Step::Start, Step::Callback, Step::Refresh, Step::Request, Step::Refresh, Step::Request];
