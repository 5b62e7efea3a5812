//! Scopes that the profile does not know.
//!
//! # What it does
//!
//! Brings an ordinary login to its tokens, and then one of a client that declares, and asks for, a
//! scope of OpenID Connect or one that nobody defines.
//!
//! # Why it matters
//!
//! A client that is told that it has a scope goes by it. And an `id_token` invites it to take an
//! account for issuer and subject, where the profile has the DID alone: any server could then say
//! that it is anybody.
//!
//! # What a conforming peer does
//!
//! The profile leaves it open: the request may be refused, or the value left out of what is
//! granted. This is recorded and not graded.
//!
//! # How to fix
//!
//! Grant what the server knows, and say in the token answer what that is.
//!
//! # References
//!
//! atproto OAuth, Authorization Scopes; RFC 6749, section 3.3.

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Halt, Login, Stage, redirect_parameters};
use atproof_protocol::form;
use atproof_protocol::record::{Action, Part};
use serde_json::Value;

use crate::server::front_channel::pushed;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.unusual-scope",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("unusual_scope.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    scope: &'static str,
) -> Case {
    let edit = Edit::Parameter(Change::Set("scope", Text::Is(scope)));
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Holds(what_is_granted) }
}

const CASES: &[Case] = &[
    row(
        "server.token.openid-granted",
        "What is granted to a client that asks for openid",
        "ATP-SCOPE-013",
        &["ATP-TOK-026"],
        &["as.scope.allow-openid"],
        "atproto openid",
    ),
    row(
        "server.token.unknown-scope-granted",
        "What is granted to a client that asks for a scope that nobody defines",
        "ATP-SCOPE-010",
        &["RFC6749-3.3-02"],
        &["as.scope.echo-unknown"],
        "atproto x-atproof",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        if let Edit::Parameter(Change::Set(_, Text::Is(scope))) = edit {
            // Declared as well: that an undeclared scope is refused is another matter.
            login = declaring(login, scope).ok_or(Halt::Needs("the development client"))?;
        }
        let draft = stage.par(&login);
        let reply = stage.send(draft).await;
        let Ok(request_uri) = reply.require("the pushed request", "request_uri") else {
            return Ok(());
        };
        let url = stage.authorization_url(&login, &request_uri);
        let ending = stage.authorize(&login, &url, Decision::Approve).await?;
        let Ending::Redirect(redirect) = ending else { return Ok(()) };
        let parameters = redirect_parameters(&redirect);
        if let Some((_, code)) = parameters.iter().find(|(name, _)| name == "code") {
            stage.send(stage.token(&login, code)).await;
        }
        Ok(())
    })
}

/// The login of a development client with another scope.
fn declaring(login: Login, scope: &str) -> Option<Login> {
    login.client_id.strip_prefix("http://localhost?")?;
    let query = form::encode(&[
        ("redirect_uri".to_owned(), login.redirect_uri.clone()),
        ("scope".to_owned(), scope.to_owned()),
    ]);
    let client_id = format!("http://localhost?{query}");
    Some(Login { client_id, scope: scope.to_owned(), ..login })
}

fn what_is_granted(transcript: &Transcript<'_>) -> Outcome {
    let Some(last) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the request was not pushed", "run it again");
    };
    let granted = last.response().filter(|_| last.action == Action::Token && is_accepted(last));
    let Some(answer) = granted else {
        let page = last.facts.get("refused").and_then(|refused| refused.get("status")?.as_u64());
        let status = page.or(last.status().map(u64::from));
        return match (last.action, status) {
            (Action::Par, Some(400..=428)) => Outcome::observed("refused when pushed"),
            (_, Some(200..=428)) => Outcome::observed("refused later"),
            _ => Outcome::unclear(describe(last), "run it again"),
        };
    };
    if answer.member("id_token").is_some() {
        return Outcome::observed("granted, with an id_token");
    }
    let scope = answer.member("scope");
    let scope = scope.as_ref().and_then(Value::as_str).unwrap_or_default();
    let asked = pushed(transcript, &Part::Faulted, "scope").unwrap_or_default();
    let all = asked.split(' ').all(|value| scope.split(' ').any(|own| own == value));
    Outcome::observed(match all {
        true => "granted as asked for",
        false if scope.is_empty() => "granted, and the scope is not told",
        false => "granted without it",
    })
}
