//! How a revocation is answered.
//!
//! # What it does
//!
//! Reads the metadata and sends a revocation to the endpoint they name. Then makes a login, revokes
//! a token that was never issued, then its refresh token, then the same refresh token once more.
//!
//! # Why it matters
//!
//! The client wants the token to be gone, and a token that does not exist is. An error would only
//! make it try again, and would tell strangers which tokens exist.
//!
//! # What a conforming peer does
//!
//! Answers 200 each time.
//!
//! # How to fix
//!
//! Answer 200 once the request is well formed and its client is known, whatever was found. Publish
//! a `revocation_endpoint` only where something answers.
//!
//! # References
//!
//! RFC 7009, sections 2 and 2.2; RFC 8414, section 2.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Degree, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};

use crate::server::as_metadata;
use crate::server::document::{fetch, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.answer",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("answer.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const METADATA: &str = "metadata";
const PUBLISHED: &str = "the endpoint that the metadata names";
const UNKNOWN: &str = "a token that was never issued";
const FIRST: &str = "the refresh token";
const AGAIN: &str = "the same refresh token again";

const CASES: &[Case] = &[
    row(
        "server.revocation.endpoint-dangling",
        "Nothing answers at the published revocation endpoint",
        "RFC7009-2-01",
        &["RFC8414-2-10"],
        &["as.metadata.dangling-endpoint"],
        |transcript| match transcript.step(PUBLISHED) {
            Some(exchange) => match exchange.status() {
                Some(status @ (404 | 405 | 501)) => {
                    Outcome::violated("an answer to a revocation", status.to_string(), exchange)
                }
                Some(429 | 500..) | None => Outcome::unclear(
                    format!("the revocation was not answered: {}", describe(exchange)),
                    "run it again when the server answers",
                ),
                Some(status) => Outcome::kept(format!("answered with {status}")),
            },
            None => Outcome::unclear("nothing was revoked", "run it again"),
        },
    ),
    row(
        "server.revocation.unknown-token-refused",
        "The revocation of an unknown token is refused",
        "RFC7009-2.2-01",
        &[],
        &["as.revoke.unknown-token-400"],
        |transcript| answered_200(transcript, UNKNOWN),
    ),
    row(
        "server.revocation.revoked-token-refused",
        "The revocation of a token that was revoked before is refused",
        "RFC7009-2.2-01",
        &[],
        &["as.revoke.second-time-400"],
        |transcript| answered_200(transcript, AGAIN),
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        let unknown = stage.random().token();
        // The metadata are read again: what they name now is what is examined.
        let url = as_metadata::url(stage)?;
        let metadata = fetch(stage, METADATA, &url).await;
        let published = metadata.answer.ok().and_then(|a| a.member("revocation_endpoint"));
        if let (Some(url), Some(mut draft)) = (published, stage.revoke(&grant, &unknown)) {
            stage.step(PUBLISHED);
            draft.url = url;
            stage.send(draft).await;
        }
        for (step, token) in [(UNKNOWN, &unknown), (FIRST, &token), (AGAIN, &token)] {
            stage.step(step);
            let draft = stage.revoke(&grant, token).ok_or(Halt::Needs("a revocation endpoint"))?;
            stage.send(draft).await;
        }
        Ok(())
    })
}

/// The answer is 200, as that to the ordinary revocation.
fn answered_200(transcript: &Transcript<'_>, step: &str) -> Outcome {
    let ordinary = transcript.step(FIRST);
    if !ordinary.is_some_and(judge::is_accepted) {
        let found = ordinary.map_or_else(|| "not sent".to_owned(), describe);
        return Outcome::unclear(
            format!("an ordinary revocation was not accepted: {found}"),
            "the correct request has to be accepted first",
        );
    }
    let Some(exchange) = transcript.step(step) else {
        return Outcome::unclear("it was not sent", "run it again");
    };
    match exchange.status() {
        Some(200) => Outcome::kept("200"),
        Some(429) | None => {
            Outcome::unclear(format!("no answer: {}", describe(exchange)), "run it again")
        }
        Some(201..300) => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "200".to_owned(),
            observed: describe(exchange),
            at: Some(exchange.id.clone()),
        },
        Some(_) => Outcome::violated("200", describe(exchange), exchange),
    }
}
