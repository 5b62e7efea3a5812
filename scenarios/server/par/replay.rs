//! DPoP proofs that were used before.
//!
//! # What it does
//!
//! Pushes a request, and then another one, new in all its parameters, with the proof of the first:
//! once where the first succeeded, once where it was refused for another reason. An ordinary
//! request before and after shows that the server was ready to accept.
//!
//! # Why it matters
//!
//! A proof that was read on the way can be sent again by whoever read it, until its time is over,
//! unless the server remembers what it has seen.
//!
//! # What a conforming peer does
//!
//! Refuses a second proof with the same `jti` as long as it would accept the first one again. A
//! demand for a new nonce is as good: it makes the old proof worthless.
//!
//! # How to fix
//!
//! Remember `jti` for as long as proofs are accepted, and do so when the proof is verified, not
//! when the request has succeeded.
//!
//! # References
//!
//! RFC 9449, section 11.1; atproto OAuth, DPoP.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Outcome, Playing, Role, Script, Text, Tier, Transcript,
};
use atproof_engine::stage::{Draft, Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::PROOF;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.replay",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("replay.rs"),
    script: Script::Story { play, logins: 0 },
    judge,
    cases: CASES,
};

/// The step in which the proof is used for the first time.
const FIRST_USE: &str = "first use of the proof";

const AFTER_FAILURE: &str = "server.par.dpop-replayed-after-failure";

const CASES: &[Case] = &[
    Case {
        id: "server.par.dpop-replayed",
        title: "The proof of a successful request is sent again",
        clause: "ATP-DPOP-006",
        covers: &["RFC9449-11.1-02"],
        killers: &["as.dpop.jti-replay@par"],
        edit: Edit::Story("the DPoP proof is that of the request before"),
        expect: Expectation::Refused(&[PROOF]),
    },
    Case {
        id: AFTER_FAILURE,
        title: "The proof of a refused request is sent again",
        clause: "RFC9449-11.1-06",
        covers: &[],
        killers: &["as.dpop.jti-recorded-on-success"],
        edit: Edit::Story("the DPoP proof is that of a request refused for its response_type"),
        expect: Expectation::Refused(&[PROOF]),
    },
];

/// A replay means something only if the first use went as it should.
fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let Some(first) = transcript.step(FIRST_USE) else {
        return Outcome::unclear("the proof was not used before", "run it again");
    };
    let refused = first.status().is_some_and(|status| (400..500).contains(&status));
    let as_planned = if case.id == AFTER_FAILURE { refused } else { is_accepted(first) };
    if !as_planned {
        let why = format!("the first use of the proof went otherwise: {}", describe(first));
        return Outcome::unclear(why, "see the cases on ordinary requests and on response_type");
    }
    judge::probe(case, transcript)
}

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        push(stage, &Edit::None).await;
        stage.step(FIRST_USE);
        let unwanted = Edit::Parameter(Change::Set("response_type", Text::Is("token")));
        push(stage, if case.id == AFTER_FAILURE { &unwanted } else { &Edit::None }).await;
        // Proofs are public and stand in the record as they were sent.
        let sent = stage.exchanges().last().and_then(|exchange| exchange.request.header("DPoP"));
        let proof = sent.map(str::to_owned).ok_or(Halt::Needs("a proof to send again"))?;
        stage.enter(Part::Faulted);
        let login = stage.login();
        let replay = Draft { proof: None, ..stage.par(&login) }.header("DPoP", &proof);
        stage.send_once(&replay).await;
        stage.enter(Part::ControlAgain);
        push(stage, &Edit::None).await;
        Ok(())
    })
}

/// Pushes the request of a new login.
async fn push(stage: &mut Stage, edit: &Edit) {
    let login = stage.login();
    let draft = stage.par(&login).edit(edit);
    stage.send(draft).await;
}
