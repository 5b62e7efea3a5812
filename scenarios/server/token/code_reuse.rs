//! A code that is exchanged a second time, and the tokens of the first time.
//!
//! # What it does
//!
//! Uses and refreshes the tokens of one login, as the control. Then exchanges the code of another
//! login, exchanges it again with a fresh proof, and tries the tokens of the first exchange: the
//! access token at once and, where it still works, a minute later, then the refresh token.
//!
//! # Why it matters
//!
//! A second use means that two parties have the code. The server cannot know which of them is the
//! right one, so the second gets nothing and the first loses what it got.
//!
//! # What a conforming peer does
//!
//! Refuses the second exchange with 400 and `invalid_grant` and ends the session that came of the
//! first.
//!
//! # How to fix
//!
//! Mark a code as used in the transaction that issues the tokens, keep the mark until the code
//! would have expired, and end the session when the code comes again.
//!
//! # References
//!
//! RFC 6749, section 4.1.2; OAuth 2.1, section 4.1.3; atproto OAuth, PKCE.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Refusal, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.code-reuse",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::OwnDevice],
    source: include_str!("code_reuse.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.token.code-reusable",
        title: "A code is good for a second exchange",
        clause: "RFC6749-4.1.2-02",
        covers: &["ATP-PKCE-009", "OAUTH21-4.1.3-02"],
        killers: &["as.token.code-reusable"],
        edit: Edit::Story("the same exchange once more, with a fresh proof"),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.token.code-replay-keeps-refresh-token",
        title: "The refresh token of a code that came twice still works",
        clause: "RFC6749-4.1.2-03",
        covers: &["ATP-PKCE-010"],
        killers: &["as.token.replay-keeps-tokens"],
        edit: Edit::Story("a refresh after the code came a second time"),
        expect: Expectation::Holds(|transcript| {
            ended(transcript, "refresh before", &["refresh after"], GRANT)
        }),
    },
    Case {
        id: "server.token.code-replay-keeps-access-token",
        title: "The access token of a code that came twice still works a minute later",
        clause: "RFC6749-4.1.2-03",
        covers: &["ATP-PKCE-010"],
        killers: &["as.token.replay-keeps-access-token", "as.token.replay-keeps-tokens"],
        edit: Edit::Story("a resource request after the code came a second time"),
        expect: Expectation::Holds(|transcript| {
            let steps = &["resource after", "resource later"];
            ended(transcript, "resource before", steps, &[Refusal::status(401)])
        }),
    },
];

/// How long an access token that holds all it says may outlive its session here.
const TAIL: Duration = Duration::from_secs(60);

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let other = stage.grant().await?;
        stage.step("resource before");
        stage.send(stage.resource(&other)).await;
        stage.step("refresh before");
        stage.send(stage.refresh(&other)).await;

        // Some servers answer a replay by signing the device out.
        let login = stage.login_on_own_device();
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        let first = stage.send(stage.token(&login, &code)).await;
        let grant = stage.grant_from(&login, &first)?;
        stage.enter(Part::Faulted);
        stage.send(stage.token(&login, &code)).await;
        stage.step("resource after");
        if stage.send(stage.resource(&grant)).await.is_success() {
            stage.clock().wait(TAIL).await;
            stage.step("resource later");
            stage.send(stage.resource(&grant)).await;
        }
        if grant.refresh_token.is_some() {
            stage.step("refresh after");
            stage.send(stage.refresh(&grant)).await;
        }
        Ok(())
    })
}

/// Whether something that worked in another session is refused in the last of these steps.
fn ended(
    transcript: &Transcript<'_>,
    before: &str,
    after: &[&str],
    answers: &[Refusal],
) -> Outcome {
    if !transcript.step(before).is_some_and(judge::is_accepted) {
        return Outcome::unclear(
            format!("{before} the code came twice was not accepted, in another session"),
            "the correct request has to be accepted first",
        );
    }
    if transcript.last(&Part::Faulted).is_none_or(judge::is_accepted) {
        return Outcome::unclear(
            "the second exchange was not refused",
            "refuse codes that come a second time",
        );
    }
    match after.iter().rev().find_map(|step| transcript.step(step)) {
        Some(exchange) => judge::refused(exchange, &[answers]),
        None => Outcome::unclear("no such token was issued", "issue one"),
    }
}
