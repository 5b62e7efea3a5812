//! Code exchanges that fail, and answers that are hard to read.
//!
//! # What it does
//!
//! Lets a client log in. Its code exchange ends with an error, or is answered at a length that nobody
//! needs.
//!
//! # Why it matters
//!
//! A code is good once; a second attempt looks like a thief, and can cost the session. Tokens of an error
//! are no tokens.
//!
//! # What a conforming peer does
//!
//! Looks at the status first, fails, and begins anew. Reads no more than an answer can need.
//!
//! # How to fix
//!
//! Accept 200 alone. Put a limit on bodies.
//!
//! # References
//!
//! RFC 6749, sections 4.1.2 and 5.2; atproto OAuth profile, section "Security
//! Considerations".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::grants::{asks_seldom, sends_code_once, stays_home};
use crate::client::rows::{LOGIN, holds_with, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.token.failure",
    role: Role::Client,
    area: "token",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("failure.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Callback,
            "client.token.error-with-tokens",
            "Status 400, and tokens in the body",
            "RFC6749-5.2-09",
            &["client.token.status-unchecked"],
            Twist::new(Site::Token, Alter::Status(400)),
        ),
        holds_with(
            "client.token.code-again",
            "The code is sent again after the exchange failed with 500",
            "RFC6749-4.1.2-06",
            &["client.token.code-again", "client.token.retry-storm"],
            Twist::new(Site::Token, Alter::Status(500)),
            sends_code_once,
        ),
        holds_with(
            "client.token.error-unknown",
            "The exchange fails with an error that nobody knows",
            "ATP-ERR-004",
            &["client.token.retry-storm"],
            Twist::new(
                Site::Token,
                Alter::Instead(
                    400,
                    &[("DPoP-Nonce", "{nonce}"), ("Cache-Control", "no-store")],
                    r#"{"error":"x_unknown","error_description":["<b>no</b>"]}"#,
                ),
            ),
            |t| asks_seldom(t, Site::Token),
        ),
        stops(
            Step::Callback,
            "client.token.answer-huge",
            "The answer has 16 MiB",
            "ATP-DISC-013",
            &["client.dos.unbounded-answer"],
            Twist::new(Site::Token, Alter::Padded(16 * 1024 * 1024)),
        ),
        holds_with(
            "client.token.redirect-to-other-server",
            "The code exchange is redirected to another server",
            "RFC6749-5.2-09",
            &["client.token.follow-redirect"],
            Twist::new(Site::Token, Alter::Redirect(307, "{other}{path}")).when(When::Nth(1)),
            stays_home,
        ),
    ],
};
