//! The text of a client metadata document.
//!
//! # What it does
//!
//! Publishes a correct client under a fresh `client_id` and pushes a request of it; then one whose
//! document is not a JSON object, or JSON of a kind that readers understand differently; then a
//! correct one again.
//!
//! # Why it matters
//!
//! Two readers that understand one text differently are two rules for one client: what a reviewer
//! or a cache has seen is not what the server goes by. And a text that nobody expected is where
//! servers crash.
//!
//! # What a conforming peer does
//!
//! Takes one JSON object in UTF-8 and refuses anything else with a 400. How it reads byte order
//! marks, repeated members, or text after the object is left open by RFC 8259.
//!
//! # How to fix
//!
//! Parse the whole body with a strict reader, check that the top is an object, and map every
//! failure to a refusal.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; Client ID Metadata Document draft, section 4.1;
//! RFC 8259, sections 4, 8.1 and 9.

use atproof_engine::judge;
use atproof_engine::model::{Case, Delivery, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{legal, open, public, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.document",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("document.rs"),
    script: Script::Probe { play: public, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CLAUSE: &str = "ATP-CMD-107";

const fn whole(text: &'static str) -> Edit {
    Edit::Document(DocumentEdit::Whole(text))
}

const CASES: &[Case] = &[
    refused(
        "server.client-metadata.document-in-list",
        "The document is a list of one object",
        CLAUSE,
        &[],
        &["as.client-metadata.array-unwrapped"],
        whole("[{document}]"),
    ),
    refused(
        "server.client-metadata.document-in-string",
        "The document is a string that holds the object",
        CLAUSE,
        &[],
        &["as.client-metadata.double-encoded"],
        whole("{quoted}"),
    ),
    refused(
        "server.client-metadata.document-null",
        "The document is null",
        CLAUSE,
        &[],
        &["as.client-metadata.scalar-500"],
        whole("null"),
    ),
    refused(
        "server.client-metadata.document-truncated",
        "The object of the document is not closed",
        CLAUSE,
        &[],
        &["as.client-metadata.unreadable-500"],
        whole("{\"client_id\":\"{id}\",\"scope\":\"atpro"),
    ),
    refused(
        "server.client-metadata.document-empty",
        "The document has no octets at all",
        CLAUSE,
        &[],
        &["as.client-metadata.empty-500"],
        whole(""),
    ),
    legal(
        "server.client-metadata.white-space-refused",
        "The document begins with white space",
        CLAUSE,
        &[],
        &["as.client-metadata.white-space-refused"],
        whole("\r\n\t {document}\n"),
    ),
    open(
        "server.client-metadata.byte-order-mark",
        "A byte order mark before the document",
        CLAUSE,
        &["as.client-metadata.byte-order-mark"],
        whole("\u{feff}{document}"),
    ),
    open(
        "server.client-metadata.utf-16",
        "The document in UTF-16",
        CLAUSE,
        &["as.client-metadata.utf-16"],
        Edit::Delivery(Delivery::Utf16),
    ),
    open(
        "server.client-metadata.trailing-data",
        "Another object after the document",
        CLAUSE,
        &["as.client-metadata.trailing-data"],
        whole("{document}{}"),
    ),
    open(
        "server.client-metadata.trailing-comma",
        "A comma before the last brace",
        CLAUSE,
        &["as.client-metadata.trailing-comma"],
        Edit::Document(DocumentEdit::Repeat("atproof", "1,")),
    ),
    open(
        "server.client-metadata.repeated-member-good-first",
        "Two client_id members, of which the first is the right one",
        CLAUSE,
        &["as.client-metadata.duplicate-members"],
        Edit::Document(DocumentEdit::Repeat("client_id", "\"https://attacker.example{path}\"")),
    ),
    open(
        "server.client-metadata.repeated-member-good-last",
        "Two client_id members, of which the last is the right one",
        CLAUSE,
        &["as.client-metadata.duplicate-last"],
        Edit::Document(DocumentEdit::RepeatBefore(
            "client_id",
            "\"https://attacker.example{path}\"",
        )),
    ),
    open(
        "server.client-metadata.deep-nesting",
        "An unknown member of a thousand lists inside each other",
        "RFC7591-2-04",
        &["as.client-metadata.nesting-500"],
        Edit::Document(DocumentEdit::Nested(1000)),
    ),
];
