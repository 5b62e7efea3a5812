//! What an answer of 200 to a revocation was worth, where it should have been refused.

use atproof_engine::judge::{describe, is_accepted, probe, refusal_of};
use atproof_engine::model::{Case, Degree, Outcome, Transcript};
use atproof_engine::stage::{Grant, Stage};
use atproof_protocol::record::Part;

use crate::server::seen;

const AFTER: &str = "refresh after the revocation";

/// Refreshes the session that should not have been ended, and gives what is left of it.
pub(crate) async fn after(stage: &mut Stage, grant: &Grant) -> Option<Grant> {
    let part = stage.part().clone();
    stage.enter(Part::Step(AFTER.to_owned()));
    let draft = stage.refresh(grant);
    let reply = stage.send(draft).await;
    stage.enter(part);
    let next = stage.grant_from(&grant.login, &reply).ok()?;
    let refresh_token = next.refresh_token.clone().or_else(|| grant.refresh_token.clone());
    Some(Grant { refresh_token, ..next })
}

/// As [`probe`]; an answer of 200 that has ended nothing is a wrong answer only (RFC 7009, section
/// 2.2.1).
pub(crate) fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let outcome = probe(case, transcript);
    let faulted = transcript.last(&Part::Faulted).filter(|exchange| is_accepted(exchange));
    let refresh = seen::step(transcript, AFTER);
    let (Outcome::Broken { expected, at, .. }, Some(faulted), Ok(refresh)) =
        (&outcome, faulted, refresh)
    else {
        return outcome;
    };
    let answer = describe(faulted);
    if is_accepted(refresh) {
        return Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: expected.clone(),
            observed: format!("{answer}, although the session goes on"),
            at: at.clone(),
        };
    }
    match refusal_of(refresh) {
        Some((400..500, _)) => {
            let observed = format!("{answer}, and the session has ended");
            Outcome::violated(expected.clone(), observed, faulted)
        }
        _ => Outcome::unclear(
            format!("what became of the session: {}", describe(refresh)),
            "run it again",
        ),
    }
}
