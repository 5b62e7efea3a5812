//! What judges of several families look for in a transcript.

use atproof_engine::judge::{describe, is_accepted};
use atproof_engine::model::{Outcome, Transcript};
use atproof_protocol::Defect;
use atproof_protocol::oauth::challenge::{self, Challenge};
use atproof_protocol::record::{Exchange, Part, Response};

/// The faulted exchange, where the controls around it were accepted.
pub(crate) fn faulted<'a>(transcript: &Transcript<'a>) -> Result<&'a Exchange, Outcome> {
    for part in [Part::Control, Part::ControlAgain] {
        if let Some(control) = transcript.last(&part)
            && !is_accepted(control)
        {
            return Err(Outcome::unclear(
                format!("the control was not accepted: {}", describe(control)),
                "the correct request has to be accepted first",
            ));
        }
    }
    transcript
        .last(&Part::Faulted)
        .ok_or_else(|| Outcome::unclear("the faulted request was not sent", "run it again"))
}

/// The last exchange of a named step.
pub(crate) fn step<'a>(transcript: &Transcript<'a>, name: &str) -> Result<&'a Exchange, Outcome> {
    let missing = || Outcome::unclear(format!("there was no {name}"), "run it again");
    transcript.step(name).ok_or_else(missing)
}

/// The answer to a request that was accepted.
pub(crate) fn success(exchange: &Exchange) -> Result<&Response, Outcome> {
    let refused = || {
        Outcome::unclear(
            format!("the correct request was not accepted: {}", describe(exchange)),
            "it has to be accepted first",
        )
    };
    exchange.response().filter(|_| is_accepted(exchange)).ok_or_else(refused)
}

/// The answer to a request that was refused, in whatever way.
pub(crate) fn refusal(exchange: &Exchange) -> Result<&Response, Outcome> {
    match exchange.response() {
        Some(response) if response.status != 429 && !(200..300).contains(&response.status) => {
            Ok(response)
        }
        _ => Err(Outcome::unclear(
            format!("there is no refusal to look at: {}", describe(exchange)),
            "another case says whether this request is refused",
        )),
    }
}

/// The nonces that an answer hands out.
pub(crate) fn nonces(exchange: &Exchange) -> Vec<&str> {
    exchange.response().into_iter().flat_map(|r| r.headers_named("dpop-nonce")).collect()
}

/// The challenges of an answer, and what is wrong with them.
pub(crate) fn challenges(response: &Response) -> (Vec<Challenge>, Vec<Defect>) {
    let values: Vec<&[u8]> =
        response.headers_named("www-authenticate").map(str::as_bytes).collect();
    challenge::parse(&values)
}

/// The DPoP challenge of an answer.
pub(crate) fn dpop_challenge(response: &Response) -> Option<Challenge> {
    challenges(response).0.into_iter().find(|challenge| challenge.is("DPoP"))
}

/// Whether an answer says, in its body or in a challenge, that it wants a nonce.
pub(crate) fn demands_nonce(response: &Response) -> bool {
    let wanted = "use_dpop_nonce";
    let in_challenge =
        |challenge: &Challenge| challenge.param("error").is_some_and(|error| error == wanted);
    response.error().is_some_and(|error| error == wanted)
        || challenges(response).0.iter().any(in_challenge)
}

/// An answer hands out a nonce.
pub(crate) fn hands_out_nonce(exchange: &Exchange) -> Outcome {
    match nonces(exchange).as_slice() {
        [] => Outcome::violated(
            "a DPoP-Nonce field in the answer",
            format!("none; {}", describe(exchange)),
            exchange,
        ),
        _ => Outcome::kept(format!("DPoP-Nonce beside: {}", describe(exchange))),
    }
}

/// A page of another origin may read these fields of an answer.
pub(crate) fn exposes(exchange: &Exchange, response: &Response, fields: &[&str]) -> Outcome {
    let exposed: Vec<&str> = response
        .headers_named("access-control-expose-headers")
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let covers = |field: &str| exposed.iter().any(|e| *e == "*" || e.eq_ignore_ascii_case(field));
    let observed = format!("Access-Control-Expose-Headers: {}", exposed.join(", "));
    if fields.iter().all(|field| covers(field)) {
        return Outcome::kept(observed);
    }
    let expected = format!("Access-Control-Expose-Headers with {}", fields.join(" and "));
    Outcome::violated(expected, observed, exchange)
}

/// Either way an outcome.
pub(crate) fn judged(result: Result<Outcome, Outcome>) -> Outcome {
    result.unwrap_or_else(|unclear| unclear)
}
