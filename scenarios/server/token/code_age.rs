//! A code that is exchanged after its time.
//!
//! # What it does
//!
//! Obtains two codes, exchanges one at once and the other eleven minutes later.
//!
//! # Why it matters
//!
//! A code travels through the browser, its history and its logs. The longer it is good, the longer
//! it is worth looking for.
//!
//! # What a conforming peer does
//!
//! Lets a code expire soon after it was issued, after ten minutes at most, and then refuses it with
//! 400 and `invalid_grant`.
//!
//! # How to fix
//!
//! Keep the time of issue with the code, and compare it when the code is exchanged.
//!
//! # References
//!
//! RFC 6749, section 4.1.2.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.code-age",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Patience],
    source: include_str!("code_age.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::after_wait,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.token.code-expired",
    title: "A code is exchanged eleven minutes after it was issued",
    clause: "RFC6749-4.1.2-01",
    covers: &["ATP-TOK-021"],
    killers: &["as.token.code-never-expires"],
    edit: Edit::Story("the exchange comes eleven minutes late"),
    expect: Expectation::Refused(&[GRANT]),
}];

/// Ten minutes, and a minute for clocks that differ.
const WAIT: Duration = Duration::from_secs(660);

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let late = stage.login();
        let late_code = stage.code(&late).await?;
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        stage.send(stage.token(&login, &code)).await;
        stage.clock().wait(WAIT).await;
        stage.enter(Part::Faulted);
        stage.send(stage.token(&late, &late_code)).await;
        Ok(())
    })
}
