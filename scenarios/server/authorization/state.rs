//! Values of state that are easily damaged, or do damage.
//!
//! # What it does
//!
//! Pushes a request with a state that holds markup, or characters that mean something in a URL,
//! brings it through sign-in and consent, and looks at the pages on the way and at the state that
//! comes back.
//!
//! # Why it matters
//!
//! The client recognises its own login by the state and drops an answer whose state is not
//! exactly its own. And state comes from outside: on a page where it is not escaped it is a script
//! in the place where passwords are typed.
//!
//! # What a conforming peer does
//!
//! Decodes the form once, keeps the value as it is, escapes it wherever it is written, and encodes
//! it once in the redirect.
//!
//! # How to fix
//!
//! Keep the decoded string. Let the template engine and the URL library escape it, and never
//! decode what was stored.
//!
//! # References
//!
//! RFC 6749, sections 4.1.2 and 10.14.

use atproof_engine::consent::Decision;
use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Action, Part};

use crate::server::answers::REQUEST;
use crate::server::front_channel::{End, end, pushed};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.state",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("state.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.authorization.state-markup-reflected",
        title: "Markup in state becomes markup of the page",
        clause: "RFC6749-10.14-01",
        covers: &[],
        killers: &["as.authorize.state-unescaped"],
        edit: Edit::Parameter(Change::Set("state", Text::Is("\"><x-atproof>"))),
        expect: Expectation::Holds(not_reflected),
    },
    Case {
        id: "server.authorization.state-changed",
        title: "A state with reserved characters comes back changed",
        clause: "RFC6749-4.1.2-04",
        covers: &["ATP-AUTHZ-026"],
        killers: &["as.authorize.state-decoded-twice"],
        edit: Edit::Parameter(Change::Set("state", Text::Is("a+b%2Fc d~"))),
        expect: Expectation::Holds(came_back),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        let reply = stage.send_edited(draft, edit).await?;
        // A state of unusual characters may be refused here.
        let Ok(request_uri) = reply.require("the pushed request", "request_uri") else {
            return Ok(());
        };
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

fn not_reflected(transcript: &Transcript<'_>) -> Outcome {
    let faulted = || transcript.exchanges.iter().filter(|e| e.part == Part::Faulted);
    if let Some(exchange) = faulted().find(|e| e.facts.contains_key("canary_element")) {
        let expected = "state is escaped wherever a page holds it";
        return Outcome::violated(expected, "an element that stood in state", exchange);
    }
    let mut pages = faulted().filter(|e| matches!(e.action, Action::Authorize | Action::Consent));
    match (pages.next_back(), transcript.last(&Part::Faulted)) {
        (Some(page), _) if page.status().is_some_and(|status| status < 500) => {
            Outcome::kept("no page has an element that stood in state")
        }
        (None, Some(refused)) if !is_accepted(refused) => judge::refused(refused, &[REQUEST]),
        (_, Some(exchange)) => Outcome::unclear(
            format!("no page was seen: {}", describe(exchange)),
            "run with a consent driver whose browser atproof can see",
        ),
        (_, None) => Outcome::unclear("the request was not pushed", "run it again"),
    }
}

fn came_back(transcript: &Transcript<'_>) -> Outcome {
    let sent = pushed(transcript, &Part::Faulted, "state").unwrap_or_default();
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) => match callback.all("state").as_slice() {
            [state] if *state == sent => Outcome::kept(format!("`{state}`")),
            [] => Outcome::violated(format!("state=`{sent}`"), "no state", callback.at),
            states => {
                let observed = format!("`{}`", states.join("` and `"));
                Outcome::violated(format!("`{sent}`"), observed, callback.at)
            }
        },
        _ => Outcome::unclear(
            "the request was refused, so no state came back",
            "accept every printable character in state",
        ),
    }
}
