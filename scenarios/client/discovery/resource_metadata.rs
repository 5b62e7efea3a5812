//! Protected resource metadata that a client must not, or must, use.
//!
//! # What it does
//!
//! Lets a client begin a login. The protected resource metadata of the PDS has one thing wrong, or one
//! thing that is merely new to it.
//!
//! # Why it matters
//!
//! This document says who may issue tokens for the PDS. Taken from the wrong place, or read generously,
//! it sends the user to a server of somebody else.
//!
//! # What a conforming peer does
//!
//! Uses the document only if the status is 200, `resource` is the PDS and `authorization_servers` names
//! exactly one server. Ignores members that it does not know.
//!
//! # How to fix
//!
//! Turn off redirects for this request, compare `resource` as a string with the origin that was asked,
//! and insist on one entry.
//!
//! # References
//!
//! RFC 9728, sections 3.2 and 3.3; atproto OAuth profile, section "Authorization Servers".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, goes_on, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.resource-metadata",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("resource_metadata.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.discovery.resource-of-other-server",
            "resource names another server",
            "RFC9728-3.3-01",
            &["client.rs-metadata.skip-resource-match"],
            Twist::new(Site::ResourceMetadata, Alter::Member("/resource", "\"{other}\"")),
        ),
        stops(
            Step::Start,
            "client.discovery.two-authorization-servers",
            "authorization_servers has two entries",
            "ATP-DISC-005",
            &["client.rs-metadata.first-server"],
            Twist::new(
                Site::ResourceMetadata,
                Alter::Member("/authorization_servers/-", "\"{other}\""),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.resource-metadata-redirected",
            "The document is behind a redirect",
            "ATP-DISC-007",
            &["client.rs-metadata.follow-redirect"],
            Twist::new(Site::ResourceMetadata, Alter::Redirect(302, "{origin}/moved{path}")),
        ),
        stops(
            Step::Start,
            "client.discovery.resource-metadata-other-success",
            "The document comes with status 203",
            "ATP-DISC-007",
            &["client.rs-metadata.any-success"],
            Twist::new(Site::ResourceMetadata, Alter::Status(203)),
        ),
        goes_on(
            "client.discovery.resource-metadata-unknown-member",
            "The document has a member that nobody knows",
            "RFC9728-3.2-02",
            &["client.rs-metadata.unknown-members-refused"],
            Twist::new(Site::ResourceMetadata, Alter::Member("/x_unknown", "{\"a\":[1]}")),
        ),
    ],
};
