//! Answers to the pushed request that a client must not go on with.
//!
//! # What it does
//!
//! Lets a client begin a login. The answer to its pushed request has another status than 201, lacks
//! the `request_uri`, is an error, or leads elsewhere.
//!
//! # Why it matters
//!
//! A client that takes anything for a `request_uri` sends its user to a page that says something
//! else than it asked for. One that obeys a redirect hands its request, and a confidential client
//! its assertion, to somebody else.
//!
//! # What a conforming peer does
//!
//! Sends the user off only with the `request_uri` of a 201, follows no redirect, and reports
//! everything else as a failure.
//!
//! # How to fix
//!
//! Look at the status before the body, and turn off the following of redirects in the HTTP client.
//!
//! # References
//!
//! RFC 9126, sections 2.2 and 2.3; RFC 9700, section 4.12; atproto OAuth profile, section "Pushed
//! Authorization Requests".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.par.answers",
    role: Role::Client,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("answers.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.par.status-200",
            "The request_uri comes with status 200",
            "RFC9126-2.2-05",
            &["client.par.any-success"],
            Twist::new(Site::Par, Alter::Status(200)).when(When::Nth(2)),
        ),
        stops(
            Step::Start,
            "client.par.status-202",
            "The request_uri comes with status 202",
            "RFC9126-2.2-05",
            &["client.par.any-success"],
            Twist::new(Site::Par, Alter::Status(202)).when(When::Nth(2)),
        ),
        stops(
            Step::Start,
            "client.par.error-with-request-uri",
            "The request_uri comes with status 400",
            "RFC9126-2.2-05",
            &["client.par.status-unchecked"],
            Twist::new(Site::Par, Alter::Status(400)).when(When::Nth(2)),
        ),
        stops(
            Step::Start,
            "client.par.request-uri-missing",
            "The answer has no request_uri",
            "ATP-PAR-005",
            &["client.par.request-uri-optional"],
            Twist::new(Site::Par, Alter::WithoutMember("/request_uri")),
        ),
    ],
};
