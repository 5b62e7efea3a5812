//! Requests for `identity`, well spelled, oddly spelled and wrong.
//!
//! # What it does
//!
//! Asks for one spelling of `identity` after the other, and with each token to change the handle to
//! a text that is no handle, so that nothing changes even where that is let. The control asks for
//! `identity:handle`. A refusal of the text shows that the token was let.
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
use atproof_engine::model::{Case, Edit, Encoding, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{Draft, Grant, Halt, Stage};
use atproof_protocol::record::Exchange;

use super::{Operation, invalid, post, spelled};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-identity",
    role: Role::Server,
    area: "scope",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("identity.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    invalid::<Handle>(
        (
            "server.scope.request-identity-bare",
            "identity without an attribute counts",
            &["ATP-SGRAN-080"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto identity",
    ),
    invalid::<Handle>(
        (
            "server.scope.request-identity-empty",
            "identity with an empty attribute counts",
            &["ATP-SGRAN-080"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto identity:",
    ),
    invalid::<Handle>(
        (
            "server.scope.request-identity-unknown",
            "An attribute that identity does not have counts",
            &["ATP-SGRAN-080"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto identity:atproof",
    ),
    invalid::<Handle>(
        (
            "server.scope.request-identity-action",
            "A parameter that identity does not have is passed over",
            &["ATP-SGRAN-080", "ATP-SGRAN-012"],
        ),
        &["as.scope.attribute-unchecked"],
        "atproto identity:*?action=manage",
    ),
    invalid::<Handle>(
        (
            "server.scope.request-identity-upper-case",
            "An attribute of identity in another case counts",
            &["ATP-SGRAN-002"],
        ),
        &["as.scope.case-ignored"],
        "atproto identity:Handle",
    ),
    spelled::<Handle>(
        (
            "server.scope.request-identity-named",
            "identity with its attribute by name does not count",
            &["ATP-SGRAN-004", "ATP-SGRAN-120"],
        ),
        &["as.scope.named-form-unread"],
        "atproto identity?attr=handle",
    ),
    spelled::<Handle>(
        (
            "server.scope.request-identity-question-mark",
            "identity with a question mark and no parameters does not count",
            &["ATP-SGRAN-009"],
        ),
        &["as.scope.question-mark-unread"],
        "atproto identity:*?",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(super::play::<Handle>(stage, edit))
}

/// Asks for a handle that cannot be (`com.atproto.identity.updateHandle`).
struct Handle;

impl Operation for Handle {
    const VALID: &'static str = "atproto identity:handle";

    fn draft(stage: &Stage, grant: &Grant) -> Result<Draft, Halt> {
        let method = "com.atproto.identity.updateHandle";
        Ok(post(stage, grant, method, &[("handle", "atproof")], Encoding::Json))
    }

    fn done(exchange: &Exchange) -> Option<bool> {
        match exchange.status()? {
            401 | 403 => Some(false),
            200..=299 | 400 => Some(true),
            _ => None,
        }
    }
}
