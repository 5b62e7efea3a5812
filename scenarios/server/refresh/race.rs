//! Refreshes that come at the same moment.
//!
//! # What it does
//!
//! Makes eight logins and refreshes all of them at once, twice. Then sends the refresh token of each
//! with four requests that differ in their proofs alone. The requests of a burst stand ready on
//! connections that are open, and are released together. Then it refreshes what was issued.
//!
//! # Why it matters
//!
//! Two tabs of an application refresh at once when their access token ends. What happens then is
//! the commonest way in which users are signed out without a reason.
//!
//! # What a conforming peer does
//!
//! Refreshes different sessions side by side. What the text leaves open is observed: whether one of
//! several refreshes with the same token succeeds or, in a period of grace, more of them, and
//! whether the session outlives it. Refusals are refusals, not errors of the server.
//!
//! # How to fix
//!
//! Replace the token and learn whether it was replaced before in one step, under a lock of that
//! session alone. Take the failure of that step for a second use, not for an error of the server.
//!
//! # References
//!
//! RFC 6749, section 5.2; RFC 9700, section 4.14.2; atproto OAuth, Tokens and Session Lifetime.

use std::collections::BTreeSet;

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Draft, Grant, Stage};
use atproof_protocol::record::Part;

use crate::server::burst;
use crate::server::token::race::sessions;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.race",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Load,
    needs: &[Need::Account],
    source: include_str!("race.rs"),
    script: Script::Once { play, logins: SESSIONS + 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// How many sessions there are.
const SESSIONS: usize = 8;

/// How many requests race with one token.
const RACERS: usize = 4;

const SIDE_BY_SIDE: &str = "refresh of each session";
const RACE: &str = "race with token";
const AFTER: &str = "refresh after race";

const CASES: &[Case] = &[
    Case {
        id: "server.refresh.parallel-sessions-refused",
        title: "Refreshes of different sessions are refused when they come at once",
        clause: "ATP-REFR-001",
        covers: &[],
        killers: &["as.refresh.parallel-refused"],
        edit: Edit::Story("eight sessions refreshed at once, twice"),
        expect: Expectation::Holds(|transcript| burst::each_one(transcript, SIDE_BY_SIDE)),
    },
    Case {
        id: "server.refresh.token-raced",
        title: "How many refreshes with one token succeed when they come at once",
        clause: "ATP-REFR-004",
        covers: &[],
        killers: &["as.refresh.race"],
        edit: Edit::Story("four refreshes with one token at once, with eight sessions"),
        expect: Expectation::Holds(successes),
    },
    Case {
        id: "server.refresh.race-server-error",
        title: "A refresh that comes too late by a moment is answered with a server error",
        clause: "RFC6749-5.2-01",
        covers: &[],
        killers: &["as.refresh.race-error"],
        edit: Edit::Story("the answers to four refreshes with one token at once"),
        expect: Expectation::Holds(|transcript| burst::no_server_error(transcript, RACE)),
    },
    Case {
        id: "server.refresh.race-ends-session",
        title: "What becomes of a session that several requests refreshed at once",
        clause: "ATP-REFR-004",
        covers: &[],
        killers: &["as.refresh.race-keeps-session"],
        edit: Edit::Story("a refresh after four with one token at once, with eight sessions"),
        expect: Expectation::Holds(|transcript| sessions(transcript, RACE, AFTER)),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        // A session of its own, for the controls. It is the oldest: where a login ends the ones
        // before it, nothing can be said. Its answer brings the newest nonce.
        let mut other = stage.grant().await?;
        let mut grants = Vec::new();
        for _ in 0..SESSIONS {
            grants.push(stage.grant().await?);
        }
        refresh(stage, &mut other, Part::Control).await;
        for number in 1..=2 {
            let drafts: Vec<Draft> = grants.iter().map(|grant| stage.refresh(grant)).collect();
            let step = burst::step(SIDE_BY_SIDE, number);
            let replies = stage.send_together(&step, &drafts).await?;
            for (grant, reply) in grants.iter_mut().zip(&replies) {
                if let Ok(new) = stage.grant_from(&grant.login, reply) {
                    renew(grant, new);
                }
            }
        }
        for (number, grant) in grants.into_iter().enumerate() {
            let drafts = vec![stage.refresh(&grant); RACERS];
            let replies = stage.send_together(&burst::step(RACE, number), &drafts).await?;
            for reply in replies {
                let Ok(new) = stage.grant_from(&grant.login, &reply) else { continue };
                let mut newest = grant.clone();
                renew(&mut newest, new);
                stage.step(&burst::step(AFTER, number));
                stage.send(stage.refresh(&newest)).await;
            }
        }
        refresh(stage, &mut other, Part::ControlAgain).await;
        Ok(())
    })
}

async fn refresh(stage: &mut Stage, grant: &mut Grant, part: Part) {
    stage.enter(part);
    let reply = stage.send(stage.refresh(grant)).await;
    if let Ok(new) = stage.grant_from(&grant.login, &reply) {
        renew(grant, new);
    }
}

/// Where the answer brings no refresh token, the old one stays (RFC 6749, section 6).
fn renew(grant: &mut Grant, new: Grant) {
    let refresh_token = new.refresh_token.clone().or_else(|| grant.refresh_token.take());
    *grant = Grant { refresh_token, ..new };
}

/// How many of the refreshes of a race succeed.
fn successes(transcript: &Transcript<'_>) -> Outcome {
    let races = match burst::counted(transcript, RACE) {
        Ok(races) => races,
        Err(unclear) => return unclear,
    };
    let counts: BTreeSet<usize> = races.iter().map(|race| race.accepted().count().min(2)).collect();
    let names = counts.iter().map(|count| match count {
        0 => "none",
        1 => "one",
        _ => "more than one",
    });
    Outcome::observed(names.collect::<Vec<_>>().join(" or "))
}
