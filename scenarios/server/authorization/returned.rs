//! What comes back to the client, and where it stands.
//!
//! # What it does
//!
//! Pushes a request with a state of unusual characters, or with a response mode, brings it through
//! sign-in and consent, and looks at the redirect.
//!
//! # Why it matters
//!
//! A redirect is a header field. What is copied into it unencoded breaks the answer or, with a line
//! break, adds fields of the client's choice. And an application in a browser that asked for the
//! fragment finds no code in the query.
//!
//! # What a conforming peer does
//!
//! Sends the state back as it came, percent-encoded from UTF-8, or refuses it when it is pushed.
//! Honours `response_mode` or refuses it.
//!
//! # How to fix
//!
//! Encode each parameter with a URL library, and keep the response mode with the request.
//!
//! # References
//!
//! RFC 6749, section 4.1.2 and appendices A.5 and B; OAuth 2.0 Multiple Response Type Encoding
//! Practices, section 2.1.

use atproof_engine::consent::Decision;
use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Degree, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text,
    Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Action, Exchange, Part};

use crate::server::answers::REQUEST;
use crate::server::front_channel::{End, end, pushed, refused_page};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.returned",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("returned.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A row of a state with characters that RFC 6749 does not give it, so that it may be refused.
const fn state(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    value: &'static str,
) -> Case {
    Case {
        id,
        title,
        clause: "RFC6749-4.1.2-04",
        covers: &["ATP-AUTHZ-026"],
        killers,
        edit: Edit::Parameter(Change::Set("state", Text::Is(value))),
        expect: Expectation::Holds(came_back_or_refused),
    }
}

const CASES: &[Case] = &[
    state(
        "server.authorization.state-control-characters",
        "A state with a line break and NUL breaks the redirect",
        &["as.http.unwrap-header"],
        "a\r\nX-Atproof: 1\0b",
    ),
    state(
        "server.authorization.state-not-ascii",
        "A state beyond ASCII breaks the redirect or comes back changed",
        &["as.authorize.state-latin1"],
        "zo\u{eb} \u{2603}",
    ),
    Case {
        id: "server.authorization.response-mode-ignored",
        title: "Where the answer comes that was asked for in the fragment",
        clause: "ATP-AUTHZ-032",
        covers: &[],
        killers: &["as.redirect.response-mode-ignored"],
        edit: Edit::Parameter(Change::Set("response_mode", Text::Is("fragment"))),
        expect: Expectation::Holds(where_it_stands),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        let reply = stage.send_edited(draft, edit).await?;
        // What is unusual may be refused here.
        let Ok(request_uri) = reply.require("the pushed request", "request_uri") else {
            return Ok(());
        };
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

/// The last exchange, where the request was refused when it was pushed.
fn refused_when_pushed<'a>(transcript: &Transcript<'a>) -> Option<&'a Exchange> {
    let last = transcript.last(&Part::Faulted)?;
    (last.action == Action::Par && !is_accepted(last)).then_some(last)
}

fn came_back_or_refused(transcript: &Transcript<'_>) -> Outcome {
    if let Some(refused) = refused_when_pushed(transcript) {
        return judge::refused(refused, &[REQUEST]);
    }
    let sent = pushed(transcript, &Part::Faulted, "state").unwrap_or_default();
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) => {
            let injected = callback.at.response().and_then(|r| r.header("x-atproof"));
            if injected.is_some() {
                let expected = "state stays within the redirect";
                return Outcome::violated(expected, "a header field of its own", callback.at);
            }
            match callback.all("state").as_slice() {
                [state] if *state == sent => Outcome::kept(format!("`{}`", state.escape_debug())),
                // RFC 6749 gives state no such characters, so the client is not free of fault.
                states => Outcome::Broken {
                    degree: Degree::WrongAnswer,
                    expected: format!("`{}`, or a refusal", sent.escape_debug()),
                    observed: format!("`{}`", states.join("` and `").escape_debug()),
                    at: Some(callback.at.id.clone()),
                },
            }
        }
        Some(End::Refused { at, status }) => refused_page(at, status),
        None => match transcript.last(&Part::Faulted) {
            Some(exchange) => Outcome::unclear(describe(exchange), "run it again"),
            None => Outcome::unclear("the request was not pushed", "run it again"),
        },
    }
}

fn where_it_stands(transcript: &Transcript<'_>) -> Outcome {
    if let Some(refused) = refused_when_pushed(transcript) {
        return match refused.status() {
            Some(400..=428) => Outcome::observed("the request is refused when pushed"),
            _ => Outcome::unclear(describe(refused), "run it again"),
        };
    }
    let has_code = |part: &str| part.split('&').any(|pair| pair.starts_with("code="));
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) => {
            let (start, fragment) = callback.url.split_once('#').unwrap_or((callback.url, ""));
            let query = start.split_once('?').map_or("", |(_, query)| query);
            Outcome::observed(match (has_code(query), has_code(fragment)) {
                (false, true) => "in the fragment",
                (true, false) => "in the query",
                (true, true) => "in both",
                (false, false) => "there is no code",
            })
        }
        _ => Outcome::unclear("the request came to no redirect", "run it again"),
    }
}
