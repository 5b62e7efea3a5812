//! The `client_id` inside a client metadata document.
//!
//! # What it does
//!
//! Publishes a correct client under a fresh `client_id` and pushes a request of it; then one whose
//! document names another `client_id` than its URL, in spellings that a browser or a file system
//! would take for the same; then a correct one again.
//!
//! # Why it matters
//!
//! The comparison is what ties a document to its place. If a copy of a document works elsewhere,
//! everything that the user is shown of one client can be borrowed by another.
//!
//! # What a conforming peer does
//!
//! Compares the two as strings, character by character, after the JSON was read, and refuses what
//! differs.
//!
//! # How to fix
//!
//! Compare the JSON string with the `client_id` of the request with plain equality; do not parse,
//! trim, decode or fold either.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; Client ID Metadata Document draft, sections 3 and
//! 4.1; RFC 3986, section 6.2.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{legal, public, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.identity",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("identity.rs"),
    script: Script::Probe { play: public, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CLAUSE: &str = "ATP-CMD-103";

const fn other(
    id: &'static str,
    title: &'static str,
    killer: &'static [&'static str],
    value: &'static str,
) -> Case {
    refused(id, title, CLAUSE, &[], killer, named(value))
}

const fn named(value: &'static str) -> Edit {
    Edit::Document(DocumentEdit::Set("client_id", value))
}

const CASES: &[Case] = &[
    other(
        "server.client-metadata.id-of-other-host",
        "The document names a client_id on another host",
        &["as.client-metadata.id-mismatch"],
        "\"https://attacker.example{path}\"",
    ),
    other(
        "server.client-metadata.id-with-slash",
        "client_id in the document has a slash more",
        &["as.client-metadata.id-slash"],
        "\"{id}/\"",
    ),
    other(
        "server.client-metadata.id-in-other-case",
        "client_id in the document has its path in capitals",
        &["as.client-metadata.id-casefold"],
        "\"{base}/CLIENT-METADATA.JSON\"",
    ),
    other(
        "server.client-metadata.id-with-default-port",
        "client_id in the document has the default port",
        &["as.client-metadata.id-normalised"],
        "\"{origin}:443{path}\"",
    ),
    other(
        "server.client-metadata.id-percent-encoded",
        "client_id in the document has a percent-encoded hyphen",
        &["as.client-metadata.id-decoded"],
        "\"{base}/client%2Dmetadata.json\"",
    ),
    other(
        "server.client-metadata.id-with-query",
        "client_id in the document has a query more",
        &["as.client-metadata.id-prefix"],
        "\"{id}?x=1\"",
    ),
    other(
        "server.client-metadata.id-with-space",
        "client_id in the document begins with a space",
        &["as.client-metadata.id-trimmed"],
        "\" {id}\"",
    ),
    other(
        "server.client-metadata.id-in-list",
        "client_id in the document is a list of the right one",
        &["as.client-metadata.id-list"],
        "[\"{id}\"]",
    ),
    refused(
        "server.client-metadata.id-missing",
        "The document has no client_id",
        CLAUSE,
        &[],
        &["as.client-metadata.id-optional"],
        Edit::Document(DocumentEdit::Remove("client_id")),
    ),
    legal(
        "server.client-metadata.escaped-id-refused",
        "client_id in the document is written with escaped slashes",
        CLAUSE,
        &[],
        &["as.client-metadata.id-source-text"],
        named("\"https:\\/\\/{host}{path}\""),
    ),
];
