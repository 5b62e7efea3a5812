//! Requests for `repo`, well spelled, oddly spelled and wrong.
//!
//! # What it does
//!
//! Asks for one spelling of `repo` after the other, and with each token to delete a record of a
//! collection of ours that was never there. The control asks for `repo:org.example.atproof`.
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
//! atproto permissions, Scope String Syntax and Resource Types.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;

use super::{Delete, invalid, open, spelled};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-repo",
    role: Role::Server,
    area: "scope",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("repo.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    invalid::<Delete>(
        (
            "server.scope.request-repo-bare",
            "repo without a collection counts",
            &["ATP-SGRAN-021", "ATP-SGRAN-013"],
        ),
        &["as.scope.collection-optional"],
        "atproto repo",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-empty",
            "repo with an empty collection counts",
            &["ATP-SGRAN-021"],
        ),
        &["as.scope.collection-optional"],
        "atproto repo:",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-action-alone",
            "repo with an action alone counts",
            &["ATP-SGRAN-021"],
        ),
        &["as.scope.collection-optional"],
        "atproto repo?action=delete",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-no-nsid",
            "A collection that is no NSID counts",
            &["ATP-SGRAN-022"],
        ),
        &["as.scope.collection-unchecked"],
        "atproto repo:atproof",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-partial-wildcard",
            "A partial wildcard as collection counts",
            &["ATP-SGRAN-023"],
        ),
        &["as.scope.prefix-wildcard"],
        "atproto repo:org.example.*",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-action-unknown",
            "An action that repo does not have counts",
            &["ATP-SGRAN-026"],
        ),
        &["as.scope.action-unchecked"],
        "atproto repo:org.example.atproof?action=read",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-action-wildcard",
            "A wildcard as action counts",
            &["ATP-SGRAN-026"],
        ),
        &["as.scope.action-unchecked"],
        "atproto repo:org.example.atproof?action=*",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-positional-and-named",
            "A collection by name beside a positional one counts",
            &["ATP-SGRAN-006"],
        ),
        &["as.scope.named-beside-positional"],
        "atproto repo:org.example.other?collection=org.example.atproof",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-upper-case",
            "A resource name in another case counts",
            &["ATP-SGRAN-002", "ATP-SCOPE-015"],
        ),
        &["as.scope.case-ignored"],
        "atproto Repo:org.example.atproof",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-action-upper-case",
            "An action in another case counts",
            &["ATP-SGRAN-002"],
        ),
        &["as.scope.case-ignored"],
        "atproto repo:org.example.atproof?action=Delete",
    ),
    invalid::<Delete>(
        (
            "server.scope.request-repo-parameter-upper-case",
            "A parameter name in another case counts",
            &["ATP-SGRAN-002"],
        ),
        &["as.scope.case-ignored"],
        "atproto repo?Collection=org.example.atproof",
    ),
    spelled::<Delete>(
        (
            "server.scope.request-repo-named",
            "repo with its collection by name does not count",
            &["ATP-SGRAN-004", "ATP-SGRAN-120"],
        ),
        &["as.scope.named-form-unread"],
        "atproto repo?collection=org.example.atproof",
    ),
    spelled::<Delete>(
        (
            "server.scope.request-repo-several",
            "The second of several collections does not count",
            &["ATP-SGRAN-005"],
        ),
        &["as.scope.first-of-list"],
        "atproto repo?collection=org.example.other&collection=org.example.atproof",
    ),
    spelled::<Delete>(
        (
            "server.scope.request-repo-encoded",
            "A percent-encoded collection does not count",
            &["ATP-SGRAN-007", "ATP-SGRAN-120"],
        ),
        &["as.scope.encoding-unread"],
        "atproto repo:org.example%2Eatproof",
    ),
    spelled::<Delete>(
        (
            "server.scope.request-repo-encoded-wildcard",
            "A percent-encoded wildcard does not count",
            &["ATP-SGRAN-007", "ATP-SGRAN-022"],
        ),
        &["as.scope.encoding-unread"],
        "atproto repo:%2A",
    ),
    spelled::<Delete>(
        (
            "server.scope.request-repo-question-mark",
            "A question mark without parameters makes a value count for nothing",
            &["ATP-SGRAN-009", "ATP-SGRAN-001"],
        ),
        &["as.scope.question-mark-unread"],
        "atproto repo:org.example.atproof?",
    ),
    open::<Delete>(
        (
            "server.scope.request-repo-unknown-parameter",
            "What an unknown parameter does to a value",
            &["ATP-SGRAN-012"],
        ),
        &["as.scope.unknown-parameter-passed-over"],
        "atproto repo:org.example.atproof?x-atproof=1",
    ),
    open::<Delete>(
        (
            "server.scope.request-repo-action-repeated",
            "What a repeated action does to a value",
            &["ATP-SGRAN-029"],
        ),
        &["as.scope.redundancy-void"],
        "atproto repo:org.example.atproof?action=delete&action=delete",
    ),
    open::<Delete>(
        (
            "server.scope.request-repo-wildcard-and-name",
            "What a name beside a wildcard does to a value",
            &["ATP-SGRAN-029"],
        ),
        &["as.scope.redundancy-void"],
        "atproto repo?collection=*&collection=org.example.atproof",
    ),
    open::<Delete>(
        (
            "server.scope.request-repo-one-bad-action",
            "What one bad action beside a good one does to a value",
            &["ATP-SGRAN-026"],
        ),
        &["as.scope.bad-action-passed-over"],
        "atproto repo:org.example.atproof?action=delete&action=read",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(super::play::<Delete>(stage, edit))
}
