//! Metadata documents as they were answered, and the kinds of rules that rows on them are made of.
//!
//! A document that cannot be had breaks no rule on its members: those rules are then unclear, and
//! the rows on the answer itself say what is wrong. Where a strict reader of the document has the
//! rule, a row names the reader's defect code.

use atproof_engine::judge::describe;
use atproof_engine::model::{Case, Edit, Expectation, Outcome, Transcript};
use atproof_engine::stage::{Reply, Stage};
use atproof_protocol::http::Request;
use atproof_protocol::record::{Action, Body, Exchange, Response};
use atproof_protocol::{Defect, Position};
use serde_json::Value;

/// Longest value that is quoted whole.
const LONGEST_QUOTE: usize = 120;

/// A row on a document: nothing is changed, a rule has to hold.
pub(crate) const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    rule: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    Case { id, title, clause, covers, killers, edit: Edit::None, expect: Expectation::Holds(rule) }
}

/// Fetches a document as a named step. Redirects are not followed.
pub(crate) async fn fetch(stage: &mut Stage, step: &str, url: &str) -> Reply {
    stage.step(step);
    stage.exchange(Action::Document, request(url)).await
}

/// Fetches a document as a named step, as a page of another origin would.
pub(crate) async fn fetch_from(stage: &mut Stage, step: &str, url: &str, origin: &str) -> Reply {
    stage.step(step);
    stage.exchange(Action::Document, request(url).header("Origin", origin)).await
}

fn request(url: &str) -> Request {
    Request::new("GET", url).header("Accept", "application/json")
}

/// The answer of a step; unclear where it says nothing of the document.
pub(crate) fn answer<'a>(
    transcript: &Transcript<'a>,
    step: &str,
) -> Result<(&'a Exchange, &'a Response), Outcome> {
    let Some(exchange) = transcript.step(step) else {
        return Err(Outcome::unclear(format!("{step} was not fetched"), "run it again"));
    };
    match exchange.response() {
        Some(response) if response.status < 500 && response.status != 429 => {
            Ok((exchange, response))
        }
        _ => Err(Outcome::unclear(
            format!("{step} was not answered: {}", describe(exchange)),
            "run again when the server answers",
        )),
    }
}

/// As [`answer`], with a status that comes with a document.
pub(crate) fn success<'a>(
    transcript: &Transcript<'a>,
    step: &str,
) -> Result<(&'a Exchange, &'a Response), Outcome> {
    let (exchange, response) = answer(transcript, step)?;
    if (200..300).contains(&response.status) {
        return Ok((exchange, response));
    }
    Err(Outcome::unclear(
        format!("{step} was answered with {}", response.status),
        "serve the document with status 200",
    ))
}

/// The answer is no redirect.
pub(crate) fn not_redirected(transcript: &Transcript<'_>, step: &str) -> Outcome {
    judged(answer(transcript, step).map(|(exchange, response)| match response.status {
        status @ 300..400 => {
            let location = response.header("location").unwrap_or("nowhere");
            let observed = format!("{status}, redirected to {location}");
            Outcome::violated("the document itself, with status 200", observed, exchange)
        }
        status => Outcome::kept(format!("answered with {status}")),
    }))
}

/// A document comes with status 200, and no other of success.
pub(crate) fn status_200(transcript: &Transcript<'_>, step: &str) -> Outcome {
    judged(success(transcript, step).map(|(exchange, response)| match response.status {
        200 => Outcome::kept("answered with 200"),
        status => Outcome::violated("status 200", format!("status {status}"), exchange),
    }))
}

/// A document is a JSON object and labelled so.
pub(crate) fn labelled_json(transcript: &Transcript<'_>, step: &str) -> Outcome {
    judged(success(transcript, step).map(|(exchange, response)| {
        let label = response.header("content-type").unwrap_or("nothing");
        let broken = |observed: String| {
            Outcome::violated("a JSON object labelled application/json", observed, exchange)
        };
        if !response.is_media_type("application/json") {
            return broken(format!("labelled {label}"));
        }
        match object(response) {
            Ok(Some(_)) => Outcome::kept(format!("labelled {label}")),
            Ok(None) => broken("a body that is no JSON object".to_owned()),
            Err(unclear) => unclear,
        }
    }))
}

