//! Scope strings as lists: order, repetition, spaces, characters, length.
//!
//! # What it does
//!
//! Asks for the same values in another order, repeated, with other spaces between them, with
//! characters that scopes do not have, and many at once, and with each token to delete a record of
//! a collection of ours that was never there. The control asks for `atproto
//! repo:org.example.atproof`.
//!
//! # Why it matters
//!
//! A scope string goes through several hands: client document, request, consent, token, resource.
//! Where two of them take it apart differently, one grants what the other never saw.
//!
//! # What a conforming peer does
//!
//! Takes any order. Refuses characters that scopes do not have, or leaves those values out. What it
//! makes of repeated values and spaces is recorded; no request is answered with an error of the
//! server.
//!
//! # How to fix
//!
//! Split at single spaces, and hand on the values instead of the string.
//!
//! # References
//!
//! RFC 6749, section 3.3; atproto OAuth, Authorization Scopes.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;
use atproof_protocol::scope;

use super::{Delete, Effect, Name, effect, open, row, spelled, uncontrolled};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-list",
    role: Role::Server,
    area: "scope",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("list.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A scope with a character that scopes do not have.
const fn malformed(name: Name, scope: &'static str) -> Case {
    row(name, &["as.scope.characters-unchecked"], scope, not_granted)
}

const CASES: &[Case] = &[
    spelled::<Delete>(
        (
            "server.scope.request-reversed",
            "A value before atproto does not count",
            &["RFC6749-3.3-01", "ATP-SCOPE-012"],
        ),
        &["as.scope.order-matters"],
        "repo:org.example.atproof atproto",
    ),
    open::<Delete>(
        ("server.scope.request-value-repeated", "What a repeated value does", &["ATP-SCOPE-012"]),
        &["as.scope.repeated-refused"],
        "atproto repo:org.example.atproof repo:org.example.atproof",
    ),
    open::<Delete>(
        (
            "server.scope.request-said-twice",
            "What a value does that says the same as another",
            &["ATP-SCOPE-012"],
        ),
        &["as.scope.repeated-refused"],
        "atproto repo:org.example.atproof repo?collection=org.example.atproof",
    ),
    open::<Delete>(
        (
            "server.scope.request-spaces-doubled",
            "What two spaces between values do",
            &["ATP-SCOPE-012", "RFC6749-3.3-04"],
        ),
        &["as.scope.spaces-folded"],
        "atproto  repo:org.example.atproof",
    ),
    open::<Delete>(
        (
            "server.scope.request-space-before",
            "What a space before the first value does",
            &["ATP-SCOPE-012", "RFC6749-3.3-04"],
        ),
        &["as.scope.spaces-folded"],
        " atproto repo:org.example.atproof",
    ),
    malformed(
        (
            "server.scope.request-tab",
            "A scope with a tab in it is granted",
            &["RFC6749-3.3-04", "ATP-SCOPE-012"],
        ),
        "atproto repo:org.example.atproof\tblob:*/*",
    ),
    malformed(
        (
            "server.scope.request-quote",
            "A scope with a quotation mark in it is granted",
            &["RFC6749-3.3-04", "ATP-SGRAN-003"],
        ),
        "atproto repo:org.example.atproof\"",
    ),
    malformed(
        (
            "server.scope.request-backslash",
            "A scope with a backslash in it is granted",
            &["RFC6749-3.3-04", "ATP-SGRAN-003"],
        ),
        "atproto repo:org.example\\atproof",
    ),
    malformed(
        (
            "server.scope.request-non-ascii",
            "A scope with a letter outside of ASCII is granted",
            &["ATP-SGRAN-003", "RFC6749-3.3-04"],
        ),
        "atproto repo:org.example.\u{e4}tproof",
    ),
    Case {
        id: "server.scope.request-huge",
        title: "A scope of four hundred values is answered with an error of the server",
        clause: "RFC6749-3.3-04",
        covers: &[],
        killers: &["as.scope.long-fails"],
        edit: Edit::Parameter(Change::Set("scope", Text::Times("repo:org.example.atproof", 400))),
        expect: Expectation::Holds(answered),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(super::play::<Delete>(stage, edit))
}

/// Refused, or granted without the value.
fn not_granted(transcript: &Transcript<'_>) -> Outcome {
    if let Some(outcome) = uncontrolled::<Delete>(transcript) {
        return outcome;
    }
    match effect::<Delete>(transcript, &Part::Faulted) {
        Err(outcome) => outcome,
        Ok(Effect::Refused(how)) => Outcome::kept(how),
        Ok(Effect::Granted(at, granted, _)) => match scope::list_fault(&granted) {
            Some(fault) => Outcome::violated(
                "refused, or granted without the value",
                format!("granted as it is: {}", fault.detail),
                at,
            ),
            None => Outcome::kept(format!("granted as `{granted}`")),
        },
    }
}

/// Refused or granted.
fn answered(transcript: &Transcript<'_>) -> Outcome {
    if let Some(outcome) = uncontrolled::<Delete>(transcript) {
        return outcome;
    }
    match effect::<Delete>(transcript, &Part::Faulted) {
        Err(outcome) => outcome,
        Ok(Effect::Refused(how)) => Outcome::kept(how),
        Ok(Effect::Granted(..)) => Outcome::kept("granted"),
    }
}
