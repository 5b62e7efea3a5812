//! A PDS that turns the client away, or sends it elsewhere.
//!
//! # What it does
//!
//! Lets a client log in and ask the PDS for something. The PDS says that the token is not good, once or
//! always, that it is busy, or redirects to another server.
//!
//! # Why it matters
//!
//! A token that follows a redirect is known to a stranger. A client that never gives up is a burden on
//! the server; one that never tries again is of no use to its user.
//!
//! # What a conforming peer does
//!
//! Refreshes once after `invalid_token` and tries again. Waits where it is told to. Takes its token
//! nowhere else.
//!
//! # How to fix
//!
//! Follow no redirect with a token. Count attempts, per request of the application.
//!
//! # References
//!
//! RFC 6750, section 3.1; RFC 9449, section 7.1; atproto HTTP API specification, section "Rate Limits".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist, When};

use crate::client::grants::{asks_seldom, refreshes_seldom, stays_home};
use crate::client::rows::{LOGIN, covering, goes_on, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.resource.refusal",
    role: Role::Client,
    area: "resource",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("refusal.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds_with(
            "client.resource.redirect-to-other-server",
            "The token follows a redirect to another server",
            "ATP-RES-025",
            &["client.rs.follow-redirects"],
            Twist::new(Site::Resource, Alter::Redirect(307, "{other}{path}")).when(When::Nth(1)),
            stays_home,
        ),
        covering(
            goes_on(
                "client.resource.no-refresh",
                "The PDS says once that the token has expired",
                "ATP-REFR-018",
                &["client.refresh.not-on-401", "client.refresh.legacy-error-name"],
                Twist::new(Site::Resource, INVALID_TOKEN).when(When::Nth(1)),
            ),
            &["OAUTH21-3.2.3-02"],
        ),
        holds_with(
            "client.resource.endless-refresh",
            "The PDS says every time that the token has expired",
            "ATP-RES-012",
            &["client.refresh.endlessly"],
            Twist::new(Site::Resource, INVALID_TOKEN),
            refreshes_seldom,
        ),
        holds_with(
            "client.resource.rate-limit-ignored",
            "The PDS answers 429 with Retry-After",
            "ATP-RES-011",
            &["client.rs.retry-storm"],
            Twist::new(Site::Resource, BUSY),
            |t| asks_seldom(t, Site::Resource),
        ),
    ],
};

/// How resource servers refuse a token (RFC 9449, section 7.1).
const INVALID_TOKEN: Alter = Alter::Instead(
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

/// How servers limit the rate of requests (RFC 6585, section 4).
const BUSY: Alter = Alter::Instead(
    429,
    &[("DPoP-Nonce", "{nonce}"), ("Retry-After", "2")],
    r#"{"error":"RateLimitExceeded","message":"too many requests"}"#,
);
