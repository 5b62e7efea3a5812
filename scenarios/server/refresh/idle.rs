//! Refresh tokens that were not used for more than two weeks.
//!
//! # What it does
//!
//! Refreshes one login at once, as the control. Leaves another alone for fifteen days, and refreshes
//! it then. This takes as long as it says.
//!
//! # Why it matters
//!
//! A refresh token in an old backup should be worth nothing.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 and `invalid_grant`.
//!
//! # How to fix
//!
//! Give refresh tokens an end: for public clients two weeks after they were issued at the latest.
//!
//! # References
//!
//! RFC 9700, section 4.14.2; atproto OAuth, Tokens and Session Lifetime.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.idle",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Fortnight],
    source: include_str!("idle.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::after_wait,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.refresh.idle-token-outlives-fortnight",
    title: "A refresh token works after fifteen days without use",
    clause: "RFC9700-4.14.2-03",
    covers: &["ATP-REFR-009"],
    killers: &["as.refresh.never-expires"],
    edit: Edit::Story("the refresh comes fifteen days after the login"),
    expect: Expectation::Refused(&[GRANT]),
}];

const IDLE: Duration = Duration::from_secs(15 * 24 * 60 * 60);

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let idle = stage.grant().await?;
        let other = stage.grant().await?;
        stage.enter(Part::Control);
        stage.send(stage.refresh(&other)).await;
        stage.clock().wait(IDLE).await;
        stage.enter(Part::Faulted);
        stage.send(stage.refresh(&idle)).await;
        Ok(())
    })
}
