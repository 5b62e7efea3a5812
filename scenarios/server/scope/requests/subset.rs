//! Scopes that the client declares in other words.
//!
//! # What it does
//!
//! Declares one scope and asks for another that it covers: fewer collections, fewer actions, or the
//! same thing spelled otherwise. With the token it deletes a record of a collection of ours that
//! was never there. The control asks for what it declares.
//!
//! # Why it matters
//!
//! A client declares its scopes once and asks for them in several places, through libraries that
//! may spell them in their own way.
//!
//! # What a conforming peer does
//!
//! Either of two: compares strings, and refuses; or compares what they say, and grants no more than
//! was asked for. This is recorded and not graded.
//!
//! # How to fix
//!
//! Nothing has to be fixed. Comparing canonical forms spares clients a surprise.
//!
//! # References
//!
//! atproto OAuth, Authorization Requests.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{Case, Change, Edit, Family, Need, Playing, Role, Script, Text, Tier};
use atproof_engine::stage::Stage;

use super::{Delete, Name, Operation, asking, row, use_grant, what_counts};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-subset",
    role: Role::Server,
    area: "scope",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("subset.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A scope that is asked for, where another stands in [`DECLARED`].
const fn asks(name: Name, scope: &'static str) -> Case {
    row(name, &["as.scope.subset-by-meaning"], scope, what_counts::<Delete>)
}

const NARROWER: &str = "atproto repo:org.example.atproof";
const RESPELLED: &str = "atproto repo?collection=org.example.atproof";
const ONE_ACTION: &str = "atproto repo:org.example.atproof?action=delete";
const ENCODED: &str = "atproto repo:org.example%2Eatproof";

const CASES: &[Case] = &[
    asks(
        (
            "server.scope.request-narrower",
            "What comes of asking for one collection where all are declared",
            &["ATP-SCOPE-006"],
        ),
        NARROWER,
    ),
    asks(
        (
            "server.scope.request-respelled",
            "What comes of asking in the named form for what is declared in the positional one",
            &["ATP-SCOPE-006", "ATP-SGRAN-004"],
        ),
        RESPELLED,
    ),
    asks(
        (
            "server.scope.request-one-action",
            "What comes of asking for one action where two are declared",
            &["ATP-SCOPE-006"],
        ),
        ONE_ACTION,
    ),
    asks(
        (
            "server.scope.request-encoded-otherwise",
            "What comes of asking in another percent-encoding for what is declared",
            &["ATP-SCOPE-006", "ATP-SGRAN-007"],
        ),
        ENCODED,
    ),
];

/// What is declared where a scope is asked for.
const DECLARED: &[(&str, &str)] = &[
    (NARROWER, "atproto repo:*"),
    (RESPELLED, Delete::VALID),
    (ONE_ACTION, "atproto repo:org.example.atproof?action=delete&action=create"),
    (ENCODED, Delete::VALID),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let scope = match edit {
            Edit::Parameter(Change::Set(_, Text::Is(scope))) => Some(*scope),
            _ => None,
        };
        let declared = DECLARED.iter().find(|(asked, _)| Some(*asked) == scope);
        let declared = declared.map_or(Delete::VALID, |(_, declared)| declared);
        let login = asking(stage.login(), declared, scope.unwrap_or(declared));
        use_grant::<Delete>(stage, login, Decision::Approve).await.map(drop)
    })
}
