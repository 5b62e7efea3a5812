//! Revocations that are malformed, or odd.
//!
//! # What it does
//!
//! Revokes the refresh token of a login as it should be, then those of further logins with one thing
//! changed about the request: no token, two tokens, no client, a hint that nobody knows; then as it
//! should be again.
//!
//! # Why it matters
//!
//! A client that makes a mistake here believes that its user is signed out. 200 for a request that
//! named no token tells it so.
//!
//! # What a conforming peer does
//!
//! Refuses what is malformed as the token endpoint does: 400 with a JSON object and
//! `invalid_request`. It ignores hints that it does not know.
//!
//! # How to fix
//!
//! Answer 200 for tokens that are unknown, and not for requests without one. Use the error writer of
//! the token endpoint.
//!
//! # References
//!
//! RFC 7009, sections 2.1, 2.2 and 2.2.1.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Alternative, Case, Change, Degree, Edit, Expectation, Family, Need, Outcome, Playing, Role,
    Script, Text, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};

use crate::server::answers::REQUEST;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.request",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("request.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.revocation.token-missing",
        title: "A revocation without a token is answered as if it had worked",
        clause: "RFC7009-2.2.1-01",
        covers: &[],
        killers: &["as.revoke.token-optional"],
        edit: Edit::Parameter(Change::Remove("token")),
        expect: Expectation::Holds(|transcript| seen::judged(refused(transcript))),
    },
    Case {
        id: "server.revocation.token-repeated",
        title: "A revocation of two tokens is answered as if it had worked",
        clause: "RFC7009-2.2.1-01",
        covers: &[],
        killers: &["as.revoke.first-of-repeated"],
        edit: Edit::Parameter(Change::Repeat("token", Text::LastCharacterChanged)),
        expect: Expectation::Holds(|transcript| seen::judged(refused(transcript))),
    },
    Case {
        id: "server.revocation.error-not-json",
        title: "The refusal of a revocation is no JSON object with an error code",
        clause: "RFC7009-2.2.1-01",
        covers: &[],
        killers: &["as.revoke.error-html"],
        edit: Edit::Parameter(Change::Remove("token")),
        expect: Expectation::Holds(|transcript| seen::judged(in_json(transcript))),
    },
    Case {
        id: "server.revocation.unknown-hint-refused",
        title: "A revocation is refused for a hint that nobody knows",
        clause: "RFC7009-2.1-04",
        covers: &[],
        killers: &["as.revoke.unknown-hint-400"],
        edit: Edit::Parameter(Change::Set("token_type_hint", Text::Is("urn:example:atproof"))),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.revocation.client-id-missing",
        title: "A token is revoked without client_id",
        clause: "RFC7009-2.1-01",
        covers: &[],
        killers: &["as.revoke.client-id-optional"],
        edit: Edit::Parameter(Change::Remove("client_id")),
        // Whoever has the token is its client, or has stolen it: either way it is well revoked.
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
        ]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}

/// 200 gives nothing away, so it is the form of the answer that is wrong.
fn refused(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    if is_accepted(exchange) {
        return Ok(Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "refused with 400 invalid_request".to_owned(),
            observed: describe(exchange),
            at: Some(exchange.id.clone()),
        });
    }
    Ok(judge::refused(exchange, &[REQUEST]))
}

fn in_json(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    let response = seen::refusal(exchange)?;
    Ok(match response.error() {
        Some(error) if response.is_media_type("application/json") => {
            Outcome::kept(format!("a JSON object with error {error}"))
        }
        _ => {
            let expected = "an application/json object with a string member `error`";
            Outcome::violated(expected, describe(exchange), exchange)
        }
    })
}
