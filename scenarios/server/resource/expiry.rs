//! The end of access tokens.
//!
//! # What it does
//!
//! Reads from a resource with a new access token, waits until a minute after the end that the token
//! answer named, and reads again with the same token. Where the grant can be refreshed, a read with
//! the new token follows.
//!
//! # Why it matters
//!
//! A short life is what limits the harm of a token that got out, and the time for which a session
//! that was ended goes on.
//!
//! # What a conforming peer does
//!
//! Answers 401 with `invalid_token` once the token has ended.
//!
//! # How to fix
//!
//! Compare the end of the token with the clock on each request; a few seconds of tolerance do no
//! harm.
//!
//! # References
//!
//! OAuth 2.1, section 5.2; RFC 6750, section 3.1; atproto OAuth, Tokens and Session Lifetime.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::RESOURCE;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.expiry",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Patience],
    source: include_str!("expiry.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.resource.token-expired",
    title: "An access token is used after its end",
    clause: "OAUTH21-5.2-01",
    covers: &["ATP-RES-002"],
    killers: &["rs.token.expiry-unchecked"],
    edit: Edit::Story("the same request a minute after the end of the access token"),
    expect: Expectation::Refused(&[RESOURCE]),
}];

/// The longest tolerance that clocks which differ can ask for.
const TOLERANCE: i64 = 60;

/// The longest life that is waited for.
const LONGEST_LIFE: i64 = 900;

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let end = grant.expires_at.ok_or(Halt::Needs("an access token whose life is stated"))?;
        let life = u64::try_from(end - stage.clock().now()).unwrap_or_default();
        if end - stage.clock().now() > LONGEST_LIFE {
            return Err(Halt::Needs("an access token that ends within 15 minutes"));
        }
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        stage.clock().wait(Duration::from_secs(life + TOLERANCE.unsigned_abs())).await;
        stage.enter(Part::Faulted);
        stage.send(stage.resource(&grant)).await;
        if grant.refresh_token.is_some() {
            let refreshed = stage
                .preparing(async |stage| {
                    let draft = stage.refresh(&grant);
                    let reply = stage.send(draft).await;
                    stage.grant_from(&grant.login, &reply)
                })
                .await?;
            stage.enter(Part::ControlAgain);
            stage.send(stage.resource(&refreshed)).await;
        }
        Ok(())
    })
}
