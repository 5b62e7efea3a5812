//! Whom a client assertion is for.
//!
//! # What it does
//!
//! Pushes requests of a confidential client whose assertion names another audience than the issuer
//! of the server, or names it in another way, between two correct ones.
//!
//! # Why it matters
//!
//! An assertion that more than one server accepts can be taken by one of them to the other. That
//! has been done in practice, and is why the audience is the issuer alone by now.
//!
//! # What a conforming peer does
//!
//! Takes its own issuer as the only audience, as a string or as the one member of a list. RFC 9126
//! wanted endpoint URLs to be taken too; that is recorded and not graded.
//!
//! # How to fix
//!
//! Compare `aud` with the issuer from the metadata, octet by octet. Refuse lists of several.
//!
//! # References
//!
//! RFC 7523, section 3, and its update, sections 4 and 5; RFC 9126, section 2; RFC 7519, section
//! 4.1.3; RFC 8725, section 3.9; atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use crate::server::assertions::{self, legal, open, wrong};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.par-audience",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("par_audience.rs"),
    script: Script::Probe { play: assertions::push, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    assertions::AUD_OTHER.at_par("server.client-auth.audience-other-issuer"),
    wrong(
        "server.client-auth.audience-missing",
        "The assertion has no aud",
        "RFC8725-3.9-01",
        &["RFC7523-3-03"],
        "aud-missing",
        &["as.assertion.aud-optional"],
    ),
    wrong(
        "server.client-auth.audience-empty",
        "The aud of the assertion is empty",
        "RFC7523-3-03",
        &[],
        "aud-empty",
        &["as.assertion.aud-empty"],
    ),
    wrong(
        "server.client-auth.audience-empty-list",
        "The aud of the assertion is a list of nothing",
        "RFC7523-3-03",
        &[],
        "aud-empty-list",
        &["as.assertion.aud-empty-list"],
    ),
    wrong(
        "server.client-auth.audience-number",
        "The aud of the assertion is a number",
        "RFC7523-3-03",
        &[],
        "aud-number",
        &["as.assertion.aud-type-unchecked"],
    ),
    wrong(
        "server.client-auth.audience-other-in-list",
        "The aud of the assertion is a list of another server",
        "RFC7523-3-03",
        &["RFC7519-4.1.3-01"],
        "aud-other-in-list",
        &["as.assertion.aud-array-skip"],
    ),
    wrong(
        "server.client-auth.audience-begins-alike",
        "The aud of the assertion is an origin that begins as the issuer does",
        "RFC7523-3-03",
        &["RFC7519-4.1.3-01"],
        "aud-extended",
        &["as.assertion.aud-prefix"],
    ),
    wrong(
        "server.client-auth.audience-slash",
        "The aud of the assertion is the issuer with a slash after it",
        "RFC7523BIS-4-02",
        &["ATP-CAUTH-012"],
        "aud-trailing-slash",
        &["as.assertion.aud-slash"],
    ),
    wrong(
        "server.client-auth.audience-capitals",
        "The aud of the assertion is the issuer in capitals",
        "RFC7523BIS-4-02",
        &["ATP-CAUTH-012"],
        "aud-upper-case",
        &["as.assertion.aud-casefold"],
    ),
    wrong(
        "server.client-auth.audience-of-several",
        "The aud of the assertion is a list of the issuer and another server",
        "ATP-CAUTH-012",
        &["RFC7523BIS-4-02"],
        "aud-issuer-and-other",
        &["as.assertion.aud-first-in-list", "as.assertion.aud-any-in-list"],
    ),
    wrong(
        "server.client-auth.audience-of-several-last",
        "The aud of the assertion is a list of another server and the issuer",
        "ATP-CAUTH-012",
        &["RFC7523BIS-4-02"],
        "aud-other-and-issuer",
        &["as.assertion.aud-any-in-list"],
    ),
    legal(
        "server.client-auth.audience-list-refused",
        "An assertion whose aud is a list of the issuer alone is refused",
        "ATP-CAUTH-012",
        &["RFC7523BIS-4-02"],
        "aud-issuer-in-list",
        &["as.assertion.aud-list-refused"],
    ),
    open(
        "server.client-auth.audience-endpoint",
        "The aud of the assertion is the endpoint that it is sent to",
        "RFC9126-2-04",
        &["RFC7523BIS-5-01"],
        "aud-endpoint",
        &["as.assertion.aud-own-endpoint"],
    ),
    open(
        "server.client-auth.audience-token-endpoint",
        "The aud of the assertion is the token endpoint",
        "RFC9126-2-04",
        &["RFC7523BIS-4-02"],
        "aud-token-endpoint",
        &["as.assertion.aud-token-endpoint"],
    ),
];
