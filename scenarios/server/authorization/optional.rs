//! The page of a request with an optional parameter.
//!
//! # What it does
//!
//! Pushes a request with a `prompt` or a `login_hint`, opens it in a browser in which nobody is
//! signed in, and does nothing there.
//!
//! # Why it matters
//!
//! What a client writes into these comes from outside, and goes to the page where passwords are
//! typed.
//!
//! # What a conforming peer does
//!
//! Escapes what it shows. Where nobody is signed in, there is no account to choose: the user signs
//! in.
//!
//! # How to fix
//!
//! Let the template engine escape the hint, and check when the request is pushed that it is a
//! handle or a DID. Answer `prompt=select_account` with the page for signing in.
//!
//! # References
//!
//! RFC 6749, section 10.14; OpenID Connect Core, section 3.1.2.1; atproto OAuth, Authorization
//! Requests.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Outcome, Playing, Role, Script, Text, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Action, Part};

use crate::server::answers::REQUEST;
use crate::server::authorization::arrival::no_page;
use crate::server::front_channel::{End, end};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.optional",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("optional.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.authorization.prompt-select-account",
        title: "A request lets the user choose an account where nobody is signed in",
        clause: "ATP-AUTHZ-031",
        covers: &[],
        killers: &["as.prompt.select-account-errors"],
        edit: Edit::Parameter(Change::Set("prompt", Text::Is("select_account"))),
        expect: Expectation::Holds(what_is_shown),
    },
    Case {
        id: "server.authorization.login-hint-markup-reflected",
        title: "Markup in login_hint becomes markup of the page",
        clause: "RFC6749-10.14-01",
        covers: &["ATP-AUTHZ-014"],
        killers: &["as.authorize.hint-unescaped"],
        edit: Edit::Parameter(Change::Set("login_hint", Text::Is("a.example\"><x-atproof>"))),
        expect: Expectation::Holds(not_reflected),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login_on_own_device();
        let draft = stage.par(&login);
        let reply = stage.send_edited(draft, edit).await?;
        // What is unusual may be refused here.
        let Ok(request_uri) = reply.require("the pushed request", "request_uri") else {
            return Ok(());
        };
        let url = stage.authorization_url(&login, &request_uri);
        stage.open(&login, &url).await?;
        Ok(())
    })
}

/// The first of the controls that led to no page.
fn without_control(transcript: &Transcript<'_>) -> Option<Outcome> {
    [Part::Control, Part::ControlAgain].iter().find_map(|part| no_page(transcript, part))
}

fn what_is_shown(transcript: &Transcript<'_>) -> Outcome {
    if let Some(unclear) = without_control(transcript) {
        return unclear;
    }
    if let Some(End::Left(callback)) = end(transcript, &Part::Faulted) {
        return Outcome::observed(match callback.parameter("error") {
            Some(error) => format!("the error `{error}` is sent to the client"),
            None => "the browser is sent on".to_owned(),
        });
    }
    let Some(exchange) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the request was not pushed", "run it again");
    };
    match (exchange.action, exchange.status()) {
        (Action::Par, Some(400..=428)) => Outcome::observed("the request is refused when pushed"),
        (Action::Authorize, Some(200..300)) => Outcome::observed("a page is shown"),
        (Action::Authorize, Some(400..=428)) => Outcome::observed("a page with an error is shown"),
        _ => Outcome::unclear(describe(exchange), "run it again"),
    }
}

fn not_reflected(transcript: &Transcript<'_>) -> Outcome {
    if let Some(unclear) = without_control(transcript) {
        return unclear;
    }
    let mut faulted = transcript.exchanges.iter().filter(|e| e.part == Part::Faulted);
    if let Some(exchange) = faulted.find(|e| e.facts.contains_key("canary_element")) {
        let expected = "login_hint is escaped wherever a page holds it";
        return Outcome::violated(expected, "an element that stood in login_hint", exchange);
    }
    match transcript.last(&Part::Faulted) {
        Some(pushed) if pushed.action == Action::Par && !is_accepted(pushed) => {
            judge::refused(pushed, &[REQUEST])
        }
        Some(page) if page.status().is_some_and(|status| status < 500 && status != 429) => {
            Outcome::kept("the page has no element that stood in login_hint")
        }
        _ => Outcome::unclear("no page was seen", "run it again"),
    }
}
