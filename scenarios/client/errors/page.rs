//! Pages where an answer of the protocol is due.
//!
//! # What it does
//!
//! Answers a pushed request or a code exchange as a gateway does whose server is away: 502 and a
//! page.
//!
//! # Why it matters
//!
//! Gateways, proxies and rate limiters do not know the protocol. A client that reads each body as
//! JSON falls over their pages, and takes the application with it.
//!
//! # What a conforming peer does
//!
//! Ends the login with an error of its own.
//!
//! # How to fix
//!
//! Look at the status first, and read the body only where it says that it is JSON.
//!
//! # References
//!
//! atproto OAuth profile, section "Authorization Servers"; RFC 6749, section 5.2.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.errors.page",
    role: Role::Client,
    area: "errors",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("page.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.errors.page-at-par",
            "The pushed request is answered with a page",
            "ATP-ERR-004",
            &["client.par.error-page-fatal"],
            Twist::new(Site::Par, GATEWAY),
        ),
        stops(
            Step::Callback,
            "client.errors.page-at-token",
            "The code exchange is answered with a page",
            "ATP-ERR-004",
            &["client.token.error-page-fatal"],
            Twist::new(Site::Token, GATEWAY),
        ),
    ],
};

const GATEWAY: Alter = Alter::Instead(
    502,
    &[("Content-Type", "text/html")],
    "<!doctype html><title>502</title><h1>Bad Gateway</h1>",
);
