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

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Site, Tier};

use crate::client::rows::{LOGIN, holds};
use crate::client::values::repeats;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.redirect.several",
    role: Role::Client,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("several.rs"),
    script: Script::Watch { steps: LOGIN, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[holds(
        "client.redirect.first-uri-at-token",
        "The code is exchanged with another declared redirect_uri than it was sent to",
        "RFC6749-4.1.3-04",
        &["client.redirect.first-uri-at-token"],
        |t| repeats(t, "redirect_uri", &[Site::Token]),
    )],
};
