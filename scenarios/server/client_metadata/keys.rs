//! Key sets in the documents of confidential clients.
//!
//! # What it does
//!
//! Publishes a correct confidential client under a fresh `client_id` and pushes a request of it,
//! with an assertion; then one with the same kind of assertion and another key set in its document;
//! then a correct one again.
//!
//! # Why it matters
//!
//! Key sets live long and are made for many readers: keys of types that are not known yet stand
//! beside those in use. A server that stumbles over them locks a client out; one that uses every
//! key for everything takes a signature that nobody meant to give.
//!
//! # What a conforming peer does
//!
//! Reads an object with a list of keys, skips keys that it cannot use, and verifies with keys that
//! are meant for it.
//!
//! # How to fix
//!
//! Read keys one by one, and drop those that cannot be read, whose `use` is not `sig`, or whose
//! `key_ops` lacks `verify`.
//!
//! # References
//!
//! RFC 7517, sections 4.2, 4.3 and 5.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Family, Need, Role, Script, Tier};

use super::rows::{confidential, legal, not_authenticated, open};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.keys",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("keys.rs"),
    script: Script::Probe { play: confidential, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    legal(
        "server.client-metadata.unknown-key-type-fails",
        "A key of an unknown type stands before the good one",
        "RFC7517-5-01",
        &[],
        &["as.jose.all-or-nothing"],
        Edit::KeySet("{\"keys\":[{\"kty\":\"ATPROOF\",\"kid\":\"unknown\",\"v\":\"AA\"},{jwk}]}"),
    ),
    legal(
        "server.client-metadata.unknown-curve-fails",
        "A key on an unknown curve stands before the good one",
        "RFC7517-5-01",
        &[],
        &["as.jose.unknown-curve-fails"],
        Edit::KeySet(
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-999\",\"kid\":\"unknown\",\"x\":\"AA\",\
             \"y\":\"AA\"},{jwk}]}",
        ),
    ),
    legal(
        "server.client-metadata.broken-key-fails",
        "A key that lacks a coordinate stands before the good one",
        "RFC7517-5-01",
        &[],
        &["as.jose.broken-key-fails"],
        Edit::KeySet(
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"broken\",\"x\":\"AA\"},{jwk}]}",
        ),
    ),
    legal(
        "server.client-metadata.key-purpose-refused",
        "The key says that it is for verifying",
        "RFC7517-4.2-02",
        &[],
        &["as.jose.key-ops-refused"],
        Edit::KeySet("{\"keys\":[{{members},\"use\":\"sig\",\"key_ops\":[\"verify\"]}]}"),
    ),
    not_authenticated(
        "server.client-metadata.encryption-key-used",
        "The assertion is signed with a key for encryption",
        "RFC7517-4.2-02",
        &[],
        &["as.jose.key-use-unchecked"],
        Edit::KeySet("{\"keys\":[{{members},\"use\":\"enc\"}]}"),
    ),
    not_authenticated(
        "server.client-metadata.key-not-for-verifying",
        "The assertion is signed with a key whose key_ops lacks verify",
        "RFC7517-4.2-02",
        &[],
        &["as.jose.key-ops-unchecked"],
        Edit::KeySet("{\"keys\":[{{members},\"key_ops\":[\"encrypt\"]}]}"),
    ),
    open(
        "server.client-metadata.key-of-other-algorithm",
        "The assertion is signed with a key that is for another algorithm",
        "RFC7517-4.2-02",
        &["as.jose.key-alg-unchecked"],
        Edit::KeySet("{\"keys\":[{{members},\"alg\":\"ES384\"}]}"),
    ),
    open(
        "server.client-metadata.key-revoked",
        "The assertion is signed with a key that is marked as revoked",
        "RFC7517-5-01",
        &["as.jose.ignore-key-status"],
        Edit::KeySet(
            "{\"keys\":[{{members},\"revoked\":{\"revoked_at\":1700000000,\
             \"reason\":\"compromised\"}}]}",
        ),
    ),
    open(
        "server.client-metadata.key-expired",
        "The assertion is signed with a key that says that it expired years ago",
        "RFC7517-5-01",
        &["as.jose.ignore-key-exp"],
        Edit::KeySet("{\"keys\":[{{members},\"exp\":1500000000}]}"),
    ),
    open(
        "server.client-metadata.key-not-yet-active",
        "The assertion is signed with a key that is not to be used for decades",
        "RFC7517-5-01",
        &["as.jose.ignore-key-nbf"],
        Edit::KeySet("{\"keys\":[{{members},\"nbf\":4102444800}]}"),
    ),
    not_authenticated(
        "server.client-metadata.key-set-list",
        "The key set is a list of keys",
        "RFC7517-5-02",
        &[],
        &["as.jose.key-set-bare-list"],
        Edit::KeySet("[{jwk}]"),
    ),
    not_authenticated(
        "server.client-metadata.key-set-without-list",
        "keys of the key set is a key",
        "RFC7517-5-02",
        &[],
        &["as.jose.key-set-single-key"],
        Edit::KeySet("{\"keys\":{jwk}}"),
    ),
    open(
        "server.client-metadata.many-keys",
        "Ten thousand keys stand before the good one",
        "RFC7517-5-02",
        &["as.dos.unbounded-metadata"],
        Edit::KeySet("{\"keys\":[{many},{jwk}]}"),
    ),
    open(
        "server.client-metadata.repeated-kid",
        "Another key with the same kid stands before the good one",
        "RFC7517-5-01",
        &["as.jose.last-of-name"],
        Edit::KeySet("{\"keys\":[{homonym},{jwk}]}"),
    ),
    open(
        "server.client-metadata.private-key-published",
        "The published key is the private key",
        "ATP-CMD-114",
        &["as.client-metadata.private-key"],
        Edit::KeySet("{\"keys\":[{private}]}"),
    ),
];
