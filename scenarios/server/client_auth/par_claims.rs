//! The other claims of a client assertion.
//!
//! # What it does
//!
//! Pushes requests of a confidential client whose assertion has a wrong `jti`, more claims than
//! usual, or a payload that is no JSON object, between two correct ones.
//!
//! # Why it matters
//!
//! Without `jti` an assertion cannot be recognised when it comes a second time. A parser that falls
//! over or guesses at a strange payload does so before anybody has proved who they are.
//!
//! # What a conforming peer does
//!
//! Asks for a `jti` that is a string, ignores claims that it does not know, and refuses payloads
//! that are no JSON object in UTF-8, without a server error.
//!
//! # How to fix
//!
//! Parse strictly, into an object, and treat every failure of the parser as a bad assertion.
//!
//! # References
//!
//! RFC 7519, sections 4 and 7.2; RFC 8725, section 3.7; atproto OAuth, Confidential Client
//! Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Role, Script, Tier};

use crate::server::assertions::{self, is_answered, legal, open, wrong};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.par-claims",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("par_claims.rs"),
    script: Script::Probe { play: assertions::push, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    wrong(
        "server.client-auth.jti-missing",
        "The assertion has no jti",
        "ATP-CAUTH-022",
        &[],
        "jti-missing",
        &["as.assertion.jti-optional"],
    ),
    open(
        "server.client-auth.jti-empty",
        "The jti of the assertion is empty",
        "ATP-CAUTH-022",
        &[],
        "jti-empty",
        &["as.assertion.jti-empty"],
    ),
    wrong(
        "server.client-auth.jti-number",
        "The jti of the assertion is a number",
        "ATP-CAUTH-022",
        &[],
        "jti-number",
        &["as.assertion.jti-type-unchecked"],
    ),
    Case {
        id: "server.client-auth.jti-long",
        title: "A jti of 2000 characters is answered with a server error",
        clause: "RFC8725-3.10-01",
        covers: &[],
        killers: &["as.assertion.long-jti-crash"],
        edit: Edit::Assertion("jti-2000-characters"),
        expect: Expectation::Holds(is_answered),
    },
    Case {
        id: "server.client-auth.claims-deep",
        title: "A claim that is nested 5000 deep is answered with a server error",
        clause: "RFC7519-7.2-01",
        covers: &[],
        killers: &["as.assertion.deep-crash"],
        edit: Edit::Assertion("claims-deep"),
        expect: Expectation::Holds(is_answered),
    },
    wrong(
        "server.client-auth.claim-repeated",
        "The assertion has two aud claims, the last one wrong",
        "RFC7519-4-01",
        &[],
        "aud-twice-bad-last",
        &["as.assertion.duplicate-first"],
    ),
    wrong(
        "server.client-auth.payload-not-object",
        "The payload of the assertion is a list",
        "RFC7519-7.2-01",
        &[],
        "payload-array",
        &["as.assertion.payload-not-object-crash"],
    ),
    wrong(
        "server.client-auth.payload-not-utf8",
        "The payload of the assertion holds an octet that is not UTF-8",
        "RFC8725-3.7-01",
        &["RFC7519-7.2-01"],
        "payload-not-utf8",
        &["as.assertion.utf8-lossy"],
    ),
    wrong(
        "server.client-auth.payload-utf16",
        "The payload of the assertion is in UTF-16",
        "RFC8725-3.7-01",
        &["RFC7519-7.2-01"],
        "payload-utf16",
        &["as.assertion.utf16-taken"],
    ),
    legal(
        "server.client-auth.claims-extra-refused",
        "An assertion with an unknown claim is refused",
        "ATP-CAUTH-006",
        &[],
        "claims-extra",
        &["as.assertion.extra-claims-refused"],
    ),
    open(
        "server.client-auth.cnf-other-key",
        "The cnf of the assertion is another key than that of the proof",
        "ATP-CAUTH-033",
        &[],
        "cnf-other-key",
        &["as.assertion.cnf-refused"],
    ),
];
