//! A client assertion that is longer than any has to be.
//!
//! # What it does
//!
//! Pushes a request of a confidential client, and then another whose assertion is correct and has a
//! `jti` of forty thousand characters. The body is still within what servers take.
//!
//! # Why it matters
//!
//! Nobody has authenticated when an assertion is decoded, and its `jti` has to be remembered until
//! it expires. Whoever sends many long ones takes memory and time from everybody.
//!
//! # What a conforming peer does
//!
//! Refuses it; where the limit lies is not said, so that what is seen is recorded.
//!
//! # How to fix
//!
//! Limit the length of an assertion before it is decoded: two kilobytes are plenty.
//!
//! # References
//!
//! RFC 9126, section 2.3; RFC 9449, section 11.1; RFC 8725, section 2.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::assertions::TAKEN_OR_NOT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.huge-assertion",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("huge_assertion.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.client-auth.assertion-huge",
    title: "An assertion of more than fifty kilobytes is pushed",
    clause: "RFC9126-2.3-05",
    covers: &[],
    killers: &["as.dos.huge-jose"],
    edit: Edit::Story("the jti of the assertion has forty thousand characters"),
    expect: Expectation::Open(TAKEN_OR_NOT),
}];

/// Characters of the `jti`: with the rest of the request less than 64 kilobytes.
const LENGTH: usize = 40_000;

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        stage.push_by(ClientKind::Confidential, &Edit::None).await?;
        stage.enter(Part::Faulted);
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        let jti = stage.random().token().repeat(LENGTH).chars().take(LENGTH).collect::<String>();
        let now = stage.clock().now();
        let assertion = draft.made_assertion(&jti, now, &Edit::None);
        let assertion = assertion.ok_or(Halt::Needs("a client that authenticates"))?;
        stage.send_by(&client, draft.present(&assertion), &Edit::None).await?;
        Ok(())
    })
}
