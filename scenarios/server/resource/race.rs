//! Requests to a resource that come at the same moment.
//!
//! # What it does
//!
//! Sends bursts of correct requests with one access token and one nonce, each with a proof of its
//! own. Then sends bursts in which all requests have one and the same proof. The requests of a burst
//! stand ready on connections that are open, and are released together.
//!
//! # Why it matters
//!
//! Every application loads several things at once. And a thief who holds a proof and is as fast as
//! its owner must not get in beside it.
//!
//! # What a conforming peer does
//!
//! Serves the correct requests, and at most one of those with the same proof. That more than one
//! was not seen does not prove that it cannot be.
//!
//! # How to fix
//!
//! Insert `jti` where the store itself refuses a second one, and take a failed insert for a replay.
//! A nonce is good until its time is over, not once.
//!
//! # References
//!
//! RFC 9449, sections 9 and 11.1; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{MOST_AT_ONCE, Stage};
use atproof_protocol::record::Part;

use crate::server::burst;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.race",
    role: Role::Server,
    area: "resource",
    tier: Tier::Load,
    needs: &[Need::Account],
    source: include_str!("race.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// How often each kind of burst is sent.
const TIMES: usize = 5;

const OWN_PROOFS: &str = "burst of correct requests";
const ONE_PROOF: &str = "burst with one proof";

const CASES: &[Case] = &[
    Case {
        id: "server.resource.parallel-requests-refused",
        title: "Correct requests that come at once are refused",
        clause: "ATP-DPOP-011",
        covers: &[],
        killers: &["rs.parallel-refused"],
        edit: Edit::Story("eight correct requests at once, five times"),
        expect: Expectation::Holds(|transcript| burst::each_one(transcript, OWN_PROOFS)),
    },
    Case {
        id: "server.resource.parallel-nonce-refused",
        title: "Of the requests that come at once, one may use the nonce",
        clause: "ATP-NONCE-009",
        covers: &[],
        killers: &["rs.nonce.race"],
        edit: Edit::Story("eight requests at once with the nonce of the answer before, five times"),
        expect: Expectation::Holds(|transcript| burst::shares_nonce(transcript, OWN_PROOFS)),
    },
    Case {
        id: "server.resource.dpop-replayed-at-once",
        title: "Several requests with the same proof are accepted when they come at once",
        clause: "ATP-DPOP-007",
        covers: &["RFC9449-11.1-03"],
        killers: &["rs.dpop.jti-race", "rs.dpop.jti-replay"],
        edit: Edit::Story("eight requests at once with one and the same proof, five times"),
        expect: Expectation::Holds(|transcript| burst::at_most_one(transcript, ONE_PROOF, "")),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let drafts = vec![stage.resource(&grant); MOST_AT_ONCE];
        for number in 1..=TIMES {
            // Its answer brings the newest nonce.
            stage.enter(Part::Control);
            stage.send(stage.resource(&grant)).await;
            stage.send_together(&burst::step(OWN_PROOFS, number), &drafts).await?;
        }
        for number in 1..=TIMES {
            stage.enter(Part::Control);
            stage.send(stage.resource(&grant)).await;
            let step = burst::step(ONE_PROOF, number);
            stage.send_together_with_one_proof(&step, &drafts).await?;
        }
        stage.enter(Part::ControlAgain);
        stage.send(stage.resource(&grant)).await;
        Ok(())
    })
}
