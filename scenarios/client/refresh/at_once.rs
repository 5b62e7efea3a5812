//! Two requests that need a refresh at once.
//!
//! # What it does
//!
//! Sends the client two requests at the same time, and refuses the access token of both. The server
//! takes its time for the refresh in one of the rows.
//!
//! # Why it matters
//!
//! Servers rotate refresh tokens, and take one that comes twice for stolen: the second refresh ends
//! the session for both.
//!
//! # What a conforming peer does
//!
//! Refreshes once. Who comes while a refresh is under way waits for what it brings, however long it
//! takes.
//!
//! # How to fix
//!
//! Put a lock around the refresh of a session, that lasts as long as the refresh, and look at the
//! stored session once more when it is yours.
//!
//! # References
//!
//! atproto OAuth profile, section "Tokens and Session Lifetime"; OAuth 2.1, section 4.3.2.

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Edit, Family, Role, Script, Settings, Site, Tier, Twist, When,
};

use crate::client::grants::refreshes_once;
use crate::client::rows::{LOGIN, covering, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.refresh.at-once",
    role: Role::Client,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("at_once.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings { in_pairs: true, ..Settings::USUAL } },
    judge: trap,
    cases: &[
        Case {
            edit: Edit::Twists(&BOTH_EXPIRED),
            ..covering(
                holds_with(
                    "client.refresh.twice-at-once",
                    "Two requests refresh at the same time",
                    "ATP-REFR-005",
                    &["client.refresh.no-lock"],
                    BOTH_EXPIRED[0],
                    refreshes_once,
                ),
                &["OAUTH21-4.3.2-01"],
            )
        },
        Case {
            edit: Edit::Twists(&[BOTH_EXPIRED[0], BOTH_EXPIRED[1], SLOW]),
            ..holds_with(
                "client.refresh.twice-while-slow",
                "A second request refreshes while the server takes its time for the first",
                "ATP-REFR-005",
                &["client.refresh.short-lock"],
                SLOW,
                refreshes_once,
            )
        },
    ],
};

const BOTH_EXPIRED: [Twist; 2] = [
    Twist::new(Site::Resource, EXPIRED).when(When::Nth(1)),
    Twist::new(Site::Resource, EXPIRED).when(When::Nth(2)),
];

const SLOW: Twist = Twist::new(Site::Refresh, Alter::Delayed(2));

const EXPIRED: Alter = Alter::Instead(
    401,
    &[
        ("DPoP-Nonce", "{nonce}"),
        (
            "WWW-Authenticate",
            r#"DPoP error="invalid_token", error_description="the token has expired""#,
        ),
    ],
    r#"{"error":"invalid_token","message":"the token has expired"}"#,
);
