//! Clients that are made with a document that no server takes.
//!
//! # What it does
//!
//! Tells a client of a metadata document, or of a key, with which nobody can log in anywhere, and asks
//! it to.
//!
//! # Why it matters
//!
//! A wrong document shows at the first login, in the words of a server that may not say what it
//! misses. A private key in a document is known to the world from that moment on.
//!
//! # What a conforming peer does
//!
//! Says so when the client is made. Whoever wrote the document is wrong, so that to go on is no more
//! than a warning here.
//!
//! # How to fix
//!
//! Check document and keys where the client is constructed, with the same code that reads them on
//! servers.
//!
//! # References
//!
//! atproto OAuth profile, sections "Client ID Metadata Document" and "Confidential Client
//! Authentication"; RFC 7517, sections 4.1 and 5; RFC 7591, section 2.

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Edit, Family, Outcome, Role, Script, Settings, Site, Step, Tier, Transcript, Twist,
};
use atproof_protocol::Reading;
use atproof_protocol::metadata::client::ClientMetadata;
use serde_json::Value;

use crate::client::assertions::{refuses, refuses_document};
use crate::client::rows::holds_with;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.client-metadata.refused",
    role: Role::Client,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("refused.rs"),
    script: Script::Walk { steps: &[Step::Start], settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[
        with(
            "client.client-metadata.tokens-unbound",
            "The document does not bind tokens to keys",
            "ATP-CMD-019",
            Alter::Member("/client_metadata/dpop_bound_access_tokens", "false"),
            |t| refuses_document(t, |read| has(read, "tokens-not-dpop-bound")),
        ),
        with(
            "client.client-metadata.without-keys",
            "The document of a confidential client has no keys",
            "ATP-CMD-020",
            Alter::WithoutMember("/client_metadata/jwks"),
            |t| refuses_document(t, |read| has(read, "keys-missing")),
        ),
        with(
            "client.client-metadata.keys-of-others",
            "The document does not have the key that the client signs with",
            "RFC7591-2-07",
            Alter::WithoutMember("/client_metadata/jwks/keys/1"),
            |t| refuses_document(t, lacks_own_key),
        ),
        with(
            "client.client-metadata.keys-twice",
            "The document has both jwks and jwks_uri",
            "RFC7591-2-01",
            Alter::Member("/client_metadata/jwks_uri", "\"https://client.internal/jwks.json\""),
            |t| refuses_document(t, |read| has(read, "keys-twice")),
        ),
        with(
            "client.client-metadata.keys-in-bare-array",
            "The jwks of the document is an array",
            "ATP-CMD-020",
            Alter::Member("/client_metadata/jwks", "[{value}]"),
            |t| refuses_document(t, |read| has(read, "jwks-without-keys")),
        ),
        with(
            "client.client-metadata.key-as-text",
            "A key of the document is a string",
            "RFC7517-4.1-01",
            Alter::Member("/client_metadata/jwks/keys/1", "\"key-of-the-client\""),
            |t| refuses_document(t, |read| has(read, "kty-missing")),
        ),
        with(
            "client.client-metadata.private-key",
            "A key of the document has a private member",
            "RFC7517-9.2-01",
            Alter::Member("/client_metadata/jwks/keys/1/d", "\"AQ\""),
            |t| refuses_document(t, |read| has(read, "private-key")),
        ),
        Case {
            killers: &["client.jose.es256k"],
            edit: Edit::Twists(&[
                Twist::new(Site::Client, Alter::Member("/jwk", "{k256}")),
                Twist::new(
                    Site::Client,
                    Alter::Member("/client_metadata/jwks/keys/1", "{k256_public}"),
                ),
            ]),
            ..with(
                "client.client-metadata.k256-key",
                "The only key of the client is for ES256K",
                "ATP-CMD-017",
                Alter::Silent,
                refuses,
            )
        },
    ],
};

const fn with(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    alter: Alter,
    predicate: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let twist = Twist::new(Site::Client, alter);
    holds_with(id, title, clause, &["client.client-metadata.unchecked"], twist, predicate)
}

fn has(document: &Reading<ClientMetadata>, code: &str) -> bool {
    document.defects.iter().any(|defect| defect.code.split('.').nth(1) == Some(code))
}

fn lacks_own_key(document: &Reading<ClientMetadata>) -> bool {
    let set = document.document.as_ref().and_then(|document| document.jwks.as_ref());
    let keys = set.and_then(|set| set.get("keys")).and_then(Value::as_array);
    !keys.is_some_and(|keys| {
        keys.iter().any(|key| key.get("kid") == Some(&"key-of-the-client".into()))
    })
}
