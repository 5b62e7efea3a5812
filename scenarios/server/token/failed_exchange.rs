//! What a failed exchange does to its code.
//!
//! # What it does
//!
//! Exchanges a code as it should be. Then exchanges the code of another login with a wrong
//! verifier, which is refused, and the same code with the right one.
//!
//! # Why it matters
//!
//! A server that burns a code at once leaves no room for guessing; one that keeps it spares the
//! user a second sign-in after a mistake. The texts leave the choice open.
//!
//! # What a conforming peer does
//!
//! Either. What is seen is recorded.
//!
//! # How to fix
//!
//! There is nothing to fix.
//!
//! # References
//!
//! atproto OAuth, PKCE.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script,
    Text, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.failed-exchange",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("failed_exchange.rs"),
    script: Script::Once { play, logins: 2 },
    judge,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.token.code-consumed-by-failed-exchange",
    title: "A code is exchanged after an exchange of it failed",
    clause: "ATP-PKCE-016",
    covers: &[],
    killers: &["as.token.consume-before-validate"],
    edit: Edit::Story("an exchange with a wrong verifier comes first"),
    expect: Expectation::Open(&[
        Alternative { name: "code survives", is: |answer| answer.status < 300 },
        Alternative { name: "code consumed", is: |answer| (400..500).contains(&answer.status) },
    ]),
}];

const WRONG: &str = "wrong verifier";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let other = stage.login();
        let other_code = stage.code(&other).await?;
        stage.enter(Part::Control);
        stage.send(stage.token(&other, &other_code)).await;
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.step(WRONG);
        let wrong = Change::Set("code_verifier", Text::LastCharacterChanged);
        stage.send_edited(stage.token(&login, &code), &Edit::Parameter(wrong)).await?;
        stage.enter(Part::Faulted);
        stage.send(stage.token(&login, &code)).await;
        Ok(())
    })
}

fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    match transcript.step(WRONG) {
        Some(wrong) if judge::is_accepted(wrong) => {
            Outcome::unclear("the wrong verifier was accepted", "see server.pkce.verifier-wrong")
        }
        _ => judge::probe(case, transcript),
    }
}
