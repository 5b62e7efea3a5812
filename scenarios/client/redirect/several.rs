//! Clients with more than one redirect URI.
//!
//! # What it does
//!
//! Makes a client whose document declares two redirect URIs, and lets it log in with the second.
//!
//! # Why it matters
//!
//! A code belongs to the redirect URI that it was sent to. A client that exchanges it with another one
//! gets nothing, and only where it has several.
//!
//! # What a conforming peer does
//!
//! Keeps the redirect URI of the pushed request with the login, and sends it with the code.
//!
//! # How to fix
//!
//! Store it beside the verifier. Do not take the first of the document.
//!
//! # References
//!
//! RFC 6749, section 4.1.3.

use atproof_engine::judge::{Wire, parameter, trap};
use atproof_engine::model::{
    Alter, Family, Outcome, Role, Script, Settings, Site, Tier, Transcript, Twist,
};
use atproof_protocol::record::Part;

use crate::client::assertions::told;
use crate::client::rows::{LOGIN, holds_with};
use crate::client::values::each;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.redirect.several",
    role: Role::Client,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("several.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[holds_with(
        "client.redirect.first-uri-at-token",
        "The code is exchanged with another declared redirect_uri than it was sent to",
        "RFC6749-4.1.3-04",
        &["client.redirect.first-uri-at-token"],
        Twist::new(
            Site::Client,
            Alter::Member("/redirect_uri", "\"https://client.internal/oauth/callback\""),
        ),
        repeats_the_second,
    )],
};

fn repeats_the_second(transcript: &Transcript<'_>) -> Outcome {
    let told = told(transcript, &Part::Faulted, "redirect_uri").unwrap_or_default();
    let wire = Wire::new(transcript);
    let mut pushed = wire.at(&Part::Faulted, Site::Par).map(|e| parameter(e, "redirect_uri"));
    if pushed.any(|pushed| pushed.as_deref() != told.as_str()) {
        return Outcome::not_offered(
            "a client that can be told which of its redirect URIs to use",
            "it pushes another one than `init` says",
        );
    }
    let expected = "redirect_uri as it was pushed";
    each(wire.at(&Part::Faulted, Site::Token), expected, |exchange| {
        let found = parameter(exchange, "redirect_uri");
        (found.as_deref() != told.as_str()).then(|| found.unwrap_or_else(|| "none".to_owned()))
    })
}
