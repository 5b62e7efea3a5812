//! Refreshes that fail, for a while or for good.
//!
//! # What it does
//!
//! Lets a client log in and refresh. The refresh is answered by a gateway, by nobody, or with
//! `invalid_grant`; afterwards the client is asked to send a request.
//!
//! # Why it matters
//!
//! Servers restart and lines break. A client that throws its refresh token away each time signs its users
//! out; one that goes on after `invalid_grant` keeps a session alive that is none.
//!
//! # What a conforming peer does
//!
//! Keeps the session where the failure may pass. Ends it with `invalid_grant`, and does not try again.
//!
//! # How to fix
//!
//! Look at the status and the error code first, and delete the session for `invalid_grant` alone.
//!
//! # References
//!
//! RFC 6749, section 5.2; OAuth 2.1, section 4.3.2; atproto OAuth profile, section "Tokens and Session
//! Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::grants::{is_over, survives};
use crate::client::rows::{RENEWED, covering, holds_with};
use crate::client::surveys::after_a_lost_answer;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.refresh.failure",
    role: Role::Client,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("failure.rs"),
    script: Script::Walk { steps: RENEWED, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds_with(
            "client.refresh.lost-with-gateway",
            "The session is lost when a gateway answers the refresh with a page",
            "OAUTH21-4.3.2-04",
            &["client.refresh.burn-on-transient", "client.token.parse-before-status"],
            Twist::new(Site::Refresh, GATEWAY).when(When::During(Step::Refresh)),
            survives,
        ),
        holds_with(
            "client.refresh.lost-with-connection",
            "The session is lost when the connection for the refresh is closed",
            "OAUTH21-4.3.2-04",
            &["client.refresh.burn-on-transient"],
            Twist::new(Site::Refresh, Alter::Closed).when(When::During(Step::Refresh)),
            survives,
        ),
        covering(
            holds_with(
                "client.refresh.session-outlives-grant",
                "The session is used on after invalid_grant",
                "OAUTH21-4.3.2-03",
                &["client.refresh.ignore-error"],
                Twist::new(Site::Refresh, INVALID_GRANT),
                is_over,
            ),
            &["ATP-REFR-020"],
        ),
        holds_with(
            "client.refresh.lost-with-error",
            "The session is lost when the server is busy with something else",
            "OAUTH21-4.3.2-04",
            &["client.refresh.burn-on-error"],
            Twist::new(Site::Refresh, BUSY).when(When::During(Step::Refresh)),
            survives,
        ),
        holds_with(
            "client.refresh.answer-lost",
            "The server has refreshed, and its answer is lost",
            "ATP-REFR-019",
            &["client.refresh.burn-on-transient"],
            Twist::new(Site::Refresh, Alter::Lost).when(When::During(Step::Refresh)),
            after_a_lost_answer,
        ),
    ],
};

const GATEWAY: Alter = Alter::Instead(
    502,
    &[("Content-Type", "text/html")],
    "<!doctype html><title>502</title><h1>Bad Gateway</h1>",
);

const INVALID_GRANT: Alter = Alter::Instead(
    400,
    &[("DPoP-Nonce", "{nonce}"), ("Cache-Control", "no-store")],
    r#"{"error":"invalid_grant","error_description":"the session has ended"}"#,
);

const BUSY: Alter = Alter::Instead(
    503,
    &[("DPoP-Nonce", "{nonce}"), ("Retry-After", "1")],
    r#"{"error":"temporarily_unavailable"}"#,
);
