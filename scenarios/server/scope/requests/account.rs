//! Requests for `account`, well spelled, oddly spelled and wrong.
//!
//! # What it does
//!
//! Asks for one spelling of `account` after the other, and looks with each token whether the
//! session shows the email address. The control asks for `account:email`.
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
use atproof_engine::stage::{Draft, Grant, Halt, Stage};
use atproof_protocol::record::Exchange;

use super::{Operation, get, invalid, open, spelled};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-account",
    role: Role::Server,
    area: "scope",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("account.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    invalid::<Email>(
        (
            "server.scope.request-account-bare",
            "account without an attribute counts",
            &["ATP-SGRAN-070"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto account",
    ),
    invalid::<Email>(
        (
            "server.scope.request-account-empty",
            "account with an empty attribute counts",
            &["ATP-SGRAN-070"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto account:",
    ),
    invalid::<Email>(
        (
            "server.scope.request-account-wildcard",
            "A wildcard as attribute of account counts",
            &["ATP-SGRAN-070"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto account:*",
    ),
    invalid::<Email>(
        (
            "server.scope.request-account-unknown",
            "An attribute that account does not have counts",
            &["ATP-SGRAN-070"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto account:atproof",
    ),
    invalid::<Email>(
        (
            "server.scope.request-account-action-unknown",
            "An action that account does not have counts",
            &["ATP-SGRAN-071"],
        ),
        &["as.scope.account-action-unchecked"],
        "atproto account:email?action=write",
    ),
    invalid::<Email>(
        (
            "server.scope.request-account-upper-case",
            "An attribute of account in another case counts",
            &["ATP-SGRAN-002"],
        ),
        &["as.scope.case-ignored"],
        "atproto account:Email",
    ),
    spelled::<Email>(
        (
            "server.scope.request-account-named",
            "account with its attribute by name does not count",
            &["ATP-SGRAN-004", "ATP-SGRAN-120"],
        ),
        &["as.scope.named-form-unread"],
        "atproto account?attr=email",
    ),
    spelled::<Email>(
        (
            "server.scope.request-account-action-read",
            "account with the action that is the default does not count",
            &["ATP-SGRAN-071"],
        ),
        &["as.scope.action-read-unread"],
        "atproto account:email?action=read",
    ),
    open::<Email>(
        (
            "server.scope.request-account-action-repeated",
            "What a second action does to a value of account",
            &["ATP-SGRAN-077", "ATP-SGRAN-011"],
        ),
        &["as.scope.first-of-repeated"],
        "atproto account:email?action=read&action=manage",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(super::play::<Email>(stage, edit))
}

/// Looks for the address in the session (`com.atproto.server.getSession`).
struct Email;

impl Operation for Email {
    const VALID: &'static str = "atproto account:email";

    fn draft(stage: &Stage, grant: &Grant) -> Result<Draft, Halt> {
        Ok(get(stage, grant, "com.atproto.server.getSession"))
    }

    fn done(exchange: &Exchange) -> Option<bool> {
        match exchange.status()? {
            200..=299 => Some(exchange.response()?.member("email").is_some()),
            // A token that opens nothing shows no address either.
            401 | 403 => Some(false),
            _ => None,
        }
    }
}
