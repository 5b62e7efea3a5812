//! When a client metadata document is fetched.
//!
//! # What it does
//!
//! Publishes a client that the server has never seen, pushes a request of it, and counts who came
//! for the document. Then opens the authorization endpoint for another new client with a
//! `request_uri` that was never given out, and counts again. Pushes a request of a client whose host
//! does not answer, for the error that it gets.
//!
//! # Why it matters
//!
//! Without the document the server knows a client by what somebody says of it. And a server that
//! fetches any URL for anyone, before it knows that there is a request, can be used to flood others.
//!
//! # What a conforming peer does
//!
//! Fetches the document while it handles the pushed request. Nothing has to be fetched where the
//! `request_uri` is unknown; the texts do not forbid it. Which error says that the document cannot
//! be had is open.
//!
//! # How to fix
//!
//! Look up `request_uri` first, and the client by the request that was found.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; Client ID Metadata Document draft, section 4.

use atproof_engine::judge::{self, refusal_of};
use atproof_engine::model::{
    Case, Edit, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::http::Request;
use atproof_protocol::record::{Action, Exchange};
use serde_json::Value;

use crate::server::document::row;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.fetch",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("fetch.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const PUSHED: &str = "a pushed request";
const UNKNOWN: &str = "an unknown request_uri";
const AGAIN: &str = "four requests of one client";
const UNREACHABLE: &str = "a host that does not answer";

const CASES: &[Case] = &[
    row(
        "server.client-metadata.document-not-fetched",
        "A request of an unknown client is accepted and its document not fetched",
        "ATP-CMD-101",
        &["CIMD-4-01"],
        &["as.client-metadata.not-fetched"],
        |transcript| seen::judged(fetched(transcript)),
    ),
    row(
        "server.client-metadata.fetched-for-unknown-request",
        "The document is fetched for a request_uri that was never given out",
        "ATP-CMD-124",
        &[],
        &["as.authorize.fetch-client-before-request-uri"],
        |transcript| {
            seen::judged(seen::step(transcript, UNKNOWN).map(|exchange| {
                Outcome::observed(match visits(exchange) {
                    0 => "not fetched",
                    _ => "fetched",
                })
            }))
        },
    ),
    row(
        "server.client-metadata.fetched-for-each-request",
        "How often the document is fetched for four requests in a row",
        "ATP-CMD-124",
        &[],
        &["as.client-metadata.cache-drops-fields"],
        |transcript| {
            seen::judged(seen::step(transcript, AGAIN).and_then(|exchange| {
                seen::success(exchange)?;
                Ok(Outcome::observed(match visits(exchange) {
                    0 | 1 => "fetched once",
                    2..REQUESTS => "fetched now and then",
                    _ => "fetched for each request",
                }))
            }))
        },
    ),
    row(
        "server.client-metadata.fetch-error-name",
        "What the refusal is called when the document cannot be had",
        "ATP-PAR-017",
        &[],
        &["as.client-metadata.fetch-failure-500"],
        |transcript| seen::judged(error_name(transcript)),
    ),
];

const REQUESTS: u64 = 4;

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(PUSHED);
        stage.push_by(ClientKind::Public, &Edit::None).await?;
        stage.step(UNKNOWN);
        let client = stage.publish(ClientKind::Public, &Edit::None)?;
        let login = stage.login_by(&client);
        let name = format!("urn:ietf:params:oauth:request_uri:{}", login.state);
        let url = stage.authorization_url(&login, &name);
        let page = Request::new("GET", url)
            .header("Accept", "text/html")
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document")
            .header("Sec-Fetch-Site", "cross-site");
        stage.exchange(Action::Authorize, page).await;
        stage.note_client(&client);
        stage.step(AGAIN);
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        for _ in 0..REQUESTS {
            let login = stage.login_by(&client);
            let draft = stage.par(&login);
            stage.send_by(&client, draft, &Edit::None).await?;
        }
        stage.step(UNREACHABLE);
        let elsewhere = Edit::ClientId("https://nobody.{host}{path}");
        stage.push_by(ClientKind::Public, &elsewhere).await?;
        Ok(())
    })
}

fn fetched(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::step(transcript, PUSHED)?;
    seen::success(exchange)?;
    Ok(match visits(exchange) {
        0 => Outcome::violated(
            "the document is fetched before the request is accepted",
            "accepted without a fetch",
            exchange,
        ),
        times => Outcome::kept(format!("accepted after {times} fetches")),
    })
}

fn error_name(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::step(transcript, UNREACHABLE)?;
    seen::refusal(exchange)?;
    let (status, errors) = refusal_of(exchange).unwrap_or_default();
    Ok(Outcome::observed(format!("{status} {}", errors.join(", "))))
}

fn visits(exchange: &Exchange) -> u64 {
    let fetched = exchange.facts.get("fetched").and_then(|fetched| fetched.get("document"));
    fetched.and_then(Value::as_u64).unwrap_or_default()
}
