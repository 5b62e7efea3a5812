//! Who a client assertion is by, and how it is sent, at the pushed authorization request endpoint.
//!
//! # What it does
//!
//! Publishes the metadata document of a confidential client under a fresh `client_id`, pushes a
//! request with a correct client assertion, then one whose assertion has one thing wrong, then a
//! correct one again.
//!
//! # Why it matters
//!
//! The assertion is all that tells the client from somebody who only knows its public `client_id`.
//! A confidential client is trusted with longer sessions for it.
//!
//! # What a conforming peer does
//!
//! Asks for exactly one assertion and no other authentication, of the one type that the profile
//! knows, with the `client_id` in `iss` and in `sub`, and calls every failure `invalid_client`.
//!
//! # How to fix
//!
//! Let the document decide whether an assertion is needed. Compare `iss` and `sub` with the
//! `client_id` parameter as strings. Refuse repeated parameters before anything else.
//!
//! # References
//!
//! RFC 7521, section 4.2; RFC 7523, sections 2.2 and 3; RFC 9126, section 2; RFC 6749, section 2.3;
//! Client ID Metadata Document draft, section 6.2; atproto OAuth, Confidential Client
//! Authentication.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Role, Script, Text, Tier,
};

use crate::server::answers::{CLIENT_AUTH, REQUEST};
use crate::server::assertions::{self, TAKEN_OR_NOT, wrong};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.par-assertion",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("par_assertion.rs"),
    script: Script::Probe { play: assertions::push, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        clause: "RFC9126-2.1-04",
        covers: &["ATP-CAUTH-018", "CIMD-6.2-01", "CIMD-6.2-02"],
        ..assertions::MISSING.at_par("server.client-auth.assertion-missing")
    },
    wrong(
        "server.client-auth.assertion-empty",
        "The assertion is an empty parameter",
        "CIMD-6.2-01",
        &["ATP-CAUTH-018"],
        "empty",
        &["as.assertion.empty-taken"],
    ),
    assertions::TYPE_UNKNOWN.at_par("server.client-auth.type-unknown"),
    Case {
        id: "server.client-auth.type-missing",
        title: "There is no client_assertion_type",
        clause: "RFC7521-4.2-03",
        covers: &[],
        killers: &["as.assertion.type-optional"],
        edit: Edit::Parameter(Change::Remove("client_assertion_type")),
        expect: Expectation::Refused(&[CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.assertion-repeated",
        title: "The parameter client_assertion is sent twice",
        clause: "RFC7523-2.2-03",
        covers: &[],
        killers: &["as.assertion.repeated-taken"],
        edit: Edit::Parameter(Change::Repeat("client_assertion", Text::Same)),
        expect: Expectation::Refused(&[CLIENT_AUTH, REQUEST]),
    },
    wrong(
        "server.client-auth.assertions-with-space",
        "Two assertions stand in one parameter, with a space between",
        "RFC7523-2.2-03",
        &[],
        "doubled-space",
        &["as.assertion.split-at-spaces"],
    ),
    wrong(
        "server.client-auth.assertions-with-comma",
        "Two assertions stand in one parameter, with a comma between",
        "RFC7523-2.2-03",
        &[],
        "doubled-comma",
        &["as.assertion.split-at-commas"],
    ),
    Case {
        id: "server.client-auth.second-mechanism",
        title: "An Authorization field for Basic is sent beside the assertion",
        clause: "RFC6749-2.3-02",
        covers: &[],
        killers: &["as.assertion.second-mechanism-ignored"],
        // `atproof:nothing`.
        edit: Edit::Field(Change::Set("Authorization", Text::Is("Basic YXRwcm9vZjpub3RoaW5n"))),
        expect: Expectation::Refused(&[CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.secret-beside-assertion",
        title: "A client_secret is sent beside the assertion",
        clause: "ATP-CAUTH-024",
        covers: &[],
        killers: &["as.assertion.secret-refused"],
        edit: Edit::Parameter(Change::Set("client_secret", Text::Is("atproof"))),
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
    assertions::ERROR_CODE.at_par("server.client-auth.error-code-wrong"),
    assertions::ISS_OTHER.at_par("server.client-auth.iss-other-client"),
    assertions::SUB_OTHER.at_par("server.client-auth.sub-other-client"),
    wrong(
        "server.client-auth.iss-missing",
        "The assertion has no iss",
        "RFC7523-3-01",
        &[],
        "iss-missing",
        &["as.assertion.iss-optional"],
    ),
    wrong(
        "server.client-auth.sub-missing",
        "The assertion has no sub",
        "RFC7523-3-02",
        &[],
        "sub-missing",
        &["as.assertion.sub-optional"],
    ),
    wrong(
        "server.client-auth.sub-trailing-slash",
        "The sub of the assertion has a slash after the client_id",
        "RFC7523-3-02",
        &[],
        "sub-trailing-slash",
        &["as.assertion.client-slash"],
    ),
    wrong(
        "server.client-auth.sub-upper-case",
        "The sub of the assertion is the client_id in capitals",
        "RFC7523-3-02",
        &[],
        "sub-upper-case",
        &["as.assertion.client-casefold"],
    ),
    wrong(
        "server.client-auth.other-client-named",
        "iss and sub are another client than client_id",
        "RFC7521-4.2-02",
        &["RFC9126-2.1-07", "RFC7523-3-02"],
        "iss-and-sub-other-client",
        &["as.assertion.iss-is-sub"],
    ),
];
