//! How the metadata of an authorization server is delivered, and whom it names.
//!
//! # What it does
//!
//! Lets a client begin a login. The metadata of the authorization server comes with another status
//! or media type, is enormous, or names an issuer that only looks like the right one.
//!
//! # Why it matters
//!
//! What is no answer to the question must not be used as one: error pages and uploads of users can
//! hold JSON, too. Issuers that are compared generously are the way into mix-up attacks.
//!
//! # What a conforming peer does
//!
//! Uses the document only if the status is 200, the media type is application/json and issuer is
//! the URL that was asked, character by character.
//!
//! # How to fix
//!
//! Check status and media type before the body, limit its length, and compare issuer as a string.
//!
//! # References
//!
//! RFC 8414, sections 2, 3.2 and 3.3; atproto OAuth profile, section "Authorization Servers". RFC
//! 9207, section 4.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, goes_on, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.server-document",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("server_document.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.discovery.server-metadata-other-success",
            "The document comes with status 203",
            "ATP-DISC-008",
            &["client.as-metadata.any-success"],
            Twist::new(Site::ServerMetadata, Alter::Status(203)),
        ),
        stops(
            Step::Start,
            "client.discovery.server-metadata-with-error",
            "The document comes with status 500",
            "RFC8414-3.2-03",
            &["client.as-metadata.status-unchecked"],
            Twist::new(Site::ServerMetadata, Alter::Status(500)),
        ),
        stops(
            Step::Start,
            "client.discovery.server-metadata-plain-text",
            "The document comes as text/plain",
            "ATP-DISC-009",
            &["client.as-metadata.any-media-type"],
            Twist::new(Site::ServerMetadata, Alter::Header("Content-Type", "text/plain")),
        ),
        stops(
            Step::Start,
            "client.discovery.server-metadata-huge",
            "The document has 16 MiB",
            "ATP-DISC-013",
            &["client.dos.unbounded-body"],
            Twist::new(Site::ServerMetadata, Alter::Padded(16 << 20)),
        ),
        stops(
            Step::Start,
            "client.discovery.issuer-with-invisible-character",
            "issuer has an invisible character at its end",
            "RFC8414-4-01",
            &["client.as-metadata.issuer-trimmed"],
            Twist::new(Site::ServerMetadata, Alter::Member("/issuer", "\"{value}\u{200b}\"")),
        ),
        goes_on(
            "client.discovery.server-signed-metadata-not-ignored",
            "A signed_metadata that nobody signed names another token endpoint",
            "RFC8414-3.2-04",
            &["client.as-metadata.signed-unverified"],
            Twist::new(Site::ServerMetadata, Alter::Member("/signed_metadata", FORGED)),
        ),
    ],
};

/// Its claims name the token endpoint of another server, and its signature is all zeros.
const FORGED: &str = concat!(
    "\"eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ",
    ".eyJpc3MiOiJodHRwczovL290aGVyLmF0cHJvb2YudGVzdCIsInRva2VuX2VuZHBvaW50IjoiaHR0cHM6Ly9vdGhlci5hdHByb29mLnRlc3Qvb2F1dGgvdG9rZW4ifQ",
    ".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
);
