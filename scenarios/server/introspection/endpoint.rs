//! An introspection endpoint that tells anyone what a token is good for.
//!
//! # What it does
//!
//! Reads the metadata of the authorization server. Where they name an `introspection_endpoint`, it
//! makes a login and asks there for its access token, without any credentials.
//!
//! # Why it matters
//!
//! The answer says whose token it is and whether it still works. Whoever finds a token in a log can
//! have both from such an endpoint, and can try tokens out.
//!
//! # What a conforming peer does
//!
//! The profile knows no such endpoint. Where there is one, RFC 7662 asks it to authenticate whoever
//! asks. This is recorded and not graded.
//!
//! # How to fix
//!
//! Remove the endpoint, or answer nobody but resource servers that have authenticated.
//!
//! # References
//!
//! RFC 7662, section 2.1; RFC 8414, section 2.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::form;
use atproof_protocol::http::Request;
use atproof_protocol::record::Action;
use serde_json::Value;

use crate::server::document::{fetch, success};
use crate::server::{as_metadata, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.introspection.endpoint",
    role: Role::Server,
    area: "introspection",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("endpoint.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.introspection.open-to-strangers",
    title: "Whether strangers are told what a token is good for",
    clause: "ATP-INTRO-001",
    covers: &[],
    killers: &["as.introspection.open"],
    edit: Edit::Story("a request for introspection without credentials"),
    expect: Expectation::Holds(|transcript| seen::judged(told(transcript))),
}];

const METADATA: &str = "metadata";
const STRANGER: &str = "introspection by a stranger";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = as_metadata::url(stage)?;
        let metadata = fetch(stage, METADATA, &url).await;
        let endpoint = metadata.answer.ok().and_then(|a| a.member("introspection_endpoint"));
        if let Some(url) = endpoint {
            let grant = stage.grant().await?;
            let body = form::encode(&[("token".to_owned(), grant.access_token)]);
            let request = Request::new("POST", url)
                .header("Accept", "application/json")
                .body("application/x-www-form-urlencoded", body);
            stage.step(STRANGER);
            stage.exchange(Action::Document, request).await;
        }
        Ok(())
    })
}

fn told(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    success(transcript, METADATA)?;
    let Some(exchange) = transcript.step(STRANGER) else {
        return Ok(Outcome::observed("there is no introspection endpoint"));
    };
    let active = exchange.response().and_then(|response| response.member("active"));
    match (exchange.status(), active) {
        (Some(200..300), Some(Value::Bool(true))) => Ok(Outcome::observed("strangers are told")),
        (Some(200..300), _) => Ok(Outcome::observed("strangers are told of no token")),
        (Some(400..500), _) => Ok(Outcome::observed("strangers are refused")),
        _ => Err(Outcome::unclear(describe(exchange), "run it again")),
    }
}
