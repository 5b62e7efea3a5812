//! The judge that most families share: control, faulted, control again.

use std::collections::BTreeMap;

use atproof_protocol::record::{Action, Answer, Exchange, Part, Response};
use serde_json::Value;

use crate::model::{Case, Degree, Expectation, Outcome, Refusal, Transcript};

/// Judges a probe. The last exchange of each part is the one that counts.
pub fn probe(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    if let Expectation::Holds(predicate) = case.expect {
        return predicate(transcript);
    }
    if let Some(outcome) = controls(transcript) {
        return outcome;
    }
    let Some(faulted) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the faulted request was not sent", "run it again");
    };
    match case.expect {
        Expectation::Refused(answers) => refused(faulted, answers),
        Expectation::Accepted => accepted(faulted),
        Expectation::Open(alternatives) => {
            let response = faulted.response();
            let found =
                response.and_then(|response| alternatives.iter().find(|a| (a.is)(response)));
            match found {
                Some(alternative) => Outcome::Observed { fact: alternative.name.to_owned() },
                None => Outcome::unclear(
                    format!("none of the named alternatives: {}", describe(faulted)),
                    "tell us of this answer",
                ),
            }
        }
        Expectation::Holds(predicate) => predicate(transcript),
        Expectation::RefusedAt(_) | Expectation::Completes => {
            Outcome::unclear("what is expected of a client is asked of a server", "report this bug")
        }
    }
}

/// As [`probe`], but a predicate too is asked only between good controls.
pub fn between_controls(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    controls(transcript).unwrap_or_else(|| probe(case, transcript))
}

/// As [`probe`], for a request that was sent after a wait.
pub fn after_wait(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    outlived(transcript.last(&Part::Faulted)).unwrap_or_else(|| probe(case, transcript))
}

/// Why nothing can be said, where a request after a wait was refused for its proof: nonces grow old
/// meanwhile, and how the server asks for a new one is no matter of what was waited for.
pub fn outlived(exchange: Option<&Exchange>) -> Option<Outcome> {
    let exchange = exchange?;
    let (_, errors) = refusal_of(exchange).filter(|_| !is_accepted(exchange))?;
    let is_of_proof = |error: &String| matches!(&**error, "use_dpop_nonce" | "invalid_dpop_proof");
    errors.iter().any(is_of_proof).then(|| {
        Outcome::unclear(
            format!("the proof was refused after the wait: {}", describe(exchange)),
            "see the cases of server.dpop-nonce",
        )
    })
}

/// Why nothing can be said, where a control was not accepted.
pub fn controls(transcript: &Transcript<'_>) -> Option<Outcome> {
    for (part, name) in
        [(Part::Control, "the control"), (Part::ControlAgain, "the control afterwards")]
    {
        match transcript.last(&part) {
            Some(exchange) if is_accepted(exchange) => {}
            Some(exchange) => {
                return Some(Outcome::unclear(
                    format!("{name} was not accepted: {}", describe(exchange)),
                    "the correct request has to be accepted first",
                ));
            }
            // A story that burns what it tests with has one control, before the fault.
            None if part == Part::ControlAgain => {}
            None => {
                return Some(Outcome::unclear(format!("{name} was not played"), "run it again"));
            }
        }
    }
    None
}

/// Judges one exchange that had to be refused, where its control was accepted.
pub fn refused(faulted: &Exchange, sets: &[&[Refusal]]) -> Outcome {
    let answers: Vec<&Refusal> = sets.iter().copied().flatten().collect();
    let expected = format!("refused with {}", list(&answers));
    let broken = |degree| Outcome::Broken {
        degree,
        expected: expected.clone(),
        observed: describe(faulted),
        at: Some(faulted.id.clone()),
    };
    if is_accepted(faulted) {
        return broken(Degree::Violated);
    }
    let Some((status, errors)) = refusal_of(faulted) else {
        return unanswered(faulted);
    };
    match status {
        429 => limited(),
        // A server error is a refusal by accident.
        500.. => broken(Degree::WrongAnswer),
        _ if answers.iter().any(|answer| fits(answer, status, &errors)) => {
            Outcome::Kept { observed: describe(faulted) }
        }
        _ if is_matter_of_form(&answers, status, &errors) => broken(Degree::Form),
        _ => broken(Degree::WrongAnswer),
    }
}

/// Whether a refusal is right in all but what every refusal of the server may have wrong: it names
/// no error, or a right one with another status.
fn is_matter_of_form(answers: &[&Refusal], status: u16, errors: &[String]) -> bool {
    match errors {
        [] => answers.iter().any(|answer| answer.status == status),
        _ => answers.iter().any(|answer| fits(answer, answer.status, errors)),
    }
}

