//! The answer to a correct exchange of a code.
//!
//! # What it does
//!
//! Carries a login with the scope `atproto` through and reads the token answer. The DID of the
//! account is learnt from its name, apart from the login.
//!
//! # Why it matters
//!
//! The answer tells the client whose session it has, what it may do with it and for how long. What
//! is missing there the client has to guess, and a wrong `sub` is a sign-in as somebody else.
//!
//! # What a conforming peer does
//!
//! Answers 200 with an `application/json` object that no cache may keep: `access_token`,
//! `token_type` DPoP, `refresh_token`, `expires_in` below 1800, `scope` with what was granted, and
//! `sub` with the DID of the account.
//!
//! # How to fix
//!
//! Build the answer in one place for all grants, from the record of the session.
//!
//! # References
//!
//! RFC 6749, section 5.1; RFC 9449, section 5; OAuth 2.1, section 3.2.3; atproto OAuth, Identity
//! Authentication, Authorization Scopes, Tokens and Session Lifetime.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::{Draft, Halt, Stage};
use atproof_protocol::record::{Action, Exchange, Part, Response};
use serde_json::{Map, Value, json};

use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.response",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("response.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.token.cacheable",
        "The token answer may be cached",
        "OAUTH21-3.2.3-01",
        &["RFC6749-5.1-04"],
        &["as.token.cacheable"],
        |transcript| answer(transcript, is_not_stored),
    ),
    row(
        "server.token.content-type-wrong",
        "The token answer is not labelled as JSON",
        "RFC6749-5.1-03",
        &[],
        &["as.token.content-type-text"],
        |transcript| answer(transcript, is_json),
    ),
    row(
        "server.token.token-type-not-dpop",
        "The token answer announces another token type than DPoP",
        "RFC9449-5-03",
        &["RFC6749-5.1-01"],
        &["as.token.type-bearer"],
        |transcript| answer(transcript, is_dpop),
    ),
    row(
        "server.token.sub-missing",
        "The token answer has no sub",
        "ATP-TOK-001",
        &[],
        &["as.token.no-sub"],
        |transcript| answer(transcript, |seen| seen.has_text("sub")),
    ),
    row(
        "server.token.sub-not-the-account",
        "The sub of the token answer is not the DID of the account",
        "ATP-TOK-002",
        &["ATP-TOK-001"],
        &["as.token.sub-is-handle"],
        |transcript| answer(transcript, sub_is_the_account),
    ),
    row(
        "server.token.scope-missing",
        "The token answer does not say what was granted",
        "ATP-TOK-003",
        &[],
        &["as.token.no-scope"],
        |transcript| answer(transcript, |seen| seen.has_text("scope")),
    ),
    row(
        "server.token.scope-without-atproto",
        "The granted scope lacks atproto",
        "ATP-TOK-004",
        &["ATP-SCOPE-008"],
        &["as.token.scope-without-atproto"],
        |transcript| answer(transcript, scope_has_atproto),
    ),
    row(
        "server.token.scope-wider-than-requested",
        "More scope is granted than was asked for",
        "ATP-TOK-019",
        &[],
        &["as.token.scope-widened"],
        |transcript| answer(transcript, scope_was_requested),
    ),
    row(
        "server.token.expires-in-missing",
        "The token answer does not say how long the access token lives",
        "RFC6749-5.1-02",
        &["ATP-TOK-022"],
        &["as.token.no-expires-in"],
        |transcript| answer(transcript, expires_in_is_a_number),
    ),
    row(
        "server.token.access-token-lives-too-long",
        "The access token lives half an hour or longer",
        "ATP-TOK-012",
        &["RFC6750-5.3-01"],
        &["as.token.lifetime-3600"],
        |transcript| answer(transcript, expires_in_is_short),
    ),
    row(
        "server.token.refresh-token-missing",
        "The token answer has no refresh token",
        "ATP-REFR-001",
        &[],
        &["as.token.no-refresh-token"],
        |transcript| answer(transcript, |seen| seen.has_text("refresh_token")),
    ),
    row(
        "server.token.id-token",
        "Whether the token answer has an id_token",
        "ATP-TOK-026",
        &[],
        &["as.token.id-token"],
        |transcript| {
            answer(transcript, |seen| {
                let is_there = seen.members.contains_key("id_token");
                Outcome::observed(if is_there { "an id_token" } else { "no id_token" })
            })
        },
    ),
];

/// The scope that is asked for.
const REQUESTED: &str = "atproto";

/// Fact: the DID of the account that signed in, learnt from elsewhere than the token answer.
const ACCOUNT: &str = "account";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let did = account(stage).await?;
        let mut login = stage.login();
        login.scope = REQUESTED.to_owned();
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        stage.send(stage.token(&login, &code)).await;
        stage.fact(ACCOUNT, json!(did));

        Ok(())
    })
}

/// The DID of the account that signs in, from its name; `None` where the name is of another kind.
async fn account(stage: &mut Stage) -> Result<Option<String>, Halt> {
    let account = stage.account(0).ok_or(Halt::Needs("an account"))?;
    let name = account.identifier.clone();
    if name.starts_with("did:") {
        return Ok(Some(name));
    }
    if !name.contains('.') || name.contains('@') {
        return Ok(None);
    }
    let resource = &stage.target().resource;
    let url = format!("{resource}/xrpc/com.atproto.identity.resolveHandle?handle={name}");
    let reply = stage.send(Draft::get(Action::Document, url)).await;
    Ok(reply.answer.ok().and_then(|response| response.member("did")))
}

