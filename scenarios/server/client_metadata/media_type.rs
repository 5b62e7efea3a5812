//! The media type of a client metadata document.
//!
//! # What it does
//!
//! Publishes a correct client under a fresh `client_id` and pushes a request of it; then one whose
//! correct document comes as another media type; then a correct one again.
//!
//! # Why it matters
//!
//! Sites let users upload text, images and pages, which come from the site's own host. If those
//! pass as metadata, whoever can upload a file is a client with the name of the site.
//!
//! # What a conforming peer does
//!
//! Takes `application/json`, with or without parameters and in any case, and refuses other types.
//! Types that end in `+json` are left open.
//!
//! # How to fix
//!
//! Compare the type without its parameters and without regard to case, and refuse a document that
//! has none.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; Client ID Metadata Document draft, section 4.1;
//! RFC 9110, section 8.3.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, Delivery, Edit, Family, Need, Role, Script, Tier};

use super::rows::{legal, open, public, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.media-type",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("media_type.rs"),
    script: Script::Probe { play: public, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CLAUSE: &str = "ATP-CMD-106";

const fn media_type(value: &'static str) -> Edit {
    Edit::Delivery(Delivery::MediaType(value))
}

const CASES: &[Case] = &[
    refused(
        "server.client-metadata.media-type-html",
        "The document comes as text/html",
        CLAUSE,
        &[],
        &["as.client-metadata.media-type-unchecked"],
        media_type("text/html"),
    ),
    refused(
        "server.client-metadata.media-type-text",
        "The document comes as text/plain",
        CLAUSE,
        &[],
        &["as.client-metadata.text-plain"],
        media_type("text/plain; charset=utf-8"),
    ),
    refused(
        "server.client-metadata.media-type-octets",
        "The document comes as application/octet-stream",
        CLAUSE,
        &[],
        &["as.client-metadata.octet-stream"],
        media_type("application/octet-stream"),
    ),
    refused(
        "server.client-metadata.media-type-missing",
        "The document comes without a media type",
        CLAUSE,
        &[],
        &["as.client-metadata.media-type-optional"],
        media_type(""),
    ),
    open(
        "server.client-metadata.media-type-suffix",
        "The document comes as application/ld+json",
        CLAUSE,
        &["as.client-metadata.json-suffix"],
        media_type("application/ld+json"),
    ),
    legal(
        "server.client-metadata.media-type-parameter-refused",
        "The document comes as application/json with a charset",
        CLAUSE,
        &[],
        &["as.client-metadata.media-type-parameter-refused"],
        media_type("application/json; charset=utf-8"),
    ),
    legal(
        "server.client-metadata.media-type-capitals-refused",
        "The media type of the document is spelled with capitals",
        CLAUSE,
        &[],
        &["as.client-metadata.media-type-case"],
        media_type("Application/JSON"),
    ),
];
