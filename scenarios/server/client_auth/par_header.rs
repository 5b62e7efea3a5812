//! The header of a client assertion.
//!
//! # What it does
//!
//! Pushes requests of a confidential client whose assertion names another algorithm, another key or
//! another purpose than it should, between two correct ones.
//!
//! # Why it matters
//!
//! The header is what the sender wants the server to believe about the signature. A server that
//! lets it choose algorithm or key has let the sender choose who they are.
//!
//! # What a conforming peer does
//!
//! Takes the algorithm from its own list and from the document, and the key from the published set,
//! by `kid`, letter by letter. Refuses assertions that say that they are something else, and `crit`
//! that it does not understand; accepts `typ` as long as it says nothing wrong.
//!
//! # How to fix
//!
//! Fix the list of algorithms in the call of the library that verifies. Look `kid` up in the keys of
//! this client, as an opaque string. Never read `jwk`, `jku`, `x5u` or `x5c` here.
//!
//! # References
//!
//! RFC 7515, section 4; RFC 7518, section 3; RFC 8725, sections 3.1, 3.10 and 3.11; the update of
//! RFC 7523, section 4.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Role, Script, Tier};

use crate::server::answers::{CLIENT_AUTH, METADATA};
use crate::server::assertions::{self, legal, wrong};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.par-header",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("par_header.rs"),
    script: Script::Probe { play: assertions::push, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    assertions::UNSIGNED.at_par("server.client-auth.alg-none"),
    wrong(
        "server.client-auth.key-in-header",
        "The assertion is signed by an unpublished key that its header holds",
        "RFC7515-4.1.3-01",
        &["ATP-CAUTH-020"],
        "key-in-jwk-with-kid",
        &["as.jose.trust-header-jwk"],
    ),
    assertions::KID_UNKNOWN.at_par("server.client-auth.kid-unknown"),
    wrong(
        "server.client-auth.alg-none-mixed-case",
        "The assertion is not signed and says so in mixed case",
        "RFC7518-3.6-01",
        &["RFC7523-3-08"],
        "alg-none-mixed-case",
        &["as.assertion.alg-none-casefold"],
    ),
    wrong(
        "server.client-auth.alg-hs256",
        "The assertion is authenticated with the public key as a shared secret",
        "RFC8725-3.1-01",
        &["ATP-CAUTH-020"],
        "alg-hs256-public-key",
        &["as.assertion.alg-from-header"],
    ),
    wrong(
        "server.client-auth.alg-other",
        "The assertion names another algorithm than it is signed with",
        "RFC7515-4.1.1-01",
        &["RFC8725-3.1-01"],
        "alg-es384",
        &["as.assertion.alg-unchecked"],
    ),
    wrong(
        "server.client-auth.alg-lower-case",
        "The assertion names its algorithm in lower case",
        "RFC7515-4.1.1-01",
        &[],
        "alg-lower-case",
        &["as.assertion.alg-casefold"],
    ),
    wrong(
        "server.client-auth.alg-missing",
        "The assertion has no alg",
        "RFC7515-4.1.1-01",
        &[],
        "alg-missing",
        &["as.assertion.alg-optional"],
    ),
    wrong(
        "server.client-auth.alg-repeated",
        "The assertion has two alg parameters, the last one none",
        "RFC7515-4-01",
        &[],
        "alg-twice-bad-last",
        &["as.assertion.header-duplicate-first"],
    ),
    wrong(
        "server.client-auth.kid-capitals",
        "The kid of the assertion is in capitals",
        "RFC7515-4.1.4-01",
        &[],
        "kid-upper-case",
        &["as.assertion.kid-casefold"],
    ),
    wrong(
        "server.client-auth.kid-number",
        "The kid of the assertion is a number",
        "RFC7515-4.1.4-01",
        &[],
        "kid-number",
        &["as.assertion.kid-type-unchecked"],
    ),
    wrong(
        "server.client-auth.kid-path",
        "The kid of the assertion is a path",
        "RFC8725-3.10-01",
        &["RFC7515-4.1.4-01"],
        "kid-path",
        &["as.assertion.kid-path-crash"],
    ),
    wrong(
        "server.client-auth.kid-quote",
        "The kid of the assertion holds a quotation mark",
        "RFC8725-3.10-01",
        &["RFC7515-4.1.4-01"],
        "kid-quote",
        &["as.assertion.kid-quote-crash"],
    ),
    wrong(
        "server.client-auth.kid-long",
        "The kid of the assertion has 16,384 characters",
        "RFC8725-3.10-01",
        &[],
        "kid-16-kilobytes",
        &["as.assertion.long-kid-crash"],
    ),
    wrong(
        "server.client-auth.key-for-kid",
        "The assertion has no kid but an unpublished key in its header",
        "RFC7515-4.1.3-01",
        &[],
        "key-in-jwk",
        &["as.assertion.jwk-for-kid"],
    ),
    Case {
        id: "server.client-auth.key-for-other-algorithm",
        title: "The published key says that it is for another algorithm",
        clause: "RFC8725-3.1-02",
        covers: &[],
        killers: &["as.jose.key-alg-unchecked"],
        edit: Edit::KeySet("{\"keys\":[{{members},\"alg\":\"ES256K\"}]}"),
        expect: Expectation::Refused(&[CLIENT_AUTH, METADATA]),
    },
    wrong(
        "server.client-auth.typ-dpop",
        "The assertion is typed as a DPoP proof",
        "RFC8725-3.11-01",
        &["RFC7523BIS-4-04"],
        "typ-dpop",
        &["as.assertion.typ-unchecked"],
    ),
    wrong(
        "server.client-auth.typ-access-token",
        "The assertion is typed as an access token",
        "RFC8725-3.11-01",
        &[],
        "typ-at-jwt",
        &["as.assertion.typ-access-token"],
    ),
    legal(
        "server.client-auth.typ-jwt-refused",
        "An assertion that is typed JWT is refused",
        "RFC7523BIS-4-04",
        &[],
        "typ-jwt",
        &["as.assertion.typ-jwt-refused"],
    ),
    legal(
        "server.client-auth.typ-own-refused",
        "An assertion that is typed as a client assertion is refused",
        "RFC7523BIS-4-04",
        &[],
        "typ-client-authentication",
        &["as.assertion.typ-own-refused"],
    ),
    wrong(
        "server.client-auth.crit-unknown",
        "The assertion declares an unknown header parameter critical",
        "RFC7515-4.1.11-01",
        &[],
        "crit-unknown",
        &["as.assertion.crit-ignored"],
    ),
    wrong(
        "server.client-auth.crit-empty",
        "The crit of the assertion is an empty list",
        "RFC7515-4.1.11-02",
        &[],
        "crit-empty",
        &["as.assertion.crit-malformed-ignored"],
    ),
];
