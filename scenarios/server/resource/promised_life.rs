//! Access tokens that end before the time that was promised.
//!
//! # What it does
//!
//! Reads from a resource with a new access token, waits until half a minute before the end that the
//! token answer named, and reads again with the same token.
//!
//! # Why it matters
//!
//! Clients plan their refreshes by `expires_in`. A token that ends earlier costs a failed request
//! each time, and a client that takes the failure for a revoked session signs its user out.
//!
//! # What a conforming peer does
//!
//! Takes the token until its end, unless the session was ended.
//!
//! # How to fix
//!
//! Compute `expires_in` from the end of the token that is issued, and give resource servers the same
//! end.
//!
//! # References
//!
//! RFC 6749, section 5.1.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::run::LONGEST_WAIT;
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.promised-life",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Patience],
    source: include_str!("promised_life.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::after_wait,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.resource.token-ends-early",
    title: "An access token ends before the time that expires_in names",
    clause: "RFC6749-5.1-02",
    covers: &[],
    killers: &["rs.token.dies-early"],
    edit: Edit::Story("the same request half a minute before the end of the access token"),
    expect: Expectation::Accepted,
}];

/// Before its end, so that clocks that differ do not matter.
const MARGIN: i64 = 30;

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let end = grant.expires_at.ok_or(Halt::Needs("an access token whose life is stated"))?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        let wait = u64::try_from(end - MARGIN - stage.clock().now()).unwrap_or_default();
        let wait = Duration::from_secs(wait);
        if wait > LONGEST_WAIT {
            return Err(Halt::Needs("access tokens that live no longer than 16 minutes"));
        }
        stage.clock().wait(wait).await;
        stage.enter(Part::Faulted);
        stage.send(stage.resource(&grant)).await;
        Ok(())
    })
}
