//! Access tokens that are used with what belongs to another session.
//!
//! # What it does
//!
//! Makes two logins of one account. Reads from a resource with one of them as it should be, then
//! with the access token of the one and the key of the other, or with a code in the place of the
//! token.
//!
//! # Why it matters
//!
//! The key is a good one, the proof is a good one, and the token is a good one. That they do not
//! belong together is all that stands between a stolen token and its use.
//!
//! # What a conforming peer does
//!
//! Compares the thumbprint of the proof's key with the one that the token is bound to, and answers
//! 401 with `invalid_token`.
//!
//! # How to fix
//!
//! Read the thumbprint from the token, or from the record of the token, and from nowhere else.
//!
//! # References
//!
//! RFC 9449, sections 4.3 and 7.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::RESOURCE;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.crossed",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("crossed.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const KEY: Edit = Edit::Story("the proof is made with the key of another session");
const CODE: Edit = Edit::Story("the code of the session in the place of the access token");

const CASES: &[Case] = &[
    Case {
        id: "server.resource.key-of-other-session",
        title: "A token is used with the key of another session of the same account",
        clause: "RFC9449-4.3-R13",
        covers: &["ATP-DPOP-015"],
        killers: &["rs.dpop.key-per-account", "rs.dpop.key-per-client", "rs.dpop.skip-jkt"],
        edit: KEY,
        expect: Expectation::Refused(&[RESOURCE]),
    },
    Case {
        id: "server.resource.code-accepted",
        title: "A code is used as access token",
        clause: "RFC9449-7.1-03",
        covers: &[],
        killers: &["rs.token.accepts-code"],
        edit: CODE,
        expect: Expectation::Refused(&[RESOURCE]),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        let mut grant = stage
            .preparing(async |stage| {
                let reply = stage.send(stage.token(&login, &code)).await;
                stage.grant_from(&login, &reply)
            })
            .await?;
        let other = stage.grant().await?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        match case.edit {
            KEY => grant.login.key = other.login.key.clone(),
            _ => grant.access_token = code,
        }
        stage.enter(Part::Faulted);
        stage.send(stage.resource(&grant)).await;
        stage.enter(Part::ControlAgain);
        stage.send(stage.resource(&other)).await;
        Ok(())
    })
}
