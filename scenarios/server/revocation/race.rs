//! A refresh token that is revoked while it is refreshed.
//!
//! # What it does
//!
//! Makes sessions and sends, for each, the revocation of its refresh token and refreshes with it at
//! the same moment: one of them with some sessions, three with others, in one order and the other.
//! Once the revocation was answered it refreshes what the race of three brought, and then the revoked
//! token itself.
//!
//! # Why it matters
//!
//! Someone who signs out while the application works in another tab, or while a thief does, was
//! told that the session is over.
//!
//! # What a conforming peer does
//!
//! Does not take the revoked token again, whatever was under way, and refuses a refresh that comes
//! too late like any other with a revoked token. What came of a refresh that was faster is another
//! token; that it ends too is usual, and observed. Which is faster is chance: that no token was seen
//! to outlive the revocation does not prove that none can.
//!
//! # How to fix
//!
//! Let refresh and revocation take the same lock, or let the refresh write only where the session is
//! still there.
//!
//! # References
//!
//! RFC 7009, section 2.1; RFC 6749, section 5.2.

use std::collections::BTreeSet;

use atproof_engine::judge::{self, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Grant, Halt, Reply, Stage};
use atproof_protocol::record::{Action, Exchange, Part};

use crate::server::{burst, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.race",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Load,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("race.rs"),
    script: Script::Once { play, logins: PAIRS + RACES + 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// How many sessions are refreshed once while they are revoked.
const PAIRS: usize = 4;

/// How many sessions are refreshed by several requests while they are revoked.
const RACES: usize = 6;

/// How many requests these are.
const RACERS: usize = 3;

const PAIR: &str = "refresh and revocation";
const RACE: &str = "race with revocation";
const SUCCESSOR: &str = "successor after race";
const REVOKED: &str = "revoked token after race";

const CASES: &[Case] = &[
    Case {
        id: "server.revocation.race-undone",
        title: "A refresh token works after its revocation, which met a refresh",
        clause: "RFC7009-2.1-02",
        covers: &[],
        killers: &["as.revoke.race-undone"],
        edit: Edit::Story("the revoked token after a race with three refreshes, six times"),
        expect: Expectation::Holds(revoked),
    },
    Case {
        id: "server.revocation.race-spares-successor",
        title: "What becomes of tokens that a refresh got while its token was revoked",
        clause: "ATP-REVOKE-007",
        covers: &[],
        killers: &["as.revoke.race-spares-successor", "as.revoke.race-undone"],
        edit: Edit::Story("what three refreshes got in a race with the revocation, six times"),
        expect: Expectation::Holds(successors),
    },
    Case {
        id: "server.revocation.race-server-error",
        title: "A refresh that meets the revocation of its token is answered with a server error",
        clause: "RFC6749-5.2-01",
        covers: &[],
        killers: &["as.revoke.race-error"],
        edit: Edit::Story("a refresh and the revocation of its token at once, four times"),
        expect: Expectation::Holds(|transcript| burst::no_server_error(transcript, PAIR)),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let mut grants = Vec::new();
        for _ in 0..PAIRS + RACES {
            grants.push(stage.grant().await?);
        }
        let raced = grants.split_off(PAIRS);
        let other = stage.grant().await?;
        stage.enter(Part::Control);
        stage.send(stage.refresh(&other)).await;
        for (number, grant) in grants.into_iter().enumerate() {
            race(stage, &burst::step(PAIR, number), number, &grant, 1).await?;
        }
        for (number, grant) in raced.into_iter().enumerate() {
            let step = burst::step(RACE, number);
            let (token, replies) = race(stage, &step, number, &grant, RACERS).await?;
            // First what came of it: the revoked token may end the session by itself.
            stage.step(&burst::step(SUCCESSOR, number));
            for reply in replies {
                let Ok(new) = stage.grant_from(&grant.login, &reply) else { continue };
                if new.refresh_token.as_ref().is_some_and(|new| *new != token) {
                    stage.send(stage.refresh(&new)).await;
                }
            }
            stage.step(&burst::step(REVOKED, number));
            let again = Grant { refresh_token: Some(token), ..grant };
            stage.send(stage.refresh(&again)).await;
        }
        Ok(())
    })
}

/// Sends a revocation and refreshes, the revocation first or last.
async fn race(
    stage: &mut Stage,
    step: &str,
    number: usize,
    grant: &Grant,
    racers: usize,
) -> Result<(String, Vec<Reply>), Halt> {
    let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
    let revoke = stage.revoke(grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
    let mut drafts = vec![stage.refresh(grant); racers];
    drafts.insert(if number.is_multiple_of(2) { 0 } else { racers }, revoke);
    Ok((token, stage.send_together(step, &drafts).await?))
}

/// The numbers of the races in which the revocation was answered with success.
fn answered(transcript: &Transcript<'_>) -> Result<BTreeSet<usize>, Outcome> {
    burst::counted(transcript, RACE)?;
    let revoked = |number: &usize| {
        let step = burst::step(RACE, *number);
        transcript.of(&Part::Step(step), Action::Revoke).is_some_and(is_accepted)
    };
    let numbers: BTreeSet<usize> = (0..RACES).filter(revoked).collect();
    if numbers.is_empty() {
        let unblock = "answer a correct revocation with 200";
        return Err(Outcome::unclear("no revocation was accepted", unblock));
    }
    Ok(numbers)
}

/// The revoked token is refused in each race.
fn revoked(transcript: &Transcript<'_>) -> Outcome {
    seen::judged((|| {
        let numbers = answered(transcript)?;
        let mut refused = 0;
        for number in &numbers {
            let Some(at) = transcript.step(&burst::step(REVOKED, *number)) else { continue };
            if is_accepted(at) {
                let expected = "the revoked token refused";
                return Ok(Outcome::violated(expected, "refreshed once more", at));
            }
            refused += usize::from(is_refused(at));
        }
        if refused == 0 {
            return Err(Outcome::unclear("no refresh afterwards was answered", "run it again"));
        }
        Ok(Outcome::kept(format!("refused after each of {refused} races of 4")))
    })())
}

/// Whether what the refreshes got can be refreshed after the revocation.
fn successors(transcript: &Transcript<'_>) -> Outcome {
    seen::judged((|| {
        let numbers = answered(transcript)?;
        let mut kinds = BTreeSet::new();
        for number in &numbers {
            let step = burst::step(SUCCESSOR, *number);
            kinds.extend(transcript.steps(&step).map(is_accepted));
        }
        let outlives = kinds.contains(&true);
        Ok(Outcome::observed(if outlives {
            "one was seen to outlive the revocation"
        } else {
            "none was seen to outlive the revocation"
        }))
    })())
}

fn is_refused(exchange: &Exchange) -> bool {
    refusal_of(exchange).is_some_and(|(status, _)| (400..500).contains(&status) && status != 429)
}
