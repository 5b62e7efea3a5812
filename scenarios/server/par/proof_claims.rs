//! A proof with the claims that it has to have, and no other.
//!
//! # What it does
//!
//! Pushes a request whose proof has an `exp` beside the usual claims, and one whose proof has the
//! usual claims alone.
//!
//! # Why it matters
//!
//! Proofs are made by general libraries, and these write what RFC 9449 names. A server that asks
//! for more works with its own client only.
//!
//! # What a conforming peer does
//!
//! Takes a proof with `jti`, `htm`, `htu`, `iat` and the nonce.
//!
//! # How to fix
//!
//! Proofs do not expire by a claim: judge their age by `iat` and nonce. A JWT library that insists
//! on `exp` has an option for this.
//!
//! # References
//!
//! RFC 9449, sections 4.2 and 4.3.

use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Exchange, Part};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.proof-claims",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("proof_claims.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.par.dpop-exp-required",
    title: "A proof without exp is refused",
    clause: "RFC9449-4.3-03",
    covers: &["ATP-DPOP-010"],
    killers: &["as.dpop.require-exp"],
    edit: Edit::Story("the proof has no exp, which the control has"),
    expect: Expectation::Holds(minimal_is_enough),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        for (part, edit) in [(Part::Control, Edit::Proof("exp-ahead")), (Part::Faulted, Edit::None)]
        {
            stage.enter(part);
            let login = stage.login();
            let draft = stage.par(&login).edit(&edit);
            stage.send(draft).await;
        }
        Ok(())
    })
}

/// A server may refuse the `exp`: then the other proof alone says that it asks for none.
fn minimal_is_enough(transcript: &Transcript<'_>) -> Outcome {
    let with_exp = transcript.last(&Part::Control).is_some_and(is_accepted);
    match transcript.last(&Part::Faulted) {
        Some(minimal) if is_accepted(minimal) => Outcome::kept(describe(minimal)),
        Some(minimal) if with_exp && refused(minimal) => {
            Outcome::violated("accepted, as the proof with exp", describe(minimal), minimal)
        }
        _ => Outcome::unclear(
            "no pushed request was accepted, or one was not answered",
            "the correct request has to be accepted first",
        ),
    }
}

fn refused(exchange: &Exchange) -> bool {
    refusal_of(exchange).is_some_and(|(status, _)| !matches!(status, 429 | 502..=504))
}
