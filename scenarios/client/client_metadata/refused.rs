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
    Alter, Case, Edit, Family, Role, Script, Settings, Site, Step, Tier, Twist,
};

use crate::client::rows::stops;

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
            "client.client-metadata.of-other-client",
            "The document is about another client_id",
            "ATP-CMD-005",
            Alter::Member("/client_metadata/client_id", "\"https://client.atproof.test/x.json\""),
        ),
        with(
            "client.client-metadata.tokens-unbound",
            "The document does not bind tokens to keys",
            "ATP-CMD-019",
            Alter::Member("/client_metadata/dpop_bound_access_tokens", "false"),
        ),
        with(
            "client.client-metadata.without-keys",
            "The document of a confidential client has no keys",
            "ATP-CMD-020",
            Alter::WithoutMember("/client_metadata/jwks"),
        ),
        with(
            "client.client-metadata.keys-of-others",
            "The document does not have the key that the client signs with",
            "RFC7591-2-07",
            Alter::WithoutMember("/client_metadata/jwks/keys/1"),
        ),
        with(
            "client.client-metadata.keys-twice",
            "The document has both jwks and jwks_uri",
            "ATP-CMD-021",
            Alter::Member("/client_metadata/jwks_uri", "\"https://client.atproof.test/jwks.json\""),
        ),
        with(
            "client.client-metadata.keys-in-bare-array",
            "The jwks of the document is an array",
            "ATP-CMD-020",
            Alter::Member("/client_metadata/jwks", "[{value}]"),
        ),
        with(
            "client.client-metadata.key-as-text",
            "A key of the document is a string",
            "RFC7517-4.1-01",
            Alter::Member("/client_metadata/jwks/keys/1", "\"key-of-the-client\""),
        ),
        with(
            "client.client-metadata.private-key",
            "A key of the document has a private member",
            "ATP-CMD-023",
            Alter::Member("/client_metadata/jwks/keys/1/d", "\"AQ\""),
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
            )
        },
    ],
};

const fn with(id: &'static str, title: &'static str, clause: &'static str, alter: Alter) -> Case {
    let twist = Twist::new(Site::Client, alter);
    stops(Step::Start, id, title, clause, &["client.client-metadata.unchecked"], twist)
}
