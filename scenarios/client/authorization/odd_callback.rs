//! Authorization responses about which the texts are silent.
//!
//! # What it does
//!
//! Changes the authorization response in a way that is neither a good response nor one that a text
//! says how to take, and records what the client makes of it.
//!
//! # Why it matters
//!
//! Where parameters stand twice, a proxy in front of the client may have read another value than
//! the client does. One without a code gives nothing to exchange.
//!
//! # What a conforming peer does
//!
//! Stops where it cannot tell what was meant. Never asks for tokens without a code.
//!
//! # How to fix
//!
//! Read each parameter once, and refuse a response in which one is repeated or missing.
//!
//! # References
//!
//! RFC 6749, sections 3.1, 4.1.2 and 10.14.

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Family, Outcome, Role, Script, Settings, Site, Tier, Transcript, Twist,
};

use crate::client::proofs::nothing;
use crate::client::rows::{LOGIN, holds_with};
use crate::client::surveys::goes_on_or_stops;
use atproof_engine::judge::Wire;
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.authorization.odd-callback",
    role: Role::Client,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("odd_callback.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds_with(
            "client.authorization.state-twice",
            "state stands twice, the second one unknown",
            "ATP-AUTHZ-025",
            &["client.redirect.first-state"],
            Twist::new(Site::Callback, Alter::MoreParameter("state", "{nonce}")),
            goes_on_or_stops,
        ),
        holds_with(
            "client.authorization.code-twice",
            "code stands twice, the second one unknown",
            "OAUTH21-2.3.4-01",
            &["client.redirect.first-code"],
            Twist::new(Site::Callback, Alter::MoreParameter("code", "{nonce}")),
            goes_on_or_stops,
        ),
        holds_with(
            "client.authorization.response-in-fragment",
            "The response stands in the fragment, where it was not asked for",
            "OAUTH21-2.3.4-01",
            &["client.redirect.fragment-read"],
            Twist::new(Site::Callback, Alter::Fragment),
            goes_on_or_stops,
        ),
        holds_with(
            "client.authorization.code-missing",
            "The response has neither code nor error",
            "RFC6749-10.14-02",
            &["client.redirect.code-optional"],
            Twist::new(Site::Callback, Alter::WithoutParameter("code")),
            exchanges_nothing,
        ),
    ],
};

fn exchanges_nothing(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    match (wire.callbacks(&Part::Faulted).next(), wire.at(&Part::Faulted, Site::Token).next()) {
        (None, _) => nothing("no response"),
        (_, Some(sent)) => Outcome::violated("no exchange", "an exchange without a code", sent),
        (_, None) => Outcome::kept("no exchange"),
    }
}
