//! How an authorization request ended in the browser, as far as a judge can see it.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{Case, Degree, Expectation, Outcome, Transcript};
use atproof_engine::stage::redirect_parameters;
use atproof_protocol::form;
use atproof_protocol::record::{Action, Exchange, Part};
use serde_json::Value;

/// Another client that describes itself, with the same redirect URI as the ordinary one.
pub(crate) const OTHER_CLIENT: &str =
    "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=atproto";

/// The end of an authorization request.
pub(crate) enum End<'a> {
    /// The browser was sent away from the server.
    Left(Callback<'a>),
    /// A page lets the user go no further.
    Refused {
        /// The exchange that brought the page.
        at: &'a Exchange,
        /// Its status.
        status: u64,
    },
}

/// A redirect away from the server, normally to the client.
pub(crate) struct Callback<'a> {
    /// The exchange that brought it.
    pub(crate) at: &'a Exchange,
    /// The URL, secrets named.
    pub(crate) url: &'a str,
    parameters: Vec<(String, String)>,
}

impl Callback<'_> {
    /// Every value of a parameter, from query and fragment.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.parameters.iter().filter(|(n, _)| n == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The first value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    /// Whether the redirect goes to this URI, with parameters added to it.
    pub(crate) fn goes_to(&self, redirect_uri: &str) -> bool {
        self.url
            .strip_prefix(redirect_uri)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '#', '&']))
    }
}

/// How the last authorization request of a part ended; `None` where none came to an end.
pub(crate) fn end<'a>(transcript: &Transcript<'a>, part: &Part) -> Option<End<'a>> {
    let of_part = transcript.exchanges.iter().rev().filter(|e| !e.superseded && e.part == *part);
    of_part.into_iter().find_map(|at| {
        if let Some(url) = at.facts.get("redirect").and_then(Value::as_str) {
            let parameters = redirect_parameters(url);
            return Some(End::Left(Callback { at, url, parameters }));
        }
        let status = at.facts.get("refused")?.get("status")?.as_u64()?;
        Some(End::Refused { at, status })
    })
}

/// The redirect with a code that ends a step; unclear where there is none.
pub(crate) fn callback<'a>(
    transcript: &Transcript<'a>,
    step: &str,
) -> Result<Callback<'a>, Outcome> {
    match end(transcript, &Part::Step(step.to_owned())) {
        Some(End::Left(callback)) if callback.parameter("code").is_some() => Ok(callback),
        Some(End::Left(callback)) => Err(Outcome::unclear(
            format!("the user approved, and the redirect has no code: {}", callback.url),
            "an ordinary login has to work first",
        )),
        Some(End::Refused { status, .. }) => Err(Outcome::unclear(
            format!("an ordinary login ended on a page with {status}"),
            "an ordinary login has to work first",
        )),
        None => Err(Outcome::unclear("the login came to no end", "run it again")),
    }
}

/// A parameter of the pushed request of a part.
pub(crate) fn pushed(transcript: &Transcript<'_>, part: &Part, name: &str) -> Option<String> {
    let request = transcript.of(part, Action::Par)?;
    let pairs = form::parse(request.request.body.text().as_bytes()).0;
    pairs.into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
}

/// Judges between controls: no code may come out of the faulted request.
pub(crate) fn no_code(transcript: &Transcript<'_>) -> Outcome {
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) if callback.parameter("code").is_some() => {
            Outcome::violated("no code", format!("a code, in {}", callback.url), callback.at)
        }
        Some(End::Left(callback)) => {
            Outcome::kept(format!("no code, but a redirect to {}", callback.url))
        }
        Some(End::Refused { at, status }) => refused_page(at, status),
        None => match transcript.last(&Part::Faulted) {
            Some(exchange) => Outcome::unclear(
                format!("the request came to no end: {}", describe(exchange)),
                "see where it was refused",
            ),
            None => Outcome::unclear("the faulted request was not sent", "run it again"),
        },
    }
}

/// A page as a refusal. No clause says which status it has, but an error of the server is a
/// refusal by accident.
pub(crate) fn refused_page(at: &Exchange, status: u64) -> Outcome {
    match status {
        429 => Outcome::unclear(
            "429: the server limits the rate of requests",
            "run again with --jobs 1, or raise the limit for the test",
        ),
        500.. => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "an error page or an error sent to the client".to_owned(),
            observed: format!("a page with {status}"),
            at: Some(at.id.clone()),
        },
        status => Outcome::kept(format!("refused on a page with {status}")),
    }
}

/// Judges a row whose edit has to be refused, at PAR or later in the browser. A refusal at PAR has
/// the form that the row names; in the browser, nobody may be sent to the pushed redirect URI.
pub(crate) fn refused_anywhere(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let (Expectation::Refused(_), None) = (case.expect, judge::controls(transcript)) else {
        return judge::between_controls(case, transcript);
    };
    let requested = pushed(transcript, &Part::Faulted, "redirect_uri").unwrap_or_default();
    match end(transcript, &Part::Faulted) {
        None => judge::probe(case, transcript),
        Some(End::Left(callback))
            if callback.parameter("code").is_some() || callback.goes_to(&requested) =>
        {
            let expected = "refused at PAR, or on a page that leads nowhere";
            Outcome::violated(expected, format!("a redirect to {}", callback.url), callback.at)
        }
        Some(End::Left(callback)) => Outcome::kept(format!("no code, in {}", callback.url)),
        Some(End::Refused { at, status }) => refused_page(at, status),
    }
}
