//! One client assertion in several requests at the same moment.
//!
//! # What it does
//!
//! Pushes eight requests of a confidential client at once, which differ in everything but their
//! client assertion, and does so several times.
//!
//! # Why it matters
//!
//! Where used assertions are looked up first and noted later, all requests that come in between are
//! accepted.
//!
//! # What a conforming peer does
//!
//! Accepts at most one of them.
//!
//! # How to fix
//!
//! Note the `jti` with one insert that fails where it is there already.
//!
//! # References
//!
//! RFC 7523, section 3; atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Draft, Halt, MOST_AT_ONCE, Stage};
use atproof_protocol::record::Part;

use crate::server::burst;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.race",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Load,
    needs: &[Need::MetadataHost],
    source: include_str!("race.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

/// How often a burst is sent.
const TIMES: usize = 5;

const BURST: &str = "burst with one assertion";

const CASES: &[Case] = &[Case {
    id: "server.client-auth.replayed-at-once",
    title: "Several requests with the same assertion are accepted when they come at once",
    clause: "ATP-CAUTH-010",
    covers: &["RFC7523-3-07"],
    killers: &["as.assertion.replay-race"],
    edit: Edit::Story("eight requests at once with one and the same assertion, five times"),
    expect: Expectation::Holds(|transcript| burst::at_most_one(transcript, BURST, "")),
}];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        for number in 1..=TIMES {
            stage.enter(Part::Control);
            let login = stage.login_by(&client);
            stage.send(stage.par(&login)).await;
            let (jti, now) = (stage.random().token(), stage.clock().now());
            let mut drafts: Vec<Draft> = Vec::new();
            for _ in 0..MOST_AT_ONCE {
                let login = stage.login_by(&client);
                let draft = stage.par(&login);
                let made = draft.made_assertion(&jti, now, &Edit::None);
                drafts.push(draft.present(&made.ok_or(Halt::Needs("a client assertion"))?));
            }
            stage.send_together(&burst::step(BURST, number), &drafts).await?;
        }
        stage.enter(Part::ControlAgain);
        let login = stage.login_by(&client);
        stage.send(stage.par(&login)).await;
        Ok(())
    })
}
