//! The request for new tokens.
//!
//! # What it does
//!
//! Lets a client log in with less than it declares and refresh, and reads what it asks for.
//!
//! # Why it matters
//!
//! A request of another grant is refused by every server, so that the session ends with its first
//! access token. One for more scope than was granted is refused too, or takes what the user did not
//! give.
//!
//! # What a conforming peer does
//!
//! Sends grant_type=refresh_token and the refresh token, and no scope beyond the granted one.
//!
//! # How to fix
//!
//! Build the refresh from the session, not from the configuration.
//!
//! # References
//!
//! RFC 6749, section 6; atproto OAuth profile, section "Tokens and Session Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::grants::{asks_for_no_more, is_a_refresh};
use crate::client::rows::{RENEWED, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.refresh.request",
    role: Role::Client,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("request.rs"),
    script: Script::Watch {
        steps: RENEWED,
        settings: Settings { scope: "atproto", ..Settings::USUAL },
    },
    judge: trap,
    cases: &[
        holds(
            "client.refresh.other-grant",
            "New tokens are asked for with another grant type",
            "ATP-REFR-018",
            &["client.refresh.wrong-grant-type"],
            is_a_refresh,
        ),
        holds(
            "client.refresh.scope-widened",
            "More scope is asked for than was granted",
            "ATP-SCOPE-016",
            &["client.refresh.scope-widened"],
            asks_for_no_more,
        ),
    ],
};