fn accepted(faulted: &Exchange) -> Outcome {
    if is_accepted(faulted) {
        return Outcome::Kept { observed: describe(faulted) };
    }
    match refusal_of(faulted) {
        None => unanswered(faulted),
        Some((429, _)) => limited(),
        Some(_) => Outcome::violated(
            "accepted, as the request without the change",
            describe(faulted),
            faulted,
        ),
    }
}

/// A timeout or a closed connection is no violation of a clause, and no refusal either.
fn unanswered(exchange: &Exchange) -> Outcome {
    Outcome::unclear(
        format!("the faulted request got no answer: {}", describe(exchange)),
        "see whether the server survives this request",
    )
}

fn limited() -> Outcome {
    Outcome::unclear(
        "429: the server limits the rate of requests",
        "run again with --jobs 1, or raise the limit for the test",
    )
}

/// Whether an exchange gave what a correct request of its kind gets.
pub fn is_accepted(exchange: &Exchange) -> bool {
    if matches!(exchange.action, Action::Authorize | Action::Consent) {
        return redirect_has(exchange, "code");
    }
    let Some(response) = exchange.response() else { return false };
    let success = (200..300).contains(&response.status);
    let has = |name: &str| response.member(name).is_some_and(|value| value.is_string());
    match exchange.action {
        Action::Par => success && has("request_uri"),
        Action::Token | Action::Refresh => success && has("access_token"),
        _ => success,
    }
}

/// Status and error codes of a refusal; `None` where there was no answer or no refusal.
pub fn refusal_of(exchange: &Exchange) -> Option<(u16, Vec<String>)> {
    if let Some(refused) = exchange.facts.get("refused") {
        let status = refused.get("status").and_then(Value::as_u64)?;
        return Some((u16::try_from(status).ok()?, Vec::new()));
    }
    if let Some(error) = redirect_parameter(exchange, "error") {
        // Where the redirect was only told, its status is that of any redirect after a form.
        return Some((exchange.status().unwrap_or(303), vec![error]));
    }
    let response = exchange.response()?;
    let mut errors: Vec<String> = response.error().into_iter().collect();
    for value in response.headers_named("www-authenticate") {
        let more = challenge_errors(value);
        errors.extend(more.into_iter().filter(|error| !errors.contains(error)).collect::<Vec<_>>());
    }
    Some((response.status, errors))
}

fn challenge_errors(value: &str) -> Vec<String> {
    let (challenges, _) = atproof_protocol::oauth::challenge::parse(&[value.as_bytes()]);
    let errors = challenges.iter().flat_map(|challenge| {
        challenge.params.iter().filter(|(name, _)| name == "error").map(|(_, value)| value.clone())
    });
    errors.collect()
}

fn fits(answer: &Refusal, status: u16, errors: &[String]) -> bool {
    answer.status == status
        && answer.error.is_none_or(|error| errors.iter().any(|found| found == error))
}

fn redirect_has(exchange: &Exchange, name: &str) -> bool {
    redirect_parameter(exchange, name).is_some()
}

fn redirect_parameter(exchange: &Exchange, name: &str) -> Option<String> {
    let url = exchange.facts.get("redirect")?.as_str()?;
    let parameters = crate::stage::redirect_parameters(url);
    parameters.into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
}

/// An exchange in a few words: its answer.
pub fn describe(exchange: &Exchange) -> String {
    match &exchange.answer {
        Answer::Failure { kind, detail } => match refusal_of(exchange) {
            _ if is_accepted(exchange) => "accepted with a redirect that was told".to_owned(),
            Some((_, errors)) => format!("refused with {}, as was told", errors.join(", ")),
            None => format!("{kind} ({detail})"),
        },
        Answer::Response(response) => match (is_accepted(exchange), refusal_of(exchange)) {
            (true, _) => format!("accepted with {}", response.status),
            (false, Some((status, errors))) if !errors.is_empty() => {
                format!("refused with {status} {}", errors.join(", "))
            }
            (false, Some((status, _))) => format!("refused with {status}{}", hint(response)),
            (false, None) => format!("{}", response.status),
        },
    }
}

/// What a refusal without an error code is made of.
fn hint(response: &Response) -> String {
    match response.header("content-type") {
        Some(media_type) => format!(" and a body of {media_type}, without an error code"),
        None => " without an error code".to_owned(),
    }
}

/// `400 a, b or 401 c`.
fn list(answers: &[&Refusal]) -> String {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for answer in answers {
        let errors = by_status.entry(answer.status).or_default();
        errors.extend(answer.error.filter(|error| !errors.contains(error)));
    }
    let texts: Vec<String> = by_status
        .into_iter()
        .map(|(status, errors)| format!("{status} {}", errors.join(", ")).trim_end().to_owned())
        .collect();
    texts.join(" or ")
}