/// The token answer.
struct Seen<'a> {
    exchange: &'a Exchange,
    response: &'a Response,
    members: Map<String, Value>,
}

impl Seen<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }

    fn has_text(&self, name: &str) -> Outcome {
        match self.members.get(name) {
            Some(Value::String(text)) if !text.is_empty() => {
                Outcome::kept(format!("`{name}` is {text}"))
            }
            Some(other) => self.violated(format!("a string `{name}`"), format!("{other}")),
            None => self.violated(format!("a string `{name}`"), "no such member"),
        }
    }

    fn violated(&self, expected: impl Into<String>, observed: impl Into<String>) -> Outcome {
        Outcome::violated(expected, observed, self.exchange)
    }
}

/// Judges the token answer, if there is one.
fn answer(transcript: &Transcript<'_>, judge: fn(&Seen<'_>) -> Outcome) -> Outcome {
    let exchange = transcript.last(&Part::Control).filter(|e| judge::is_accepted(e));
    let seen = exchange.and_then(|exchange| {
        let response = exchange.response()?;
        let Value::Object(members) = response.json()? else { return None };
        Some(Seen { exchange, response, members })
    });
    match seen {
        Some(seen) => judge(&seen),
        None => Outcome::unclear(
            "the correct exchange was not accepted",
            "the correct request has to be accepted first",
        ),
    }
}

fn is_not_stored(seen: &Seen<'_>) -> Outcome {
    let values: Vec<&str> = seen.response.headers_named("cache-control").collect();
    let directives = values.iter().flat_map(|value| value.split(','));
    if directives.into_iter().any(|name| name.trim().eq_ignore_ascii_case("no-store")) {
        return Outcome::kept(format!("Cache-Control: {}", values.join(", ")));
    }
    let observed = match values.as_slice() {
        [] => "no Cache-Control".to_owned(),
        values => format!("Cache-Control: {}", values.join(", ")),
    };
    seen.violated("Cache-Control with no-store", observed)
}

fn is_json(seen: &Seen<'_>) -> Outcome {
    let media_type = seen.response.header("content-type").unwrap_or("no media type");
    if seen.response.is_media_type("application/json") {
        return Outcome::kept(media_type);
    }
    seen.violated("application/json", media_type)
}

fn is_dpop(seen: &Seen<'_>) -> Outcome {
    match seen.text("token_type") {
        Some(name) if name.eq_ignore_ascii_case("DPoP") => {
            Outcome::kept(format!("`token_type` is {name}"))
        }
        Some(name) => seen.violated("a `token_type` of DPoP", name),
        None => seen.violated("a `token_type` of DPoP", "none"),
    }
}

fn sub_is_the_account(seen: &Seen<'_>) -> Outcome {
    let Some(did) = seen.exchange.facts.get(ACCOUNT).and_then(Value::as_str) else {
        return Outcome::not_offered(
            "an account named by its handle or its DID",
            "set ATPROOF_ACCOUNT to one of them",
        );
    };
    match seen.text("sub") {
        None => Outcome::unclear("there is no sub", "see server.token.sub-missing"),
        Some(sub) if sub == did => Outcome::kept(format!("`sub` is {sub}")),
        Some(sub) => seen.violated(format!("a `sub` of {did}"), sub),
    }
}

fn scope_has_atproto(seen: &Seen<'_>) -> Outcome {
    match seen.text("scope") {
        None => Outcome::unclear("there is no scope", "see server.token.scope-missing"),
        Some(scope) if scope.split(' ').any(|value| value == "atproto") => {
            Outcome::kept(format!("`scope` is {scope}"))
        }
        Some(scope) => seen.violated("a `scope` with atproto", scope),
    }
}

fn scope_was_requested(seen: &Seen<'_>) -> Outcome {
    let Some(scope) = seen.text("scope") else {
        return Outcome::unclear("there is no scope", "see server.token.scope-missing");
    };
    let requested: Vec<&str> = REQUESTED.split(' ').collect();
    let beyond = scope.split(' ').find(|value| !value.is_empty() && !requested.contains(value));
    match beyond {
        None => Outcome::kept(format!("`scope` is {scope}, of {REQUESTED}")),
        Some(value) => seen.violated(format!("nothing but {REQUESTED}"), format!("also {value}")),
    }
}

fn expires_in_is_a_number(seen: &Seen<'_>) -> Outcome {
    let expected = "an `expires_in` that is a number above zero";
    match seen.members.get("expires_in") {
        Some(Value::Number(seconds)) if seconds.as_f64().is_some_and(|value| value > 0.0) => {
            Outcome::kept(format!("`expires_in` is {seconds}"))
        }
        Some(other) => seen.violated(expected, format!("{other}")),
        None => seen.violated(expected, "none"),
    }
}

fn expires_in_is_short(seen: &Seen<'_>) -> Outcome {
    match seen.members.get("expires_in").and_then(Value::as_f64) {
        None => Outcome::unclear(
            "the answer does not say how long the token lives",
            "see server.token.expires-in-missing",
        ),
        Some(seconds) if seconds < 1800.0 => Outcome::kept(format!("{seconds} seconds")),
        Some(seconds) => seen.violated("less than 1800 seconds", format!("{seconds} seconds")),
    }
}
