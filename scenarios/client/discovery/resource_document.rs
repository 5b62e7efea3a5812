//! How protected resource metadata is delivered, and which server it names.
//!
//! # What it does
//!
//! Lets a client begin a login. The protected resource metadata comes with another status or media
//! type, or has something else in the place of one authorization server.
//!
//! # Why it matters
//!
//! Here the client learns where it sends the user. What the PDS did not say in its own name, in the
//! form that is laid down, is not said.
//!
//! # What a conforming peer does
//!
//! Uses the document only if the status is 200, the media type is application/json, resource is the
//! URL of the PDS, and authorization_servers is a list of one bare origin.
//!
//! # How to fix
//!
//! Check status and media type before the body, compare resource as a string, and parse the one
//! entry as an origin.
//!
//! # References
//!
//! RFC 9728, sections 2.2, 3.1 to 3.3 and 6; atproto OAuth profile, section "Authorization
//! Servers".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, goes_on, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.resource-document",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("resource_document.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.discovery.resource-metadata-with-error",
            "The document comes with status 500",
            "ATP-DISC-007",
            &["client.rs-metadata.status-unchecked"],
            Twist::new(Site::ResourceMetadata, Alter::Status(500)),
        ),
        stops(
            Step::Start,
            "client.discovery.resource-metadata-plain-text",
            "The document comes as text/plain",
            "ATP-DISC-009",
            &["client.rs-metadata.any-media-type"],
            Twist::new(Site::ResourceMetadata, Alter::Header("Content-Type", "text/plain")),
        ),
        stops(
            Step::Start,
            "client.discovery.resource-with-slash",
            "resource has a slash at its end",
            "RFC9728-3.3-01",
            &["client.rs-metadata.resource-normalised"],
            Twist::new(Site::ResourceMetadata, Alter::Member("/resource", "\"{value}/\"")),
        ),
        stops(
            Step::Start,
            "client.discovery.resource-with-invisible-character",
            "resource has an invisible character at its end",
            "RFC9728-6-01",
            &["client.rs-metadata.resource-trimmed"],
            Twist::new(Site::ResourceMetadata, Alter::Member("/resource", "\"{value}\u{200b}\"")),
        ),
        stops(
            Step::Start,
            "client.discovery.authorization-server-with-path",
            "The authorization server has a path",
            "ATP-DISC-006",
            &["client.rs-metadata.server-with-path"],
            Twist::new(
                Site::ResourceMetadata,
                Alter::Member("/authorization_servers", "[\"{issuer}/oauth\"]"),
            ),
        ),
        goes_on(
            "client.discovery.signed-metadata-not-ignored",
            "A signed_metadata that nobody signed names another server",
            "RFC9728-2.2-01",
            &["client.rs-metadata.signature-unchecked"],
            Twist::new(
                Site::ResourceMetadata,
                Alter::Member(
                    "/signed_metadata",
                    "\"eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL290aGVyLmF0cHJvb2YudGVzdCIsImF1dGhvcml6YXRpb25fc2VydmVycyI6WyJodHRwczovL290aGVyLmF0cHJvb2YudGVzdCJdfQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
                ),
            ),
        ),
    ],
};
