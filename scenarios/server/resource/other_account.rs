//! An access token of one account, used with the key of a session of another.
//!
//! # What it does
//!
//! Makes a login of each of two accounts with the same client, reads from a resource as each of
//! them, and then with the access token of the one and the key of the other.
//!
//! # Why it matters
//!
//! Whoever has an account on the same server has a key that it knows. This key must not open the
//! tokens of others.
//!
//! # What a conforming peer does
//!
//! Answers 401 with `invalid_token`.
//!
//! # How to fix
//!
//! Compare the thumbprint of the proof's key with the one that the token is bound to.
//!
//! # References
//!
//! RFC 9449, sections 4.3 and 7.1; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{Login, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::RESOURCE;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.other-account",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::SecondAccount],
    source: include_str!("other_account.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.resource.key-of-other-account",
    title: "A token is used with the key of a session of another account",
    clause: "RFC9449-4.3-R13",
    covers: &["ATP-DPOP-015"],
    killers: &["rs.dpop.key-per-client", "rs.dpop.skip-jkt"],
    edit: Edit::Story("the proof is made with the key of a session of another account"),
    expect: Expectation::Refused(&[RESOURCE]),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut grant = stage.grant().await?;
        let login = Login { account: 1, ..stage.login() };
        let other = stage.grant_for(login).await?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        grant.login.key = other.login.key.clone();
        stage.enter(Part::Faulted);
        stage.send(stage.resource(&grant)).await;
        stage.enter(Part::ControlAgain);
        stage.send(stage.resource(&other)).await;
        Ok(())
    })
}
