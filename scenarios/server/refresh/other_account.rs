//! A session of one account, refreshed with the key of a session of another.
//!
//! # What it does
//!
//! Makes a login of each of two accounts with the same client, refreshes one as it should be, and
//! then presents the refresh token of the other with its key.
//!
//! # Why it matters
//!
//! A client with several users keeps their keys side by side. A server that asks only whether the
//! key is one of this client lets each of them stand for all.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 and `invalid_grant`.
//!
//! # How to fix
//!
//! Compare the thumbprint of the proof's key with that of the session.
//!
//! # References
//!
//! RFC 9449, section 5; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{Login, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{GRANT, PROOF};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.other-account",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::SecondAccount],
    source: include_str!("other_account.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.refresh.key-of-other-account",
    title: "A session is refreshed with the key of a session of another account",
    clause: "RFC9449-5-04",
    covers: &["ATP-REFR-007"],
    killers: &["as.refresh.key-per-client"],
    edit: Edit::Story("the proof is made with the key of a session of another account"),
    expect: Expectation::Refused(&[PROOF, GRANT]),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut grant = stage.grant().await?;
        let login = Login { account: 1, ..stage.login() };
        let other = stage.grant_for(login).await?;
        stage.enter(Part::Control);
        stage.send(stage.refresh(&other)).await;
        grant.login.key = other.login.key;
        stage.enter(Part::Faulted);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}
