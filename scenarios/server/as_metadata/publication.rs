//! Whether the authorization server metadata is published, and what it leaves open.
//!
//! # What it does
//!
//! Fetches the document at the well-known path of the issuer and looks at what it names, then
//! pushes one request for each transitional scope.
//!
//! # Why it matters
//!
//! Nobody can begin a login at a server whose metadata is not where it has to be. What a server
//! offers without saying so cannot be found by clients that look first.
//!
//! # What a conforming peer does
//!
//! Answers the well-known path with the document, names itself by an origin without a path, and
//! lists each transitional scope that it grants.
//!
//! # How to fix
//!
//! Serve the document at the root of the issuer's origin. Fill `scopes_supported` from the list
//! that requests are checked against.
//!
//! # References
//!
//! RFC 8414, section 3; atproto OAuth, Authorization Servers.

use atproof_engine::judge::{self, is_accepted, refusal_of};
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::identifier::Origin;
use serde_json::Value;

use super::{METADATA, metadata, url};
use crate::server::document::{answer, fetch, judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.publication",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("publication.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// The transitional scopes of the profile.
const TRANSITIONAL: [&str; 3] = ["transition:generic", "transition:chat.bsky", "transition:email"];

/// A development client that declares all of them.
const CLIENT: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=atproto\
                      %20transition%3Ageneric%20transition%3Achat.bsky%20transition%3Aemail";

const CASES: &[Case] = &[
    row(
        "server.as-metadata.missing",
        "There is no document at the well-known path of the issuer",
        "ATP-ASM-001",
        &["RFC8414-3-01"],
        &["as.metadata.missing"],
        |transcript| {
            judged(answer(transcript, METADATA).map(|(exchange, response)| match response.status {
                status @ (404 | 405 | 410) => Outcome::violated(
                    "the document, with status 200",
                    format!("status {status}"),
                    exchange,
                ),
                status @ 200..400 => Outcome::kept(format!("answered with {status}")),
                status => Outcome::unclear(
                    format!("the well-known path was answered with {status}"),
                    "serve the document with status 200",
                ),
            }))
        },
    ),
    row(
        "server.as-metadata.issuer-with-path",
        "The issuer has a path",
        "ATP-ASM-006",
        &[],
        &["as.metadata.issuer-path"],
        |transcript| {
            metadata(transcript).having("/issuer").judge(|found| {
                let issuer = found.value.get("issuer").and_then(Value::as_str).unwrap_or_default();
                let rest = issuer.split("://").nth(1).unwrap_or_default();
                let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
                let path = path.split(['?', '#']).next().unwrap_or_default();
                if path.is_empty() || path == "/" {
                    return Outcome::kept(found.quote("issuer"));
                }
                Outcome::violated("an issuer without a path", found.quote("issuer"), found.exchange)
            })
        },
    ),
    row(
        "server.as-metadata.transitional-scope-unlisted",
        "A transitional scope is granted that is not listed",
        "ATP-ASM-019",
        &[],
        &["as.metadata.transition-unlisted"],
        listed,
    ),
    row(
        "server.as-metadata.endpoints-elsewhere",
        "The endpoints are on another origin than the issuer",
        "ATP-ASM-027",
        &[],
        &["as.metadata.endpoint-elsewhere"],
        |transcript| {
            metadata(transcript).judge(|found| {
                let issuer = Origin::of(&transcript.target.issuer);
                let members = found.value.as_object().into_iter().flatten();
                let endpoints = members.filter(|(name, _)| name.ends_with("_endpoint"));
                let elsewhere = endpoints.filter_map(|(_, value)| value.as_str());
                let mut elsewhere = elsewhere.filter(|endpoint| Origin::of(endpoint) != issuer);
                Outcome::observed(match elsewhere.next() {
                    None => "on the origin of the issuer",
                    Some(_) => "on another origin",
                })
            })
        },
    ),
    row(
        "server.as-metadata.challenge-methods",
        "Challenge methods beside S256 are listed",
        "ATP-PKCE-008",
        &[],
        &["as.metadata.other-challenge-method"],
        |transcript| {
            metadata(transcript).judge(|found| {
                let methods = found.value.get("code_challenge_methods_supported");
                let methods = methods.and_then(Value::as_array).into_iter().flatten();
                let mut others = methods.filter_map(Value::as_str).filter(|name| *name != "S256");
                Outcome::observed(match others.next() {
                    None => "S256 alone",
                    Some("plain") => "plain as well",
                    Some(_) => "another method as well",
                })
            })
        },
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = url(stage)?;
        fetch(stage, METADATA, &url).await;
        for scope in TRANSITIONAL {
            stage.step(scope);
            let mut login = stage.login();
            login.client_id = CLIENT.to_owned();
            login.scope = format!("atproto {scope}");
            stage.send(stage.par(&login)).await;
        }
        Ok(())
    })
}

fn listed(transcript: &Transcript<'_>) -> Outcome {
    metadata(transcript).judge(|found| {
        let listed = found.value.get("scopes_supported").and_then(Value::as_array);
        let is_listed = |scope: &str| listed.is_some_and(|all| all.iter().any(|one| one == scope));
        let mut taken = Vec::new();
        for scope in TRANSITIONAL {
            let Some(exchange) = transcript.step(scope) else { continue };
            if is_accepted(exchange) {
                taken.push(scope);
                if !is_listed(scope) {
                    let expected = format!("`{scope}` in scopes_supported, since it is taken");
                    let observed = format!("taken, and {}", found.quote("scopes_supported"));
                    return Outcome::violated(expected, observed, exchange);
                }
            } else if refusal_of(exchange).is_none_or(|(status, _)| status >= 429) {
                return Outcome::unclear(format!("{scope} was not answered"), "run it again");
            }
        }
        match taken.is_empty() {
            true => Outcome::kept("no transitional scope is taken"),
            false => Outcome::kept(format!("taken and listed: {}", taken.join(", "))),
        }
    })
}