/// The JSON object of an answer; unclear where the record does not hold all of it.
fn object(response: &Response) -> Result<Option<Value>, Outcome> {
    match &response.body {
        Body::Cut { length, .. } => Err(Outcome::unclear(
            format!("the document has {length} bytes, more than the record keeps"),
            "publish a shorter document",
        )),
        _ => Ok(response.json().filter(Value::is_object)),
    }
}

/// Either way an outcome.
pub(crate) fn judged(result: Result<Outcome, Outcome>) -> Outcome {
    result.unwrap_or_else(|unclear| unclear)
}

/// A document of a step, or why there is none to judge.
pub(crate) struct Document<'a>(Result<Found<'a>, Outcome>);

/// A document, and what a strict reader says of it.
pub(crate) struct Found<'a> {
    /// The exchange that brought it.
    pub(crate) exchange: &'a Exchange,
    /// The document.
    pub(crate) value: Value,
    defects: Vec<Defect>,
}

impl<'a> Document<'a> {
    /// The document of a step, read with a strict reader.
    pub(crate) fn at(
        transcript: &Transcript<'a>,
        step: &str,
        read: impl FnOnce(&[u8]) -> Vec<Defect>,
    ) -> Self {
        Self(success(transcript, step).and_then(|(exchange, response)| {
            let value = object(response)?.ok_or_else(|| {
                Outcome::unclear(format!("{step} is no JSON object"), "serve a JSON object")
            })?;
            let defects = read(response.body.text().as_bytes());
            Ok(Found { exchange, value, defects })
        }))
    }

    /// The same document, unclear where it lacks what the rule is about.
    pub(crate) fn having(self, pointer: &str) -> Self {
        Self(self.0.and_then(|found| match found.value.pointer(pointer) {
            Some(Value::String(_)) => Ok(found),
            other => Err(Outcome::unclear(
                format!("{} where {pointer} should be a string", kind(other)),
                "publish it",
            )),
        }))
    }

    /// Judges by a rule of its own.
    pub(crate) fn judge(self, rule: impl FnOnce(&Found<'a>) -> Outcome) -> Outcome {
        judged(self.0.map(|found| rule(&found)))
    }

    /// The strict reader finds none of these defects at a member, or anywhere where `member` is
    /// empty.
    pub(crate) fn free_of(self, member: &str, codes: &[&str], expected: &str) -> Outcome {
        self.judge(|found| found.free_of(member, codes, expected))
    }

    /// An array member lists a value.
    pub(crate) fn lists(self, member: &str, value: &str) -> Outcome {
        self.judge(|found| {
            let listed = found.value.get(member).and_then(Value::as_array);
            if listed.is_some_and(|listed| listed.iter().any(|element| element == value)) {
                return Outcome::kept(found.quote(member));
            }
            let expected = format!("`{member}` is an array that lists `{value}`");
            Outcome::violated(expected, found.quote(member), found.exchange)
        })
    }

    /// A member is a boolean where it is there at all.
    pub(crate) fn boolean(self, member: &str) -> Outcome {
        self.judge(|found| match found.value.get(member) {
            None | Some(Value::Bool(_)) => Outcome::kept(found.quote(member)),
            Some(_) => {
                let expected = format!("`{member}` is true, false or left out");
                Outcome::violated(expected, found.quote(member), found.exchange)
            }
        })
    }

    /// A member is an array of strings; unclear where it is left out.
    pub(crate) fn strings(self, member: &str) -> Outcome {
        self.judge(|found| match found.value.get(member) {
            None => Outcome::unclear(format!("there is no `{member}`"), "publish it"),
            Some(Value::Array(elements)) if elements.iter().all(Value::is_string) => {
                Outcome::kept(found.quote(member))
            }
            Some(_) => {
                let expected = format!("`{member}` is an array of strings");
                Outcome::violated(expected, found.quote(member), found.exchange)
            }
        })
    }
}

impl Found<'_> {
    /// A member and its value, as far as they fit on a line.
    pub(crate) fn quote(&self, member: &str) -> String {
        let Some(value) = self.value.get(member) else { return format!("no `{member}`") };
        let text = value.to_string();
        match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => format!("`{member}` is {}...", text.get(..end).unwrap_or_default()),
            None => format!("`{member}` is {text}"),
        }
    }

    fn free_of(&self, member: &str, codes: &[&str], expected: &str) -> Outcome {
        let defects: Vec<String> = self
            .defects_at(member, codes)
            .map(|defect| format!("{}: {}", defect.at, defect.detail))
            .collect();
        match defects.as_slice() {
            [] if member.is_empty() => Outcome::kept(expected),
            [] => Outcome::kept(self.quote(member)),
            defects => Outcome::violated(expected, defects.join("; "), self.exchange),
        }
    }

    fn defects_at(&self, member: &str, codes: &[&str]) -> impl Iterator<Item = &Defect> {
        let here = move |at: &Position| match at {
            Position::Pointer(pointer) => {
                pointer.split('/').nth(1).is_some_and(|name| name == member)
            }
            _ => false,
        };
        self.defects
            .iter()
            .filter(move |defect| codes.contains(&defect.code))
            .filter(move |defect| member.is_empty() || here(&defect.at))
    }
}

fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use atproof_engine::model::Target;
    use atproof_protocol::metadata::authorization_server;
    use atproof_protocol::record::{Answer, Part, Play, Request as Sent};

    use super::*;

    const STEP: &str = "metadata";

    /// What a rule says of a document that this server answers with.
    fn outcome(
        origin: &str,
        status: u16,
        body: &str,
        rule: fn(Document<'_>) -> Outcome,
    ) -> Outcome {
        let exchange = Exchange {
            id: "unit#1".to_owned(),
            part: Part::Step(STEP.to_owned()),
            action: Action::Document,
            superseded: false,
            request: Sent {
                method: "GET".to_owned(),
                url: format!("{origin}/.well-known/oauth-authorization-server"),
                headers: Vec::new(),
                body: Body::default(),
            },
            answer: Answer::Response(Response {
                status,
                headers: Vec::new(),
                body: Body::Text(body.to_owned()),
            }),
            facts: std::collections::BTreeMap::new(),
        };
        let target = Target { issuer: origin.to_owned(), ..Target::named(origin) };
        let exchanges = [exchange];
        let transcript = Transcript { target: &target, exchanges: &exchanges, play: &Play::Done };
        rule(Document::at(&transcript, STEP, |bytes| {
            authorization_server::read(bytes, origin).defects
        }))
    }

    #[test]
    fn without_a_document_nothing_is_broken() {
        for (status, body) in [(404, "{}"), (500, "{}"), (302, ""), (200, "<html>"), (200, "[]")] {
            let rules: [fn(Document<'_>) -> Outcome; 2] = [
                |document| document.lists("grant_types_supported", "refresh_token"),
                |document| document.having("/issuer").free_of("issuer", &[], ""),
            ];
            for rule in rules {
                let outcome = outcome("https://as.example", status, body, rule);
                assert!(matches!(outcome, Outcome::Unclear { .. }), "{status} {body}: {outcome:?}");
            }
        }
    }

    #[test]
    fn a_defect_counts_at_its_member_only() {
        let body = r#"{"token_endpoint":"https://as.example/t#",
                       "authorization_endpoint":"https://as.example/a"}"#;
        let judge = |rule| outcome("https://as.example", 200, body, rule);
        let broken = judge(|document| {
            document.free_of("token_endpoint", &["as-metadata.endpoint-fragment"], "")
        });
        assert!(matches!(broken, Outcome::Broken { .. }), "{broken:?}");
        let kept = judge(|document| {
            document.free_of("authorization_endpoint", &["as-metadata.endpoint-fragment"], "")
        });
        assert!(matches!(kept, Outcome::Kept { .. }), "{kept:?}");
    }
}
