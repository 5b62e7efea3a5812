//! The access token of a session whose refresh token was revoked.
//!
//! # What it does
//!
//! Makes a login, uses its access token, revokes the refresh token and uses the access token
//! again. Where it still works, it is tried once more after a minute.
//!
//! # Why it matters
//!
//! The user has pressed "sign out". An access token that goes on until its end leaves the account
//! open for that long.
//!
//! # What a conforming peer does
//!
//! Ends the access tokens of the grant too. A short delay is understood where several servers have
//! to learn of it.
//!
//! # How to fix
//!
//! Keep tokens under their grant, end the grant as a whole, and have the resource server ask for
//! its state.
//!
//! # References
//!
//! RFC 7009, section 2.1; atproto OAuth, Tokens and Session Lifetime.

use std::time::Duration;

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Refusal, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::{Action, Part};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.grant",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation, Need::Patience],
    source: include_str!("grant.rs"),
    script: Script::Story { play, logins: 1 },
    judge,
    cases: CASES,
};

/// How long servers may take to tell each other.
const DELAY: Duration = Duration::from_secs(60);

const REVOKE: &str = "revoke";

const CASES: &[Case] = &[
    Case {
        id: "server.revocation.grant-access-token-survives",
        title: "An access token works a minute after the refresh token of its grant was revoked",
        clause: "RFC7009-2.1-03",
        covers: &["ATP-TOK-013"],
        killers: &["as.revoke.keeps-access-token", "as.revoke.no-effect"],
        edit: Edit::Story("the refresh token is revoked, and the access token used"),
        expect: Expectation::Refused(&[&[Refusal::status(401)]]),
    },
    Case {
        id: "server.revocation.surviving-access-token-lives-long",
        title: "An access token that outlives its session lives longer than five minutes",
        clause: "ATP-TOK-014",
        covers: &["ATP-TOK-013"],
        killers: &["as.revoke.keeps-access-token"],
        edit: Edit::Story("the life of an access token that works after its session was revoked"),
        expect: Expectation::Holds(short_where_it_survives),
    },
];

/// The life that is recommended for access tokens that cannot be revoked, in seconds.
const SHORT: i64 = 300;

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        stage.step(REVOKE);
        let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        stage.send(draft).await;
        stage.enter(Part::Faulted);
        if stage.send(stage.resource(&grant)).await.is_success() {
            stage.clock().wait(DELAY).await;
            stage.send(stage.resource(&grant)).await;
        }
        Ok(())
    })
}

fn short_where_it_survives(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the access token was not used", "run it again");
    };
    if !is_accepted(exchange) {
        return Outcome::kept(format!("the access token was revoked: {}", describe(exchange)));
    }
    let answer = transcript.of(&Part::Setup, Action::Token).and_then(|answer| answer.response());
    match answer.and_then(|answer| answer.member("expires_in")?.as_i64()) {
        None => Outcome::unclear("its life is not stated", "send expires_in"),
        Some(seconds) if seconds <= SHORT => Outcome::kept(format!("it lives {seconds} seconds")),
        Some(seconds) => Outcome::violated(
            "revoked with its session, or five minutes at most",
            format!("not revoked, and a life of {seconds} seconds"),
            exchange,
        ),
    }
}

fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    match transcript.step(REVOKE) {
        Some(exchange) if is_accepted(exchange) => judge::probe(case, transcript),
        Some(exchange) => Outcome::unclear(
            format!("the revocation was not accepted: {}", describe(exchange)),
            "answer a correct revocation with 200",
        ),
        None => Outcome::unclear("nothing was revoked", "run it again"),
    }
}
