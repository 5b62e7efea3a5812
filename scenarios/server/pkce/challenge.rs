//! PKCE challenges that an authorization request must not have.
//!
//! # What it does
//!
//! Pushes an ordinary authorization request, then the same request without its challenge, without
//! the challenge method or with a method other than S256, then the ordinary one again. Where the
//! server takes such a request, the login goes on to consent: what counts is whether a code is
//! issued.
//!
//! # Why it matters
//!
//! The challenge ties a code to the application that asked for it. A server that does without it,
//! or guesses what a client meant, hands codes to whoever catches the redirect.
//!
//! # What a conforming peer does
//!
//! Refuses each of these requests with 400 and `invalid_request` when it is pushed.
//!
//! # How to fix
//!
//! Ask for `code_challenge` and for `code_challenge_method` with the exact value `S256`, before a
//! `request_uri` is made. Have no default for either.
//!
//! # References
//!
//! RFC 7636, sections 4.3 and 4.4.1; RFC 9700, section 2.1.1; atproto OAuth, PKCE.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Degree, Edit, Expectation, Family, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Action, Part};

use crate::server::answers::REQUEST;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.pkce.challenge",
    role: Role::Server,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("challenge.rs"),
    script: Script::Probe { play, logins: 0 },
    judge,
    cases: CASES,
};

/// A row: one change to the request that is pushed.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    change: Change,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Parameter(change);
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Refused(&[REQUEST]) }
}

const CASES: &[Case] = &[
    row(
        "server.pkce.challenge-missing",
        "A request without code_challenge is taken",
        "RFC7636-4.4.1-01",
        &["ATP-PKCE-011", "RFC9700-2.1.1-01", "RFC8252-8.1-01"],
        Change::Remove("code_challenge"),
        &["as.pkce.optional"],
    ),
    row(
        "server.pkce.method-missing",
        "A request without code_challenge_method is taken",
        "RFC7636-4.3-01",
        &["ATP-PKCE-012"],
        Change::Remove("code_challenge_method"),
        &["as.pkce.default-s256"],
    ),
    row(
        "server.pkce.method-plain",
        "A request with the challenge method plain is taken",
        "ATP-PKCE-005",
        &["RFC7636-4.4.1-02"],
        Change::Set("code_challenge_method", Text::Is("plain")),
        &["as.pkce.allow-plain"],
    ),
    row(
        "server.pkce.method-unknown",
        "A request with an unknown challenge method is taken",
        "RFC7636-4.4.1-02",
        &[],
        Change::Set("code_challenge_method", Text::Is("S512")),
        &["as.pkce.unknown-method-as-s256"],
    ),
    row(
        "server.pkce.method-lower-case",
        "A request with the challenge method s256 is taken for S256",
        "RFC7636-4.4.1-02",
        &[],
        Change::Set("code_challenge_method", Text::Is("s256")),
        &["as.pkce.method-casefold"],
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        let reply = stage.send_edited(draft, edit).await?;
        let pushed = reply.require("the pushed authorization request", "request_uri");
        let (Ok(request_uri), false) = (pushed, *edit == Edit::None) else { return Ok(()) };
        // Taken. A refusal on the next page means something only if an ordinary login gets past it.
        let ordinary = stage.login();
        stage.code(&ordinary).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

/// A request may also be refused later, in the browser, where no status and no code are fixed.
pub(super) fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let outcome = judge::probe(case, transcript);
    let late = transcript.last(&Part::Faulted).filter(|faulted| {
        let in_browser = matches!(faulted.action, Action::Authorize | Action::Consent);
        in_browser
            && judge::refusal_of(faulted).is_some_and(|(status, errors)| {
                status < 500 && status != 429 && errors.iter().all(|error| error != "server_error")
            })
    });
    match (outcome, late) {
        (Outcome::Broken { degree: Degree::WrongAnswer | Degree::Form, .. }, Some(faulted)) => {
            Outcome::kept(format!("pushed, then {} in the browser", judge::describe(faulted)))
        }
        (outcome, _) => outcome,
    }
}

#[cfg(test)]
mod tests {
    use atproof_engine::model::{Client, Endpoints, Target};
    use atproof_protocol::record::{Exchange, Play};
    use serde_json::{Value, json};

    use super::*;

    fn exchange(part: &str, action: &str, status: u16, body: &str, facts: &Value) -> Exchange {
        let value = json!({
            "id": "u#1", "part": part, "action": action, "facts": facts,
            "request": { "method": "POST", "url": "https://as/", "headers": [] },
            "answer": { "response": { "status": status, "headers": [], "body": { "text": body } } },
        });
        serde_json::from_value(value).unwrap()
    }

    fn judged(faulted: Exchange) -> Outcome {
        let endpoints = Endpoints {
            par: String::new(),
            authorization: String::new(),
            token: String::new(),
            revocation: None,
        };
        let target = Target {
            input: String::new(),
            resource: String::new(),
            issuer: String::new(),
            did: None,
            endpoints,
            scopes_supported: Vec::new(),
            client: Client::localhost(),
            resource_path: String::new(),
            role: None,
        };
        let pushed = r#"{"request_uri":"urn:x"}"#;
        let good = |part| exchange(part, "par", 201, pushed, &json!({}));
        let exchanges = [good("control"), faulted, good("control_again")];
        judge(&CASES[0], &Transcript { target: &target, exchanges: &exchanges, play: &Play::Done })
    }

    #[test]
    fn counts_a_refusal_in_the_browser() {
        let browser = |facts: Value| judged(exchange("faulted", "consent", 303, "", &facts));
        let refused = json!({ "refused": { "status": 400, "why": "no challenge" } });
        assert!(matches!(browser(refused), Outcome::Kept { .. }));
        let error = json!({ "redirect": "http://127.0.0.1/callback?error=invalid_request" });
        assert!(matches!(browser(error), Outcome::Kept { .. }));
        let broken = json!({ "refused": { "status": 500, "why": "oops" } });
        let wrong = Degree::WrongAnswer;
        assert!(matches!(browser(broken), Outcome::Broken { degree, .. } if degree == wrong));
        let code = json!({ "redirect": "http://127.0.0.1/callback?code=c" });
        let violated = Degree::Violated;
        assert!(matches!(browser(code), Outcome::Broken { degree, .. } if degree == violated));
    }

    #[test]
    fn a_refusal_when_pushed_needs_an_error_of_the_set() {
        let pushed = |status, body| judged(exchange("faulted", "par", status, body, &json!({})));
        assert!(matches!(pushed(400, r#"{"error":"invalid_request"}"#), Outcome::Kept { .. }));
        assert!(matches!(pushed(403, "{}"), Outcome::Broken { .. }));
    }
}
