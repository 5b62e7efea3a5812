//! What the document of a confidential client has to say of its keys.
//!
//! # What it does
//!
//! Publishes a correct confidential client under a fresh `client_id` and pushes a request of it,
//! with an assertion; then one whose document is wrong about keys or algorithm, with an assertion
//! that is as good as it can be; then a correct one again.
//!
//! # Why it matters
//!
//! A confidential client gets longer sessions because it can prove who it is. A document that lets
//! it prove nothing, or with an algorithm of the sender's choice, gives them away.
//!
//! # What a conforming peer does
//!
//! Wants one source of keys, at least one key, and an algorithm that it supports and that is not
//! `none`, and refuses the request otherwise.
//!
//! # How to fix
//!
//! Check these members together when the document is read: each is easy to overlook where keys are
//! used.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; atproto OAuth, Confidential Client Authentication;
//! RFC 7591, section 2.

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{confidential, not_authenticated, open};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.credentials",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("credentials.rs"),
    script: Script::Probe { play: confidential, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// The algorithm that the client declares.
const ALG: &str = "token_endpoint_auth_signing_alg";

const fn set(name: &'static str, json: &'static str) -> Edit {
    Edit::Document(DocumentEdit::Set(name, json))
}

const CASES: &[Case] = &[
    not_authenticated(
        "server.client-metadata.two-key-sources",
        "The document has both jwks and jwks_uri",
        "ATP-CMD-113",
        &[],
        &["as.client-metadata.both-key-sources"],
        set("jwks_uri", "\"{keys}\""),
    ),
    not_authenticated(
        "server.client-metadata.keys-missing",
        "A client with private_key_jwt has neither jwks nor jwks_uri",
        "ATP-CMD-114",
        &[],
        &["as.client-metadata.keys-optional"],
        Edit::Document(DocumentEdit::Remove("jwks")),
    ),
    not_authenticated(
        "server.client-metadata.key-set-empty",
        "A client with private_key_jwt has no key in its key set",
        "ATP-CMD-114",
        &["RFC7517-5-02"],
        &["as.client-metadata.key-set-empty"],
        Edit::KeySet("{\"keys\":[]}"),
    ),
    not_authenticated(
        "server.client-metadata.alg-none",
        "The declared algorithm of assertions is none",
        "ATP-CMD-118",
        &[],
        &["as.client-metadata.alg-none"],
        set(ALG, "\"none\""),
    ),
    not_authenticated(
        "server.client-metadata.alg-unknown",
        "The declared algorithm of assertions is one that no server supports",
        "ATP-CMD-119",
        &[],
        &["as.client-metadata.alg-unsupported"],
        set(ALG, "\"XS256\""),
    ),
    not_authenticated(
        "server.client-metadata.alg-symmetric",
        "The declared algorithm of assertions is HS256",
        "ATP-CMD-119",
        &[],
        &["as.client-metadata.alg-symmetric"],
        set(ALG, "\"HS256\""),
    ),
    open(
        "server.client-metadata.alg-missing",
        "A client with private_key_jwt declares no algorithm",
        "ATP-CMD-119",
        &["as.client-metadata.alg-required"],
        Edit::Document(DocumentEdit::Remove(ALG)),
    ),
];
