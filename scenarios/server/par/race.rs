//! Pushed requests that come at the same moment.
//!
//! # What it does
//!
//! Sends bursts of correct requests, each burst by one key and with one nonce, and each request
//! with a proof of its own. Then sends bursts in which all requests have one and the same proof.
//! The requests of a burst stand ready on connections that are open, and are released together.
//!
//! # Why it matters
//!
//! A web application pushes for many users at once. And what is remembered of a proof helps only if
//! no second request can get in between looking and remembering.
//!
//! # What a conforming peer does
//!
//! Accepts the correct requests, gives each a request_uri of its own, and accepts at most one
//! request with the same proof. That more than one was not seen does not prove that it cannot be.
//!
//! # How to fix
//!
//! Insert `jti` where the store itself refuses a second one (a unique index, `SET NX`), and take a
//! failed insert for a replay. Take names from a random source, not from the time. A nonce is good
//! until its time is over, not once.
//!
//! # References
//!
//! RFC 9126, section 2.2; RFC 9449, section 11.1; atproto OAuth, DPoP.

use atproof_engine::judge::describe;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Draft, MOST_AT_ONCE, Stage};
use atproof_protocol::record::Part;

use crate::server::{burst, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.race",
    role: Role::Server,
    area: "par",
    tier: Tier::Load,
    needs: &[],
    source: include_str!("race.rs"),
    script: Script::Once { play, logins: 0 },
    judge: atproof_engine::judge::between_controls,
    cases: CASES,
};

/// How often each kind of burst is sent.
const TIMES: usize = 5;

const OWN_PROOFS: &str = "burst of correct requests";
const ONE_PROOF: &str = "burst with one proof";

const CASES: &[Case] = &[
    Case {
        id: "server.par.parallel-requests-refused",
        title: "Correct requests that come at once are refused",
        clause: "ATP-PAR-001",
        covers: &[],
        killers: &["as.par.parallel-refused"],
        edit: Edit::Story("eight correct requests at once, five times"),
        expect: Expectation::Holds(|transcript| burst::each_one(transcript, OWN_PROOFS)),
    },
    Case {
        id: "server.par.parallel-request-uri-shared",
        title: "Requests that come at once get the same request_uri",
        clause: "RFC9126-2.2-03",
        covers: &[],
        killers: &["as.par.request-uri-race"],
        edit: Edit::Story("the answers to eight correct requests at once, five times"),
        expect: Expectation::Holds(distinct_names),
    },
    Case {
        id: "server.par.parallel-nonce-refused",
        title: "Of the requests that come at once, one may use the nonce",
        clause: "ATP-NONCE-008",
        covers: &[],
        killers: &["as.nonce.race"],
        edit: Edit::Story("eight requests at once with the nonce of the answer before, five times"),
        expect: Expectation::Holds(|transcript| burst::shares_nonce(transcript, OWN_PROOFS)),
    },
    Case {
        id: "server.par.dpop-replayed-at-once",
        title: "Several requests with the same proof are accepted when they come at once",
        clause: "ATP-DPOP-006",
        covers: &["RFC9449-11.1-02"],
        killers: &["as.dpop.jti-race", "as.dpop.jti-replay@par"],
        edit: Edit::Story("eight requests at once with one and the same proof, five times"),
        expect: Expectation::Holds(|transcript| burst::at_most_one(transcript, ONE_PROOF, "")),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        for number in 1..=TIMES {
            control(stage, Part::Control).await;
            let drafts = drafts(stage);
            stage.send_together(&burst::step(OWN_PROOFS, number), &drafts).await?;
        }
        for number in 1..=TIMES {
            control(stage, Part::Control).await;
            let drafts = drafts(stage);
            stage.send_together_with_one_proof(&burst::step(ONE_PROOF, number), &drafts).await?;
        }
        control(stage, Part::ControlAgain).await;
        Ok(())
    })
}

/// A single request. Its answer brings the newest nonce.
async fn control(stage: &mut Stage, part: Part) {
    stage.enter(part);
    let login = stage.login();
    stage.send(stage.par(&login)).await;
}

/// Requests by one key that have nothing else in common.
fn drafts(stage: &mut Stage) -> Vec<Draft> {
    let key = stage.random().key();
    let mut draft = |_| {
        let login = stage.login();
        let mut draft = stage.par(&login);
        if let Some(proof) = &mut draft.proof {
            proof.key = key.clone();
        }
        draft
    };
    (0..MOST_AT_ONCE).map(&mut draft).collect()
}

/// No two pushed requests have the same name.
fn distinct_names(transcript: &Transcript<'_>) -> Outcome {
    seen::judged((|| {
        let bursts = burst::counted(transcript, OWN_PROOFS)?;
        let mut names = 0;
        for burst in &bursts {
            let (accepted, distinct) =
                (burst.accepted().count(), burst.values("request_uri").len());
            names += distinct;
            if let (true, Some(at)) = (distinct < accepted, burst.accepted().last()) {
                return Ok(Outcome::violated(
                    "a request_uri of its own for each request",
                    format!("{distinct} for {accepted} requests; {}", describe(at)),
                    at,
                ));
            }
        }
        if names == 0 {
            return Err(Outcome::unclear("every request was refused", "accept correct requests"));
        }
        Ok(Outcome::kept(format!("{names} in {}, all of them different", burst::tally(&bursts))))
    })())
}
