//! A refresh after the access token has ended.
//!
//! # What it does
//!
//! Makes a login, waits until its access token has ended by its `expires_in`, and refreshes.
//!
//! # Why it matters
//!
//! This is what refresh tokens are for: a client that was asleep when its access token ended comes
//! back and goes on.
//!
//! # What a conforming peer does
//!
//! Gives new tokens.
//!
//! # How to fix
//!
//! Keep the lifetime of the session apart from that of its access tokens, also in what cleans the
//! database up.
//!
//! # References
//!
//! atproto OAuth, Server Metadata; OAuth 2.1, section 4.3.1.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::run::LONGEST_WAIT;
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.lifetime",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Patience],
    source: include_str!("lifetime.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::after_wait,
    cases: CASES,
};

/// How long after its end the access token is taken for dead.
const SLACK: i64 = 5;

const CASES: &[Case] = &[Case {
    id: "server.refresh.dies-with-access-token",
    title: "A session cannot be refreshed once its access token has ended",
    clause: "ATP-REFR-001",
    covers: &["OAUTH21-4.3.1-01"],
    killers: &["as.refresh.expires-with-access"],
    edit: Edit::Story("the refresh comes after the end of the access token"),
    expect: Expectation::Accepted,
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        stage.enter(Part::Control);
        stage.send(stage.refresh(&grant)).await;
        let grant = stage.grant().await?;
        let Some(end) = grant.expires_at else {
            return Err(Halt::Needs("a server that says how long an access token lives"));
        };
        let left = u64::try_from(end + SLACK - stage.clock().now()).unwrap_or_default();
        if Duration::from_secs(left) > LONGEST_WAIT {
            return Err(Halt::Needs("access tokens that live no longer than 15 minutes"));
        }
        stage.clock().wait(Duration::from_secs(left)).await;
        // Brings a new nonce, so that no demand for one comes before the refresh.
        stage.step("nonce");
        let login = stage.login();
        stage.send(stage.par(&login)).await;
        stage.enter(Part::Faulted);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}
