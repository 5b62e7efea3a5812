//! How the token endpoint refuses.
//!
//! # What it does
//!
//! Sends a token request with a code that was never issued, and one with a code of characters that
//! no error description may hold. Everything else about them is right: the real code is exchanged
//! afterwards.
//!
//! # Why it matters
//!
//! Clients decide by status and error code whether to try again, to start over or to sign the user
//! out. Input that comes back unescaped can do harm in logs and pages.
//!
//! # What a conforming peer does
//!
//! Answers 400 with an `application/json` object whose `error` is `invalid_grant`, and keeps its
//! description to printable ASCII without quotation marks and backslashes.
//!
//! # How to fix
//!
//! Map failures of a grant to `invalid_grant` in one place. Write descriptions that hold nothing of
//! the request.
//!
//! # References
//!
//! RFC 6749, sections 5.2 and 10.14.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Degree, Edit, Expectation, Family, Need, Outcome, Playing, Refusal, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Exchange, Part, Response};
use serde_json::Value;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.error",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("error.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A code that was never issued.
const UNKNOWN: Edit = Edit::Story("a code of the same form that was never issued");

const CASES: &[Case] = &[
    Case {
        id: "server.token.error-not-json",
        title: "An error of the token endpoint is no JSON",
        clause: "RFC6749-5.2-04",
        covers: &["ATP-ERR-002"],
        killers: &["as.token.error-html"],
        edit: UNKNOWN,
        expect: Expectation::Holds(|transcript| refusal(transcript, &Part::Faulted, is_json)),
    },
    Case {
        id: "server.token.error-status-wrong",
        title: "An error of the token endpoint has a status that says something else",
        clause: "RFC6749-5.2-01",
        covers: &[],
        killers: &["as.token.error-as-200"],
        edit: UNKNOWN,
        expect: Expectation::Holds(|transcript| refusal(transcript, &Part::Faulted, status_fits)),
    },
    Case {
        id: "server.token.grant-error-code-wrong",
        title: "An unknown code is refused under another error code than invalid_grant",
        clause: "RFC6749-5.2-05",
        covers: &[],
        killers: &["as.token.mask-error"],
        edit: UNKNOWN,
        expect: Expectation::Refused(&[INVALID_GRANT]),
    },
    Case {
        id: "server.token.error-reflects-input",
        title: "A description of an error has characters that are not allowed in it",
        clause: "RFC6749-5.2-03",
        covers: &["RFC6749-10.14-01"],
        killers: &["as.token.error-reflects-input"],
        edit: Edit::Story("a code with quotation mark, backslash and a letter beyond ASCII"),
        expect: Expectation::Holds(|transcript| {
            refusal(transcript, &Part::Step(ODD.to_owned()), characters_fit)
        }),
    },
];

/// The status is examined by a case of its own.
const INVALID_GRANT: &[Refusal] = &[
    Refusal::new(400, "invalid_grant"),
    Refusal::new(401, "invalid_grant"),
    Refusal::new(403, "invalid_grant"),
];

const ODD: &str = "odd characters";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.enter(Part::Faulted);
        stage.send(stage.token(&login, &another_like(&code))).await;
        stage.step(ODD);
        stage.send(stage.token(&login, "\"\\<\u{fc}>")).await;
        stage.enter(Part::Control);
        stage.send(stage.token(&login, &code)).await;
        Ok(())
    })
}

/// A value of the same form: each letter and digit of the last half is the next one of its kind,
/// which keeps hexadecimal digits apart from other letters.
fn another_like(value: &str) -> String {
    let half = value.chars().count() / 2;
    let next = |c: char| {
        let ranges = ["09", "af", "gz", "AF", "GZ"];
        let range = ranges.iter().find_map(|range| {
            let (first, last) = (range.chars().next()?, range.chars().last()?);
            (first..=last).contains(&c).then_some((first, last))
        });
        match range {
            Some((first, last)) if c == last => first,
            Some(_) => char::from_u32(u32::from(c) + 1).unwrap_or(c),
            None => c,
        }
    };
    value.chars().enumerate().map(|(i, c)| if i < half { c } else { next(c) }).collect()
}

/// Judges the answer to the request of a part, if it is a refusal between good requests.
fn refusal(
    transcript: &Transcript<'_>,
    part: &Part,
    judge: fn(&Exchange, &Response) -> Outcome,
) -> Outcome {
    if !transcript.last(&Part::Control).is_some_and(judge::is_accepted) {
        return Outcome::unclear(
            "the exchange of the real code was not accepted",
            "the correct request has to be accepted",
        );
    }
    let Some(exchange) = transcript.last(part) else {
        return Outcome::unclear("the faulted request was not sent", "run it again");
    };
    match exchange.response() {
        None => Outcome::unclear(
            format!("no answer: {}", judge::describe(exchange)),
            "see whether the server survives this request",
        ),
        Some(response) if response.status == 429 => Outcome::unclear(
            "429: the server limits the rate of requests",
            "run again with --jobs 1, or raise the limit for the test",
        ),
        Some(_) if judge::is_accepted(exchange) => Outcome::unclear(
            "a code that was never issued was accepted",
            "see server.token.code-unknown",
        ),
        Some(response) => judge(exchange, response),
    }
}

fn is_json(exchange: &Exchange, response: &Response) -> Outcome {
    let media_type = response.header("content-type").unwrap_or("no media type");
    let expected = "an application/json object with a string member `error`";
    if !response.is_media_type("application/json") {
        return Outcome::violated(expected, format!("a body of {media_type}"), exchange);
    }
    match response.error() {
        Some(error) => Outcome::kept(format!("{media_type} with the error {error}")),
        None => Outcome::violated(expected, format!("{media_type} without it"), exchange),
    }
}

fn status_fits(exchange: &Exchange, response: &Response) -> Outcome {
    let expected = "400, or 401 with invalid_client";
    let observed = judge::describe(exchange);
    match (response.status, response.error().as_deref()) {
        (400, _) | (401, Some("invalid_client")) => Outcome::kept(observed),
        (401..500, _) => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: expected.to_owned(),
            observed,
            at: Some(exchange.id.clone()),
        },
        _ => Outcome::violated(expected, observed, exchange),
    }
}

fn characters_fit(exchange: &Exchange, response: &Response) -> Outcome {
    let Some(Value::Object(members)) = response.json() else {
        return Outcome::unclear(
            "the refusal is no JSON object",
            "see server.token.error-not-json",
        );
    };
    let names = ["error", "error_description", "error_uri"];
    let texts = names.iter().filter_map(|name| Some((*name, members.get(*name)?.as_str()?)));
    for (name, text) in texts {
        // RFC 6749, appendices A.7 to A.9: printable ASCII without these two; a URI has no spaces.
        let allowed = |c: char| {
            matches!(c, ' '..='~') && c != '"' && c != '\\' && (c != ' ' || name != "error_uri")
        };
        if let Some(found) = text.chars().find(|c| !allowed(*c)) {
            return Outcome::violated(
                "members of printable ASCII without quotation marks and backslashes",
                format!("{name} holds U+{:04X}", u32::from(found)),
                exchange,
            );
        }
    }
    Outcome::kept(judge::describe(exchange))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_code_has_the_same_form() {
        assert_eq!(another_like("cod-09afZz"), "cod-00baGg");
        assert_eq!(another_like("aaaa"), "aabb");
    }
}
