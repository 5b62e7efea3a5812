//! The links to pages of the client in its metadata document.
//!
//! # What it does
//!
//! Publishes a correct client under a fresh `client_id` and pushes a request of it; then one whose
//! document links to a logo, terms, a policy or a home page that the profile does not allow; then
//! a correct one again. None of these URLs is ever fetched by atproof.
//!
//! # Why it matters
//!
//! Servers show these links to people who are about to trust the client. A `javascript:` link on
//! that page runs as the server, and a home page of somebody else is a borrowed name.
//!
//! # What a conforming peer does
//!
//! Takes `https` only for logo, terms and policy, and a `client_uri` on the host of `client_id`.
//! The texts do not say whether the document or only the member is refused, so that these rows are
//! observed. Where the links are in order, the document is as well.
//!
//! # How to fix
//!
//! Check scheme and host when the document is read, and never put a link on a page that was not
//! checked.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; RFC 7591, section 2.

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{legal, public, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.pages",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("pages.rs"),
    script: Script::Probe { play: public, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn set(name: &'static str, json: &'static str) -> Edit {
    Edit::Document(DocumentEdit::Set(name, json))
}

const CASES: &[Case] = &[
    refused(
        "server.client-metadata.logo-http",
        "logo_uri has the scheme http",
        "ATP-CMD-121",
        &[],
        &["as.client-metadata.logo-http"],
        set("logo_uri", "\"http://{host}/logo.png\""),
    ),
    refused(
        "server.client-metadata.logo-data",
        "logo_uri has the scheme data",
        "ATP-CMD-121",
        &[],
        &["as.client-metadata.logo-data"],
        set("logo_uri", "\"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=\""),
    ),
    refused(
        "server.client-metadata.terms-http",
        "tos_uri has the scheme http",
        "ATP-CMD-121",
        &[],
        &["as.client-metadata.terms-http"],
        set("tos_uri", "\"http://{host}/terms\""),
    ),
    refused(
        "server.client-metadata.terms-script",
        "tos_uri has the scheme javascript",
        "ATP-CMD-121",
        &[],
        &["as.client-metadata.terms-script"],
        set("tos_uri", "\"javascript:alert(1)\""),
    ),
    refused(
        "server.client-metadata.policy-http",
        "policy_uri has the scheme http",
        "ATP-CMD-121",
        &[],
        &["as.client-metadata.policy-http"],
        set("policy_uri", "\"http://{host}/policy\""),
    ),
    refused(
        "server.client-metadata.policy-mailto",
        "policy_uri has the scheme mailto",
        "ATP-CMD-121",
        &[],
        &["as.client-metadata.policy-mail"],
        set("policy_uri", "\"mailto:policy@{host}\""),
    ),
    legal(
        "server.client-metadata.logo-elsewhere-refused",
        "logo_uri is on another host",
        "ATP-CMD-121",
        &[],
        &["as.client-metadata.links-elsewhere-refused"],
        set("logo_uri", "\"https://cdn.{host}/logo.png\""),
    ),
    refused(
        "server.client-metadata.client-uri-other-host",
        "client_uri is on another host",
        "ATP-CMD-122",
        &[],
        &["as.client-metadata.uri-other-host"],
        set("client_uri", "\"https://attacker.example/\""),
    ),
    refused(
        "server.client-metadata.client-uri-subdomain",
        "client_uri is on a subdomain of the host of client_id",
        "ATP-CMD-122",
        &[],
        &["as.client-metadata.uri-subdomain"],
        set("client_uri", "\"https://www.{host}/\""),
    ),
    legal(
        "server.client-metadata.client-uri-refused",
        "client_uri is elsewhere on the host of client_id",
        "ATP-CMD-122",
        &[],
        &["as.client-metadata.uri-parent"],
        set("client_uri", "\"{origin}/about\""),
    ),
];
