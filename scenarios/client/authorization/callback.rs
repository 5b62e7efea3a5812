//! Authorization responses that a client must not, or must, take.
//!
//! # What it does
//!
//! Calls a client back after the user has approved, with one parameter of the response wrong, missing,
//! doubled or unknown, or with an error beside its code.
//!
//! # Why it matters
//!
//! The response comes through the browser, where anybody can put one. `state` ties it to a login that
//! this client began, `iss` to the server that it began it at; without the second, a code goes to the
//! wrong server.
//!
//! # What a conforming peer does
//!
//! Looks up the login by `state`, compares `iss` with the issuer of that login as a string, ends the
//! login with its first response, and exchanges no code otherwise. Ignores parameters that it does not
//! know.
//!
//! # How to fix
//!
//! Check `state`, then `iss`, before the code is looked at; refuse doubled parameters; forget the login
//! in any case.
//!
//! # References
//!
//! RFC 6749, sections 4.1.2 and 10.12; RFC 9207, section 2.4; RFC 9700, section 4.4.2; atproto OAuth
//! profile, section "Authorization Request Flow".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, covering, goes_on, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.authorization.callback",
    role: Role::Client,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("callback.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            stops(
                Step::Callback,
                "client.authorization.iss-missing",
                "The response has no iss",
                "RFC9207-2.4-02",
                &["client.redirect.iss-optional"],
                Twist::new(Site::Callback, Alter::WithoutParameter("iss")),
            ),
            &["ATP-AUTHZ-024"],
        ),
        covering(
            stops(
                Step::Callback,
                "client.authorization.iss-of-other-server",
                "iss names another server",
                "RFC9207-2.4-01",
                &["client.redirect.skip-iss", "client.redirect.issuer-of-response"],
                Twist::new(Site::Callback, Alter::Parameter("iss", "{other}")),
            ),
            &[
                "ATP-AUTHZ-024",
                "RFC9700-2.1-03",
                "RFC9207-2.4-07",
                "RFC9700-4.4.2-01",
                "OAUTH21-2.3.4-01",
            ],
        ),
        stops(
            Step::Callback,
            "client.authorization.iss-empty",
            "iss is empty",
            "RFC9207-2.4-01",
            &["client.redirect.empty-issuer-passes"],
            Twist::new(Site::Callback, Alter::Parameter("iss", "")),
        ),
        stops(
            Step::Callback,
            "client.authorization.iss-with-slash",
            "iss has a slash more than the issuer",
            "RFC9207-2.4-03",
            &["client.redirect.iss-normalised"],
            Twist::new(Site::Callback, Alter::Parameter("iss", "{issuer}/")),
        ),
        stops(
            Step::Callback,
            "client.authorization.iss-longer",
            "iss begins with the issuer",
            "RFC9207-2.4-01",
            &["client.redirect.iss-prefix"],
            Twist::new(Site::Callback, Alter::Parameter("iss", "{issuer}.example")),
        ),
        stops(
            Step::Callback,
            "client.authorization.iss-twice",
            "iss stands twice, the second of another server",
            "RFC9207-2.4-06",
            &["client.redirect.first-iss"],
            Twist::new(Site::Callback, Alter::MoreParameter("iss", "{other}")),
        ),
        covering(
            stops(
                Step::Callback,
                "client.authorization.state-unknown",
                "state is one that the client never sent",
                "ATP-AUTHZ-025",
                &["client.redirect.state-unbound"],
                Twist::new(Site::Callback, Alter::Parameter("state", "{nonce}")),
            ),
            &["RFC6749-10.12-01"],
        ),
        stops(
            Step::Callback,
            "client.authorization.state-missing",
            "The response has no state",
            "ATP-AUTHZ-025",
            &["client.redirect.state-optional"],
            Twist::new(Site::Callback, Alter::WithoutParameter("state")),
        ),
        covering(
            stops(
                Step::Callback,
                "client.authorization.response-replayed",
                "The response comes again after it was taken",
                "RFC9700-4.2.4-02",
                &["client.redirect.state-kept"],
                Twist::new(Site::Callback, Alter::Twice),
            ),
            &["RFC6749-4.1.2-06"],
        ),
        stops(
            Step::Callback,
            "client.authorization.state-used-after-refusal",
            "The response comes again after one with another iss was refused",
            "RFC9700-4.2.4-02",
            &["client.redirect.state-reusable"],
            Twist::new(Site::Callback, Alter::Spoiled("iss", "{other}")),
        ),
        goes_on(
            "client.authorization.login-ended-by-stranger",
            "An error without a state of the client comes before the response",
            "ATP-ERR-008",
            &["client.redirect.error-before-state"],
            Twist::new(
                Site::Callback,
                Alter::Preceded("error=access_denied&state={nonce}&iss={issuer}"),
            ),
        ),
        goes_on(
            "client.authorization.login-ended-by-login",
            "Another login is begun before the response comes",
            "ATP-AUTHZ-035",
            &["client.redirect.one-login-at-a-time"],
            Twist::new(Site::Callback, Alter::Interleaved),
        ),
        covering(
            stops(
                Step::Callback,
                "client.authorization.error-with-code",
                "The response has an error beside its code",
                "RFC6749-4.1.2.1-05",
                &["client.redirect.error-ignored"],
                Twist::new(Site::Callback, Alter::MoreParameter("error", "access_denied")),
            ),
            &["ATP-AUTHZ-033"],
        ),
        goes_on(
            "client.authorization.unknown-parameter-refused",
            "The response has a parameter that nobody knows",
            "RFC6749-4.1.2-05",
            &["client.redirect.unknown-parameters-refused"],
            Twist::new(Site::Callback, Alter::MoreParameter("x_unknown", "1")),
        ),
    ],
};
