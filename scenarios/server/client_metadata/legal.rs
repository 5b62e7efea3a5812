//! What a client metadata document may have beside the profile, or leave out.
//!
//! # What it does
//!
//! Publishes a correct client under a fresh `client_id` and pushes a request of it; then one whose
//! document has members that the server need not know, or lacks one that is optional; then a
//! correct one again. All have to be accepted.
//!
//! # Why it matters
//!
//! A document is written once for all servers, old and new. What one server refuses for a member
//! that it does not know can be used nowhere.
//!
//! # What a conforming peer does
//!
//! Ignores members that it does not understand, of whatever type, and takes the default of what is
//! optional.
//!
//! # How to fix
//!
//! Read the members that are needed and let all others be.
//!
//! # References
//!
//! RFC 7591, sections 2 and 2.2; Client ID Metadata Document draft, section 4.1; atproto OAuth,
//! Client ID Metadata Document.

use atproof_engine::judge;
use atproof_engine::model::{Case, Delivery, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{legal, open, public};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.legal",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("legal.rs"),
    script: Script::Probe { play: public, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn with(name: &'static str, json: &'static str) -> Edit {
    Edit::Document(DocumentEdit::Set(name, json))
}

const CASES: &[Case] = &[
    legal(
        "server.client-metadata.unknown-member-refused",
        "The document has a member that nobody knows",
        "RFC7591-2-04",
        &["CIMD-4.1-03", "ATP-CMD-126"],
        &["as.client-metadata.unknown-refused"],
        with("com_example_atproof", "\"unknown\""),
    ),
    legal(
        "server.client-metadata.unknown-object-refused",
        "An unknown member is an object",
        "RFC7591-2-04",
        &["CIMD-4.1-03"],
        &["as.client-metadata.nested-refused"],
        with("com_example_atproof", "{\"a\":[1,true,{\"b\":false}]}"),
    ),
    legal(
        "server.client-metadata.unknown-null-refused",
        "An unknown member is null",
        "RFC7591-2-04",
        &["CIMD-4.1-03"],
        &["as.client-metadata.null-refused"],
        with("com_example_atproof", "null"),
    ),
    legal(
        "server.client-metadata.unknown-number-refused",
        "An unknown member is a number of thirty digits",
        "RFC7591-2-04",
        &["CIMD-4.1-03"],
        &["as.client-metadata.number-refused"],
        with("com_example_atproof", "123456789012345678901234567890"),
    ),
    legal(
        "server.client-metadata.contacts-refused",
        "The document names contacts, as RFC 7591 has them",
        "RFC7591-2-04",
        &["CIMD-4.1-03"],
        &["as.client-metadata.contacts-refused"],
        with("contacts", "[\"admin@{host}\"]"),
    ),
    legal(
        "server.client-metadata.language-tag-refused",
        "The document has a client_name in another language",
        "RFC7591-2-04",
        &["CIMD-4.1-03"],
        &["as.client-metadata.language-tag-refused"],
        with("client_name#ja", "\"\u{30af}\u{30e9}\u{30a4}\u{30a2}\u{30f3}\u{30c8}\""),
    ),
    open(
        "server.client-metadata.openid-member",
        "The document has a member of OpenID Connect",
        "RFC7591-2-04",
        &["as.client-metadata.oidc-refused"],
        with("id_token_signed_response_alg", "\"ES256\""),
    ),
    open(
        "server.client-metadata.alg-of-public-client",
        "A public client has token_endpoint_auth_signing_alg",
        "ATP-CMD-119",
        &["as.client-metadata.alg-of-public-refused"],
        with("token_endpoint_auth_signing_alg", "\"ES256\""),
    ),
    legal(
        "server.client-metadata.application-type-required",
        "The document of a web client has no application_type",
        "ATP-CMD-117",
        &[],
        &["as.client-metadata.application-type-required"],
        Edit::Document(DocumentEdit::Remove("application_type")),
    ),
    legal(
        "server.client-metadata.client-name-required",
        "The document has no client_name",
        "ATP-PAR-001",
        &[],
        &["as.client-metadata.require-client-name"],
        Edit::Document(DocumentEdit::Remove("client_name")),
    ),
    legal(
        "server.client-metadata.refresh-grant-required",
        "grant_types is authorization_code alone",
        "ATP-CMD-110",
        &[],
        &["as.client-metadata.refresh-required"],
        with("grant_types", "[\"authorization_code\"]"),
    ),
    legal(
        "server.client-metadata.four-kilobytes-refused",
        "The document is some four kilobytes long",
        "CIMD-4.1-03",
        &[],
        &["as.client-metadata.limit-2000"],
        Edit::Delivery(Delivery::Padded(3500)),
    ),
];
