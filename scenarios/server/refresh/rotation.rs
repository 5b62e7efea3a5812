//! Refresh tokens that were replaced.
//!
//! # What it does
//!
//! Refreshes a login twice, each time with the newest refresh token, and then presents the very
//! first one. Where that works, it is tried again 90 seconds later, when a period of grace for
//! clients that lost an answer should be over. At last the newest token is refreshed.
//!
//! # Why it matters
//!
//! Where refresh tokens are used once, a thief and the owner cannot both go on: one of them comes
//! with a token that was used before, and the server learns of the theft.
//!
//! # What a conforming peer does
//!
//! Refuses the replaced token with 400 and `invalid_grant`. The standards let a server that binds
//! refresh tokens to a key do without rotation, so this is what the profile describes as usual and
//! not a requirement. What becomes of the newest token is left open.
//!
//! # How to fix
//!
//! Mark a refresh token as replaced when its successor is issued, and keep the mark as long as the
//! session lives.
//!
//! # References
//!
//! RFC 9700, sections 2.2.2 and 4.14.2; atproto OAuth, Tokens and Session Lifetime.

use std::time::Duration;

use atproof_engine::judge::{self, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.rotation",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("rotation.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// Longer than servers bear with clients that lost an answer.
const GRACE: Duration = Duration::from_secs(90);

const NEWEST: &str = "newest";

const CASES: &[Case] = &[
    Case {
        id: "server.refresh.rotated-token-reusable",
        title: "A refresh token that was replaced twice over still works",
        clause: "ATP-REFR-003",
        covers: &["RFC9700-4.14.2-01"],
        killers: &["as.refresh.replay-accepted"],
        edit: Edit::Story("the first refresh token, after the second and the third were issued"),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.refresh.replay-keeps-session",
        title: "What becomes of a session whose replaced refresh token was presented",
        clause: "ATP-REFR-004",
        covers: &["RFC9700-4.14.2-01"],
        killers: &["as.refresh.replay-keeps-session"],
        edit: Edit::Story("the newest refresh token, after the first was presented again"),
        expect: Expectation::Holds(session_after_replay),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let first = stage.grant().await?;
        stage.enter(Part::Control);
        let mut newest = first.clone();
        for _ in 0..2 {
            let reply = stage.send(stage.refresh(&newest)).await;
            newest = stage.grant_from(&first.login, &reply)?;
        }
        // Bound to a key, refresh tokens need not be replaced (RFC 9700, section 2.2.2).
        if newest.refresh_token.is_none() || newest.refresh_token == first.refresh_token {
            return Err(Halt::Needs("a server that replaces refresh tokens"));
        }
        stage.enter(Part::Faulted);
        let reply = stage.send(stage.refresh(&first)).await;
        if reply.is_success() {
            stage.clock().wait(GRACE).await;
            stage.send(stage.refresh(&first)).await;
        }
        stage.step(NEWEST);
        stage.send(stage.refresh(&newest)).await;
        Ok(())
    })
}

fn session_after_replay(transcript: &Transcript<'_>) -> Outcome {
    let refused = |exchange| refusal_of(exchange).is_some_and(|(s, _)| (400..500).contains(&s));
    match (transcript.last(&Part::Faulted), transcript.step(NEWEST)) {
        (Some(replay), _) if is_accepted(replay) => {
            Outcome::unclear("the replaced token still works, so there was no replay", "refuse it")
        }
        (Some(_), Some(newest)) if is_accepted(newest) => Outcome::observed("session kept"),
        (Some(_), Some(newest)) if refused(newest) => Outcome::observed("session ended"),
        _ => Outcome::unclear("the newest token was neither accepted nor refused", "run it again"),
    }
}
