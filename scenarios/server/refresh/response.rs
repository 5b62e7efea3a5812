//! The answer to a refresh.
//!
//! # What it does
//!
//! Makes a login, refreshes it as it should be, and looks at the answer.
//!
//! # Why it matters
//!
//! A client that gets `Bearer` here would send its token without a proof, a cache that keeps the
//! answer hands out tokens, and a `sub` that changes is another person.
//!
//! # What a conforming peer does
//!
//! Answers as at the first exchange: `token_type` is DPoP, `Cache-Control` holds `no-store`, and
//! `sub`, if it is there, is the DID of the account.
//!
//! # How to fix
//!
//! Write the answers of code exchange and refresh with the same routine.
//!
//! # References
//!
//! RFC 9449, section 5; OAuth 2.1, section 3.2.3; RFC 6749, section 5.1; atproto OAuth, Identity
//! Authentication.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::http::Headers;
use atproof_protocol::oauth::cache_control::has_no_store;
use atproof_protocol::record::{Action, Exchange, Part, Response};
use serde_json::Value;

use crate::server::document::{judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.response",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("response.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const REFRESH: &str = "refresh";

const CASES: &[Case] = &[
    row(
        "server.refresh.token-type-not-dpop",
        "The token type of a refreshed token is not DPoP",
        "RFC9449-5-03",
        &[],
        &["as.refresh.type-bearer"],
        |transcript| {
            judged(refreshed(transcript).map(|(exchange, response)| {
                let observed = match response.member("token_type") {
                    Some(Value::String(name)) if name.eq_ignore_ascii_case("dpop") => {
                        return Outcome::kept(format!("token_type `{name}`"));
                    }
                    Some(other) => format!("token_type {other}"),
                    None => "no token_type".to_owned(),
                };
                Outcome::violated("token_type `DPoP`", observed, exchange)
            }))
        },
    ),
    row(
        "server.refresh.cacheable",
        "The answer to a refresh may be cached",
        "OAUTH21-3.2.3-01",
        &["RFC6749-5.1-04"],
        &["as.refresh.cacheable"],
        |transcript| {
            judged(refreshed(transcript).map(|(exchange, response)| {
                let fields: Vec<&str> = response.headers_named("cache-control").collect();
                let observed = match fields.as_slice() {
                    [] => "no Cache-Control".to_owned(),
                    fields => format!("Cache-Control: {}", fields.join(", ")),
                };
                let headers: Headers = response.headers.iter().cloned().collect();
                if has_no_store(&headers) {
                    return Outcome::kept(observed);
                }
                Outcome::violated("Cache-Control: no-store", observed, exchange)
            }))
        },
    ),
    row(
        "server.refresh.sub-missing",
        "Whether the answer to a refresh names the account",
        "ATP-REFR-013",
        &[],
        &["as.refresh.no-sub"],
        |transcript| {
            judged(refreshed(transcript).map(|(_, response)| {
                let is_there = response.member("sub").is_some();
                Outcome::observed(if is_there { "sub repeated" } else { "sub absent" })
            }))
        },
    ),
    row(
        "server.refresh.sub-changed",
        "The answer to a refresh names another account",
        "ATP-TOK-002",
        &[],
        &["as.refresh.sub-is-handle"],
        |transcript| {
            judged(refreshed(transcript).map(|(exchange, response)| {
                let first = transcript.of(&Part::Setup, Action::Token);
                let first = first.and_then(|exchange| exchange.response()?.member("sub"));
                match (first, response.member("sub")) {
                    (_, None) => Outcome::kept("no sub in the answer"),
                    (None, Some(_)) => {
                        Outcome::unclear("the first token answer has no sub", "send it")
                    }
                    (Some(first), Some(sub)) if first == sub => Outcome::kept(format!("sub {sub}")),
                    (Some(first), Some(sub)) => {
                        Outcome::violated(format!("sub {first}"), format!("sub {sub}"), exchange)
                    }
                }
            }))
        },
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        stage.step(REFRESH);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}

/// The answer to the refresh; unclear where it was refused.
fn refreshed<'a>(transcript: &Transcript<'a>) -> Result<(&'a Exchange, &'a Response), Outcome> {
    let Some(exchange) = transcript.step(REFRESH) else {
        return Err(Outcome::unclear("the refresh was not sent", "run it again"));
    };
    match exchange.response() {
        Some(response) if is_accepted(exchange) => Ok((exchange, response)),
        _ => Err(Outcome::unclear(
            format!("an ordinary refresh was not accepted: {}", describe(exchange)),
            "the correct request has to be accepted first",
        )),
    }
}
