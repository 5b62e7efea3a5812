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

use atproof_engine::judge::{Wire, trap};
use atproof_engine::model::{
    Alter, Family, Outcome, Role, Script, Settings, Site, Step, Tier, Transcript, Twist, When,
};
use atproof_protocol::form;
use atproof_protocol::record::Part;

use crate::client::grants::stays_home;
use crate::client::proofs::nothing;
use crate::client::rows::{LOGIN, goes_on, holds_with, stops};
use crate::client::values::each;

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
        goes_on(
            "client.par.unknown-member-refused",
            "The answer has a member that nobody knows",
            "RFC9126-2.2-05",
            &["client.par.unknown-members-refused"],
            Twist::new(Site::Par, Alter::Member("/x_unknown", "{\"a\":[1]}")),
        ),
        goes_on(
            "client.par.endpoint-not-enough",
            "The server says that it takes no request_uri but those that were pushed",
            "RFC9126-5-02",
            &["client.as-metadata.par-needs-flag"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/request_uri_parameter_supported", "false"),
            ),
        ),
        holds_with(
            "client.par.request-uri-rewritten",
            "The request_uri has characters that do not stand in a query",
            "ATP-PAR-005",
            &["client.par.request-uri-raw"],
            Twist::new(Site::Par, Alter::Member("/request_uri", "\"urn:x:a&b=c#d+{nonce}\"")),
            carries_request_uri,
        ),
        holds_with(
            "client.par.redirect-to-other-server",
            "The pushed request is redirected to another server",
            "RFC9126-2.2-05",
            &["client.par.follow-redirect"],
            Twist::new(Site::Par, Alter::Redirect(307, "{other}{path}")).when(When::Nth(1)),
            stays_home,
        ),
    ],
};

/// The user is sent with what the server gave, as it was.
fn carries_request_uri(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let given =
        wire.at(&Part::Faulted, Site::Par).filter_map(|e| e.response()?.member("request_uri"));
    let Some(given) = given.last() else { return nothing("no request_uri") };
    each(wire.callbacks(&Part::Faulted), "the request_uri as it was given", |exchange| {
        let pairs = form::query_pairs(&exchange.request.url);
        let found = pairs.into_iter().find(|(name, _)| name == "request_uri");
        let found = found.map(|(_, value)| value).unwrap_or_default();
        (given != found.as_str()).then_some(found)
    })
}
