//! Signature and form of a client assertion.
//!
//! # What it does
//!
//! Pushes requests of a confidential client whose assertion has a bad signature, or is not exactly a
//! JWT in compact form, between two correct ones.
//!
//! # Why it matters
//!
//! What one parser forgives and another does not, an attacker can put between the two. A signature
//! in another form than the standard's can be changed without the key.
//!
//! # What a conforming peer does
//!
//! Takes three segments of base64url without padding, two JSON objects in UTF-8, and a signature of
//! 64 octets. Refuses all else with a client error.
//!
//! # How to fix
//!
//! Use one strict parser for all JWTs and let it fail with the error of a bad assertion.
//!
//! # References
//!
//! RFC 7515, sections 2, 3 and 5.2; RFC 7518, section 3.4; RFC 8725, section 3.3, and its update,
//! section 3.14.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use crate::server::assertions::{self, open, wrong};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.par-form",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("par_form.rs"),
    script: Script::Probe { play: assertions::push, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    assertions::SIGNATURE_BROKEN.at_par("server.client-auth.signature-broken"),
    wrong(
        "server.client-auth.signature-empty",
        "The signature of the assertion is empty",
        "RFC7523-3-08",
        &[],
        "signature-empty",
        &["as.assertion.empty-signature"],
    ),
    wrong(
        "server.client-auth.signature-short",
        "The signature of the assertion lacks its last octet",
        "RFC7518-3.4-01",
        &["RFC7523-3-08"],
        "signature-truncated",
        &["as.assertion.short-signature"],
    ),
    wrong(
        "server.client-auth.signature-long",
        "The signature of the assertion has an octet more",
        "RFC7518-3.4-01",
        &[],
        "signature-extended",
        &["as.assertion.signature-cut"],
    ),
    wrong(
        "server.client-auth.signature-der",
        "The signature of the assertion is in DER",
        "RFC7518-3.4-01",
        &[],
        "signature-der",
        &["as.assertion.der-signature"],
    ),
    wrong(
        "server.client-auth.garbage",
        "The assertion is no JWT",
        "RFC8725BIS-3.14-01",
        &["RFC7523-3-08"],
        "garbage",
        &["as.assertion.garbage-crash"],
    ),
    wrong(
        "server.client-auth.two-segments",
        "The assertion has no segment for its signature",
        "RFC8725BIS-3.14-01",
        &["RFC7523-3-08"],
        "two-segments",
        &["as.assertion.signature-segment-optional"],
    ),
    wrong(
        "server.client-auth.five-segments",
        "The assertion has five segments",
        "RFC8725BIS-3.14-01",
        &[],
        "five-segments",
        &["as.assertion.lenient-parse"],
    ),
    wrong(
        "server.client-auth.trailing-dot",
        "A full stop follows the assertion",
        "RFC8725BIS-3.14-01",
        &[],
        "trailing-dot",
        &["as.assertion.trailing-dot-trimmed"],
    ),
    wrong(
        "server.client-auth.quoted",
        "The assertion stands in quotation marks",
        "RFC8725BIS-3.14-01",
        &[],
        "quoted",
        &["as.assertion.quotes-stripped"],
    ),
    wrong(
        "server.client-auth.spaced",
        "Spaces stand around the assertion",
        "RFC8725BIS-3.14-01",
        &[],
        "spaced",
        &["as.assertion.spaces-trimmed"],
    ),
    wrong(
        "server.client-auth.lines-around",
        "Line feeds stand around the assertion",
        "RFC8725BIS-3.14-01",
        &[],
        "lines-around",
        &["as.assertion.line-feeds-trimmed"],
    ),
    wrong(
        "server.client-auth.json-serialised",
        "The assertion is in the flattened JSON form of a JWS",
        "RFC7515-3-01",
        &["RFC8725BIS-3.14-01"],
        "json-serialization",
        &["as.assertion.json-serialization"],
    ),
    wrong(
        "server.client-auth.padded",
        "The segments of the assertion are padded",
        "RFC7515-2-01",
        &[],
        "padded",
        &["as.assertion.padded"],
    ),
    wrong(
        "server.client-auth.standard-alphabet",
        "The segments of the assertion use plus and slash",
        "RFC7515-2-01",
        &[],
        "standard-alphabet",
        &["as.assertion.standard-alphabet"],
    ),
    wrong(
        "server.client-auth.header-not-object",
        "The header of the assertion is a list",
        "RFC7515-5.2-01",
        &[],
        "header-array",
        &["as.assertion.header-not-object-crash"],
    ),
    // Whoever reads JSON may skip it (RFC 8259, section 8.1).
    open(
        "server.client-auth.header-bom",
        "The header of the assertion begins with a byte order mark",
        "RFC7515-5.2-01",
        &[],
        "header-bom",
        &["as.assertion.bom-stripped"],
    ),
    wrong(
        "server.client-auth.header-comment",
        "The header of the assertion holds a comment",
        "RFC7515-5.2-01",
        &[],
        "header-comment",
        &["as.assertion.comments-skipped"],
    ),
    wrong(
        "server.client-auth.header-trailing-data",
        "A second object follows the header of the assertion",
        "RFC7515-5.2-01",
        &[],
        "header-trailing-data",
        &["as.assertion.trailing-data-ignored"],
    ),
];
