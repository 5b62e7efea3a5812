//! Client assertions that are sent a second time, a while later.
//!
//! # What it does
//!
//! Pushes a request of a confidential client, waits, and pushes another one with the very same
//! client assertion: once while it is still good, and once just after it has expired, when a server
//! that bears with other clocks may still take it.
//!
//! # Why it matters
//!
//! A table of used assertions is emptied from time to time. Where a row goes before the assertion
//! has stopped working, there is a moment in which it works again.
//!
//! # What a conforming peer does
//!
//! Keeps each `jti` for as long as it would accept the assertion.
//!
//! # How to fix
//!
//! Let rows live until `exp`, and beyond it by what clocks may differ.
//!
//! # References
//!
//! RFC 7523, section 3; atproto OAuth, Confidential Client Authentication.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT_AUTH, GRANT};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.replay-later",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost, Need::Patience],
    source: include_str!("replay_later.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const WHILE_GOOD: Edit = Edit::Story("the assertion of the request 45 seconds before");
const AT_ITS_END: Edit = Edit::Story("the assertion of the request 65 seconds before, good for 60");

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.replayed-later",
        title: "An assertion is sent again 45 seconds later",
        clause: "ATP-CAUTH-010",
        covers: &["RFC7523-3-07"],
        killers: &["as.assertion.jti-forgotten"],
        edit: WHILE_GOOD,
        expect: Expectation::Refused(&[CLIENT_AUTH, GRANT]),
    },
    Case {
        id: "server.client-auth.replayed-at-expiry",
        title: "An assertion is sent again just after it has expired",
        clause: "ATP-CAUTH-010",
        covers: &["RFC7523-3-07"],
        killers: &["as.assertion.jti-forgotten-at-expiry"],
        edit: AT_ITS_END,
        expect: Expectation::Refused(&[CLIENT_AUTH, GRANT]),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        let (first, second, third) =
            (stage.login_by(&client), stage.login_by(&client), stage.login_by(&client));
        // So that the assertion is not spent on a demand for a nonce.
        stage.preparing(async |stage| stage.push(&third).await).await?;
        let (jti, now) = (stage.random().token(), stage.clock().now());
        let draft = stage.par(&first);
        let made = draft.made_assertion(&jti, now, &Edit::None);
        let assertion = made.ok_or(Halt::Needs("a client assertion"))?;
        stage.enter(Part::Control);
        stage.send(draft.present(&assertion)).await;
        let seconds = if case.edit == WHILE_GOOD { 45 } else { 65 };
        stage.clock().wait(Duration::from_secs(seconds)).await;
        stage.enter(Part::Faulted);
        let draft = stage.par(&second).present(&assertion);
        stage.send(draft).await;
        stage.enter(Part::ControlAgain);
        let login = stage.login_by(&client);
        stage.send(stage.par(&login)).await;
        Ok(())
    })
}
