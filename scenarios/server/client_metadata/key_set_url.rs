//! Key sets of confidential clients at a URL of their own.
//!
//! # What it does
//!
//! Publishes a correct confidential client whose document names a `jwks_uri`, and pushes a request
//! of it, with an assertion; then one whose key set is elsewhere, comes in another way, or holds
//! something else; then a correct one again.
//!
//! # Why it matters
//!
//! A key set that is fetched is as much a stranger's text as the document is. It is often read by
//! other code, with fewer checks.
//!
//! # What a conforming peer does
//!
//! Takes a `jwks_uri` that is https, fetches it with the same care as the document, and applies the
//! same rules to the keys as if they stood in the document.
//!
//! # How to fix
//!
//! Use one function to fetch and one to read keys, whatever the source. Take
//! `application/jwk-set+json` and `application/json`.
//!
//! # References
//!
//! atproto OAuth, Confidential Client Authentication; RFC 7517, sections 4.2, 5 and 8.5.

use atproof_engine::judge;
use atproof_engine::model::{Case, Delivery, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{by_reference, legal, not_authenticated, open};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.key-set-url",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("key_set_url.rs"),
    script: Script::Probe { play: by_reference, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn delivered(delivery: Delivery) -> Edit {
    Edit::KeySetDelivery(delivery)
}

const CASES: &[Case] = &[
    not_authenticated(
        "server.client-metadata.jwks-uri-http",
        "jwks_uri has the scheme http",
        "ATP-CMD-115",
        &[],
        &["as.client-metadata.jwks-uri-http"],
        Edit::Document(DocumentEdit::Set("jwks_uri", "\"http://{host}{folder}/jwks.json\"")),
    ),
    not_authenticated(
        "server.client-metadata.jwks-uri-relative",
        "jwks_uri is relative to the document",
        "ATP-CMD-115",
        &[],
        &["as.client-metadata.jwks-uri-relative"],
        Edit::Document(DocumentEdit::Set("jwks_uri", "\"jwks.json\"")),
    ),
    legal(
        "server.client-metadata.jwk-set-type-refused",
        "The key set comes as application/jwk-set+json",
        "RFC7517-8.5-01",
        &[],
        &["as.jose.jwk-set-type-refused"],
        delivered(Delivery::MediaType("application/jwk-set+json")),
    ),
    open(
        "server.client-metadata.key-set-as-text",
        "The key set comes as text/plain",
        "RFC7517-8.5-01",
        &["as.jose.key-set-type-unchecked"],
        delivered(Delivery::MediaType("text/plain")),
    ),
    not_authenticated(
        "server.client-metadata.key-set-absent",
        "There is nothing at jwks_uri",
        "ATP-CMD-114",
        &[],
        &["as.jose.key-set-absent-trusted", "as.jose.key-set-failure-500"],
        delivered(Delivery::Absent),
    ),
    open(
        "server.client-metadata.key-set-status-404",
        "A key set comes with status 404",
        "RFC7517-8.5-01",
        &["as.jose.key-set-any-status"],
        delivered(Delivery::Status(404)),
    ),
    open(
        "server.client-metadata.key-set-redirected",
        "The key set is answered with a redirect to a good copy",
        "ATP-DISC-014",
        &["as.jose.key-set-redirect-followed"],
        delivered(Delivery::Redirect(302)),
    ),
    not_authenticated(
        "server.client-metadata.key-set-megabyte",
        "The key set is a megabyte long",
        "ATP-DISC-014",
        &[],
        &["as.dos.unbounded-key-set"],
        delivered(Delivery::Padded(1024 * 1024)),
    ),
    not_authenticated(
        "server.client-metadata.fetched-encryption-key-used",
        "The assertion is signed with a key for encryption, which was fetched",
        "RFC7517-4.2-02",
        &[],
        &["as.jose.jwks-uri-unchecked"],
        Edit::KeySet("{\"keys\":[{{members},\"use\":\"enc\"}]}"),
    ),
    open(
        "server.client-metadata.fetched-private-key",
        "The key at jwks_uri is the private key",
        "ATP-CMD-114",
        &["as.jose.jwks-uri-unchecked"],
        Edit::KeySet("{\"keys\":[{private}]}"),
    ),
];
