//! A PDS that is out of order for a moment.
//!
//! # What it does
//!
//! Answers one request as a gateway does whose server is away, or with a success that is no JSON,
//! and lets the client ask again.
//!
//! # Why it matters
//!
//! Gateways answer in the place of a PDS now and then. A client that takes that for the end of its
//! session makes the user log in again.
//!
//! # What a conforming peer does
//!
//! Hands the answer over, or says that it failed, and keeps its session.
//!
//! # How to fix
//!
//! Leave the body to the caller, and end a session only when the authorization server says that the
//! grant is gone.
//!
//! # References
//!
//! atproto XRPC, section "Error Responses"; atproto OAuth profile, section "Tokens and Session
//! Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::grants::asks_again;
use crate::client::rows::{goes_on, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.resource.out-of-order",
    role: Role::Client,
    area: "resource",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("out_of_order.rs"),
    script: Script::Walk {
        steps: &[Step::Start, Step::Callback, Step::Request, Step::Request],
        settings: Settings::USUAL,
    },
    judge: trap,
    cases: &[
        holds_with(
            "client.resource.session-lost-with-page",
            "The session is lost when a gateway answers in the place of the PDS",
            "ATP-RES-010",
            &["client.rs.error-ends-session"],
            Twist::new(Site::Resource, GATEWAY).when(When::Nth(1)),
            asks_again,
        ),
        goes_on(
            "client.resource.body-not-json",
            "An answer of the PDS is text",
            "ATP-RES-010",
            &["client.rs.json-only"],
            Twist::new(Site::Resource, Alter::Body("text/plain; charset=utf-8", "hello"))
                .when(When::From(2)),
        ),
    ],
};

const GATEWAY: Alter = Alter::Instead(
    502,
    &[("Content-Type", "text/html")],
    "<!doctype html><title>502</title><h1>Bad Gateway</h1>",
);
