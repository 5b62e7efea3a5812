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
        Some(response) if (200..300).contains(&response.status) => Err(Outcome::not_offered(
            "a server that refuses this request",
            "another case says whether it has to be refused",
        )),
        // What a proxy or a limit says is not what the server says.
        Some(response) if !matches!(response.status, 429 | 502..=504) => Ok(response),
        _ => Err(Outcome::unclear(describe(exchange), "run it again")),
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

/// A page of another origin may read nonce and challenge of each answer that has them.
pub(crate) fn exposes(exchanges: &[&Exchange]) -> Outcome {
    let mut exposed = Vec::new();
    for exchange in exchanges {
        let Some(response) = exchange.response() else { continue };
        let list: Vec<&str> = response
            .headers_named("access-control-expose-headers")
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        let present = FOR_PAGES.into_iter().filter(|field| response.header(field).is_some());
        for field in present {
            if !list.iter().any(|name| *name == "*" || name.eq_ignore_ascii_case(field)) {
                return Outcome::violated(
                    format!("{field} in Access-Control-Expose-Headers"),
                    format!("exposed: {}; {}", if_any(&list), describe(exchange)),
                    exchange,
                );
            }
            exposed.push(field);
        }
    }
    if exposed.contains(&"DPoP-Nonce") {
        return Outcome::kept(format!("exposed in the answers: {}", exposed.join(", ")));
    }
    Outcome::not_offered("a nonce in the answers", "hand out nonces")
}

fn if_any(list: &[&str]) -> String {
    if list.is_empty() { "nothing".to_owned() } else { list.join(", ") }
}

/// What a page has to read of an answer in order to go on.
const FOR_PAGES: [&str; 2] = ["DPoP-Nonce", "WWW-Authenticate"];

/// Either way an outcome.
pub(crate) fn judged(result: Result<Outcome, Outcome>) -> Outcome {
    result.unwrap_or_else(|unclear| unclear)
}
