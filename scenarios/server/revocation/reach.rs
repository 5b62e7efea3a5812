//! What the revocation of a refresh token ends.
//!
//! # What it does
//!
//! Makes a login, uses its access token, revokes its refresh token, and at once uses both.
//!
//! # Why it matters
//!
//! Clients revoke when their user signs out. What comes of it differs from server to server, and
//! the profile does not mention the endpoint at all.
//!
//! # What a conforming peer does
//!
//! This is recorded and not graded; the cases on each of the tokens go by RFC 7009.
//!
//! # How to fix
//!
//! End the session as a whole.
//!
//! # References
//!
//! RFC 7009, section 2.1; atproto OAuth, Tokens and Session Lifetime.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::{Exchange, Part};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.reach",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("reach.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.revocation.leaves-tokens",
    title: "What the revocation of a refresh token ends at once",
    clause: "ATP-REVOKE-001",
    covers: &[],
    killers: &["as.revoke.no-effect", "as.revoke.keeps-access-token"],
    edit: Edit::Story("the refresh token is revoked, and both tokens are used"),
    expect: Expectation::Holds(|transcript| seen::judged(reach(transcript))),
}];

const REFRESH: &str = "refresh after";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        stage.step("revoke");
        let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        stage.send(draft).await;
        stage.enter(Part::Faulted);
        stage.send(stage.resource(&grant)).await;
        stage.step(REFRESH);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}

fn reach(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let goes_on = |exchange: &Exchange| match exchange.status() {
        _ if is_accepted(exchange) => Ok(true),
        Some(400..500) => Ok(false),
        _ => Err(Outcome::unclear(describe(exchange), "run it again")),
    };
    let access = goes_on(seen::faulted(transcript)?)?;
    let refresh = goes_on(seen::step(transcript, REFRESH)?)?;
    Ok(Outcome::observed(match (refresh, access) {
        (false, false) => "both tokens",
        (false, true) => "the refresh token",
        (true, false) => "the access token",
        (true, true) => "nothing",
    }))
}
