//! Handles that lead to their DID at their own host.
//!
//! # What it does
//!
//! Lets a client begin a login with a handle that has no DNS record. Its host answers /.well-
//! known/atproto-did with the DID, in one way or another.
//!
//! # Why it matters
//!
//! Many handles are hosted like this. Answers are written by hand, so that white space is common;
//! and error pages are not to be taken for answers.
//!
//! # What a conforming peer does
//!
//! Takes the whole body, without white space around it, for the DID, if the status is one of
//! success.
//!
//! # How to fix
//!
//! Check the status, trim, and parse what is left as a DID.
//!
//! # References
//!
//! atproto Handle specification, section "Handle Resolution".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Family, Handles, Role, Script, Settings, Site, Step, Tier, Twist, When,
};

use crate::client::rows::{LOGIN, goes_on, holds_with, stops};
use crate::client::surveys::{counts_redirects, goes_on_or_stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.handle-at-host",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("handle_at_host.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings { handles: Handles::Host, ..Settings::NAMED },
    },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.identity.handle-with-error",
            "The DID of the handle comes with status 404",
            "ATP-IDENT-009",
            &["client.identity.handle-status-unchecked"],
            Twist::new(Site::Handle, Alter::Status(404)).when(When::Of("atproto-did")),
        ),
        stops(
            Step::Start,
            "client.identity.handle-in-two-lines",
            "Two DIDs stand in the answer",
            "ATP-IDENT-010",
            &["client.identity.handle-first-line"],
            Twist::new(Site::Handle, Alter::Body("text/plain", "{value}\n{other_did}\n"))
                .when(When::Of("atproto-did")),
        ),
        stops(
            Step::Start,
            "client.identity.handle-in-page",
            "The DID stands in a page",
            "ATP-IDENT-009",
            &["client.identity.handle-anywhere"],
            Twist::new(Site::Handle, Alter::Body("text/html", "<html><body>{value}</body></html>"))
                .when(When::Of("atproto-did")),
        ),
        goes_on(
            "client.identity.white-space-refused",
            "White space stands around the DID",
            "ATP-IDENT-010",
            &["client.identity.handle-whitespace"],
            Twist::new(Site::Handle, Alter::Body("text/plain", "\n{value}\r\n"))
                .when(When::Of("atproto-did")),
        ),
        stops(
            Step::Start,
            "client.identity.handle-over-http",
            "The DID of the handle is found over http alone",
            "ATP-IDENT-013",
            &["client.identity.handle-over-http"],
            Twist::new(Site::Handle, Alter::Status(404)).when(When::Of("https://")),
        ),
        stops(
            Step::Start,
            "client.identity.handle-moved-to-http",
            "The host of the handle redirects to http",
            "ATP-IDENT-012",
            &["client.identity.handle-over-http"],
            Twist::new(Site::Handle, Alter::Redirect(302, "http://{handle}{path}"))
                .when(When::Of("https://")),
        ),
        holds_with(
            "client.identity.handle-as-octets",
            "The DID comes as application/octet-stream",
            "ATP-IDENT-011",
            &["client.identity.handle-media-type"],
            Twist::new(Site::Handle, Alter::Header("Content-Type", "application/octet-stream"))
                .when(When::Of("atproto-did")),
            goes_on_or_stops,
        ),
        holds_with(
            "client.identity.handle-redirects",
            "How often a redirect of a handle to itself is followed",
            "ATP-IDENT-012",
            &["client.identity.handle-redirects-endless"],
            Twist::new(Site::Handle, Alter::Redirect(302, "{origin}{path}"))
                .when(When::Of("atproto-did")),
            counts_redirects,
        ),
    ],
};
