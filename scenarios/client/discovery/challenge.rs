//! Challenges of a PDS that name metadata of another server.
//!
//! # What it does
//!
//! Lets a client log in and ask its PDS for something. The PDS answers with 401 and a challenge
//! whose resource_metadata is a document of another server.
//!
//! # Why it matters
//!
//! Whoever answers one request could otherwise have the session moved to a server of his own,
//! together with its tokens.
//!
//! # What a conforming peer does
//!
//! Does not use that document: its resource is not the URL that was called. Nothing that belongs to
//! the session goes to the server that it names.
//!
//! # How to fix
//!
//! Keep the issuer of a session with the session. Where metadata of a challenge is read, compare
//! resource with the URL that was called.
//!
//! # References
//!
//! RFC 9728, sections 3.3 and 5.1.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist, When};

use crate::client::route::gives_nothing_away;
use crate::client::rows::{LOGIN, holds_with};
use crate::client::surveys::fetches_again;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.challenge",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("challenge.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds_with(
        "client.discovery.challenge-followed-to-other-server",
        "A challenge names the metadata of another server",
        "RFC9728-3.3-03",
        &["client.rs-metadata.challenge-followed"],
        Twist::new(
            Site::Resource,
            Alter::Instead(
                401,
                &[(
                    "WWW-Authenticate",
                    "DPoP error=\"invalid_token\", resource_metadata=\"{other}/.well-known/oauth-protected-resource\"",
                )],
                "{\"error\":\"invalid_token\",\"message\":\"no\"}",
            ),
        ),
        gives_nothing_away,
    ),
        holds_with(
            "client.discovery.metadata-of-challenge",
            "Whether the metadata that a challenge names is read again",
            "RFC9728-5.2-01",
            &["client.identity.no-check-on-restore"],
            Twist::new(
                Site::Resource,
                Alter::Instead(
                    401,
                    &[(
                        "WWW-Authenticate",
                        "DPoP error=\"invalid_token\", resource_metadata=\"{pds}/.well-known/oauth-protected-resource\"",
                    )],
                    "{\"error\":\"invalid_token\",\"message\":\"no\"}",
                ),
            )
            .when(When::Nth(1)),
            fetches_again,
        ),
    ],
};
