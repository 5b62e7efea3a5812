//! A session that was ended, after its access token has ended as well.
//!
//! # What it does
//!
//! Makes a login, uses its access token, revokes the refresh token, and waits until the access token
//! would have ended by its `expires_in`. Then it tries both.
//!
//! # Why it matters
//!
//! Some servers keep a list of revoked tokens only for as long as an access token lives. A session
//! that comes back to life after a quarter of an hour was never ended.
//!
//! # What a conforming peer does
//!
//! Refuses both, for good.
//!
//! # How to fix
//!
//! Delete the session, or keep the mark that it was ended for as long as its refresh token would
//! have lived.
//!
//! # References
//!
//! atproto OAuth, Tokens and Session Lifetime; RFC 7009, section 2.1.

use std::time::Duration;

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::run::LONGEST_WAIT;
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{GRANT, RESOURCE};
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.session.end",
    role: Role::Server,
    area: "session",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation, Need::Patience],
    source: include_str!("end.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.session.revived",
    title: "A session that was ended works again once its access token has ended",
    clause: "ATP-SESS-006",
    covers: &["OAUTH21-4.3.1-01"],
    killers: &["as.revoke.forgotten", "as.revoke.no-effect"],
    edit: Edit::Story("both tokens after revocation and the end of the access token"),
    expect: Expectation::Holds(|transcript| seen::judged(is_over(transcript))),
}];

/// How long after its end the access token is taken for dead.
const SLACK: i64 = 60;

const REVOKE: &str = "revoke";
const RESOURCE_AFTER: &str = "resource after the end";

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        let end = grant.expires_at.ok_or(Halt::Needs("an access token whose life is stated"))?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        stage.step(REVOKE);
        let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        stage.send(draft).await;
        let wait = u64::try_from(end + SLACK - stage.clock().now()).unwrap_or_default();
        let wait = Duration::from_secs(wait);
        if wait > LONGEST_WAIT {
            return Err(Halt::Needs("access tokens that live no longer than 15 minutes"));
        }
        stage.clock().wait(wait).await;
        stage.step(RESOURCE_AFTER);
        stage.send(stage.resource(&grant)).await;
        stage.enter(Part::Faulted);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}

fn is_over(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let revoked = seen::step(transcript, REVOKE)?;
    if !is_accepted(revoked) {
        let why = format!("the revocation was not accepted: {}", describe(revoked));
        return Err(Outcome::unclear(why, "answer a correct revocation with 200"));
    }
    let (refresh, resource) = (seen::faulted(transcript)?, seen::step(transcript, RESOURCE_AFTER)?);
    if let Some(unclear) = [refresh, resource].into_iter().find_map(|at| judge::outlived(Some(at)))
    {
        return Err(unclear);
    }
    let refresh = judge::refused(refresh, &[GRANT]);
    Ok(match judge::refused(resource, &[RESOURCE]) {
        Outcome::Kept { .. } => refresh,
        resource => resource,
    })
}
