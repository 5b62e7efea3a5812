//! Requests for values like the fixed ones, and for resource types that nobody defines.
//!
//! # What it does
//!
//! Asks for `atproto` and `transition:` values in other spellings and for resource types that
//! nobody defines, and with each token to delete a record of a collection of ours that was never
//! there. The control asks for `repo:org.example.atproof`.
//!
//! # Why it matters
//!
//! A string with an error in it says nothing about what the user has agreed to. A server that makes
//! something of it gives away access that nobody asked for, or that nobody was asked for.
//!
//! # What a conforming peer does
//!
//! Refuses the request, leaves the value out of what it grants and says so in the token answer, or
//! grants the value as it is and lets it count for nothing. The text does not say which. What it
//! grants in a legal spelling counts.
//!
//! # How to fix
//!
//! Parse scopes by the grammar, refuse or drop what does not parse, and decide at the resource by
//! what was parsed, never by a comparison of strings.
//!
//! # References
//!
//! atproto OAuth, Authorization Scopes; atproto permissions, Scope String Syntax.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;

use super::{Delete, invalid, open};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-fixed",
    role: Role::Server,
    area: "scope",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("fixed.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    invalid::<Delete>(
        (
            "server.scope.request-atproto-upper-case",
            "ATPROTO counts as atproto",
            &["ATP-SCOPE-015", "RFC6749-3.3-01"],
        ),
        &["as.scope.case-ignored"],
        "ATPROTO repo:org.example.atproof",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-transition-upper-case",
            "A transition value in another case counts",
            &["ATP-SCOPE-015"],
        ),
        &["as.scope.case-ignored"],
        "atproto Transition:Generic",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-atproto-parameter",
            "atproto with something behind it counts as atproto",
            &["ATP-SCOPE-002"],
        ),
        &["as.scope.atproto-prefix"],
        "atproto:x repo:org.example.atproof",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-resource-bare",
            "A resource type that nobody defines counts",
            &["ATP-SGRAN-013", "ATP-SCOPE-010"],
        ),
        &["as.scope.unknown-grants-all"],
        "atproto resource",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-resource-empty",
            "A resource type that nobody defines counts with an empty value",
            &["ATP-SGRAN-013"],
        ),
        &["as.scope.unknown-grants-all"],
        "atproto resource:?",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-resource-did",
            "A resource type that nobody defines counts with a DID as its value",
            &["ATP-SGRAN-013", "ATP-SGRAN-008"],
        ),
        &["as.scope.unknown-grants-all"],
        "atproto service:did:web:atproof.example#atproof?key=value",
    ),
    open::<Delete>(
        (
            "server.scope.request-transition-unknown",
            "What is granted for a transition value that nobody defines",
            &["ATP-STRANS-019"],
        ),
        &["as.scope.unknown-transition-is-generic"],
        "atproto transition:atproof",
    ),
    open::<Delete>(
        (
            "server.scope.request-transition-generic",
            "Whether transition:generic is granted",
            &["ATP-STRANS-016"],
        ),
        &["as.scope.transition-refused"],
        "atproto transition:generic",
    ),
    open::<Delete>(
        (
            "server.scope.request-transition-parameter",
            "What a question mark does to a transition value",
            &["ATP-STRANS-019"],
        ),
        &["as.scope.transition-question-mark"],
        "atproto transition:generic?",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(super::play::<Delete>(stage, edit))
}
