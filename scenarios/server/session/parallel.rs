//! Two sessions of one account and one client.
//!
//! # What it does
//!
//! Signs the same account in twice with the same client on the same device, and refreshes both
//! sessions. The life of access tokens is noted on the way.
//!
//! # Why it matters
//!
//! A user with two browser profiles, or an application that signs in again after it has lost its
//! state, has two sessions. Where the second login ends the first, one of them is signed out each
//! time the other signs in.
//!
//! # What a conforming peer does
//!
//! Whether sessions may stand side by side is not said, nor how long tokens live within the
//! guidance. Both are recorded and not graded.
//!
//! # How to fix
//!
//! Keep sessions by an id of their own, not by account and client.
//!
//! # References
//!
//! atproto OAuth, Tokens and Session Lifetime.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::{Action, Part};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.session.parallel",
    role: Role::Server,
    area: "session",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("parallel.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const SECOND: Edit = Edit::Story("a second login of the same account with the same client");

const CASES: &[Case] = &[
    Case {
        id: "server.session.ended-by-next-login",
        title: "Whether a login ends the session before it",
        clause: "ATP-SESS-010",
        covers: &[],
        killers: &["as.session.single"],
        edit: SECOND,
        expect: Expectation::Holds(|transcript| seen::judged(first_goes_on(transcript))),
    },
    Case {
        id: "server.session.token-lifetime",
        title: "How long access tokens of a public client live",
        clause: "ATP-SESS-009",
        covers: &[],
        killers: &["as.token.lifetime-3600"],
        edit: SECOND,
        expect: Expectation::Holds(|transcript| seen::judged(lifetime(transcript))),
    },
];

const FIRST: &str = "refresh of the first session";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let first = stage.grant().await?;
        let second = stage.grant().await?;
        if first.refresh_token.is_none() {
            return Err(Halt::Needs("a refresh token"));
        }
        stage.enter(Part::Control);
        stage.send(stage.refresh(&second)).await;
        stage.step(FIRST);
        stage.send(stage.refresh(&first)).await;
        Ok(())
    })
}

fn first_goes_on(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let second = transcript.last(&Part::Control).filter(|exchange| is_accepted(exchange));
    second
        .ok_or_else(|| Outcome::unclear("the second session cannot be refreshed", "accept it"))?;
    let first = seen::step(transcript, FIRST)?;
    match first.status() {
        _ if is_accepted(first) => Ok(Outcome::observed("both sessions go on")),
        Some(400 | 401) => Ok(Outcome::observed("the first session has ended")),
        _ => Err(Outcome::unclear(describe(first), "run it again")),
    }
}

fn lifetime(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = transcript.of(&Part::Setup, Action::Token);
    let seconds = exchange.and_then(|exchange| exchange.response()?.member("expires_in"));
    let minutes = |seconds: f64| (seconds / 60.0).round();
    match seconds.and_then(|seconds| seconds.as_f64()) {
        Some(seconds) => Ok(Outcome::observed(format!("{} minutes", minutes(seconds)))),
        None => Err(Outcome::not_offered("expires_in", "see server.token.expires-in-missing")),
    }
}
