//! Parameters in the authorization URL beside those that were pushed.
//!
//! # What it does
//!
//! Pushes a request, opens its authorization URL with one more parameter that contradicts a pushed
//! one, approves, and exchanges the code where one comes back.
//!
//! # Why it matters
//!
//! What was pushed came from the client, over its own connection, with its key. The URL comes
//! through the browser, where a page in between can add to it what it likes.
//!
//! # What a conforming peer does
//!
//! Refuses the request, or goes on with the pushed values as if the URL held nothing else.
//!
//! # How to fix
//!
//! Read `client_id` and `request_uri` from the URL and nothing more.
//!
//! # References
//!
//! RFC 9101, section 6.3; RFC 9126, section 4; RFC 9700, section 4.11.2; RFC 7636, section 4.4.

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Stage, edit_url, redirect_parameters};
use atproof_protocol::pkce;
use atproof_protocol::record::{Action, Part};

use crate::server::answers::GRANT;
use crate::server::front_channel::{Callback, End, end, pushed, refused_page};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.overrides",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("overrides.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A redirect URI that no client declares.
const OTHER_REDIRECT_URI: &str = "http://127.0.0.1:1/other";

const CASES: &[Case] = &[
    Case {
        id: "server.authorization.state-overridden",
        title: "The authorization URL holds another state than was pushed",
        clause: "RFC9101-6.3-01",
        covers: &["ATP-AUTHZ-036"],
        killers: &["as.authorize.override-state"],
        edit: Edit::Query(Change::Set("state", Text::Is("atproof-other"))),
        expect: Expectation::Holds(|transcript| ended(transcript, keeps_state)),
    },
    Case {
        id: "server.authorization.redirect-uri-overridden",
        title: "The authorization URL holds another redirect_uri than was pushed",
        clause: "RFC9101-6.3-01",
        covers: &["ATP-AUTHZ-036", "RFC9700-4.11.2-01"],
        killers: &["as.authorize.override-redirect-uri"],
        edit: Edit::Query(Change::Set("redirect_uri", Text::Is(OTHER_REDIRECT_URI))),
        expect: Expectation::Holds(|transcript| ended(transcript, keeps_redirect_uri)),
    },
    Case {
        id: "server.authorization.challenge-overridden",
        title: "The authorization URL holds another code_challenge than was pushed",
        clause: "RFC9101-6.3-01",
        covers: &["ATP-AUTHZ-036", "RFC7636-4.4-01"],
        killers: &["as.authorize.override-code-challenge"],
        edit: Edit::Story("code_challenge of another verifier in the URL, and that verifier used"),
        expect: Expectation::Holds(|transcript| ended(transcript, keeps_challenge)),
    },
    Case {
        id: "server.authorization.scope-overridden",
        title: "The authorization URL holds a wider scope than was pushed",
        clause: "RFC9101-6.3-01",
        covers: &["ATP-AUTHZ-036", "ATP-TOK-019"],
        killers: &["as.authorize.override-scope"],
        edit: Edit::Query(Change::Set("scope", Text::Is("atproto transition:generic"))),
        expect: Expectation::Holds(|transcript| ended(transcript, keeps_scope)),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        let request_uri = stage.push(&login).await?;
        let mut url = edit_url(&stage.authorization_url(&login, &request_uri), edit);
        if let Edit::Story(_) = edit {
            login.verifier = stage.login().verifier;
            url.push_str("&code_challenge=");
            url.push_str(&pkce::challenge_s256(&login.verifier));
        }
        let ending = stage.authorize(&login, &url, Decision::Approve).await?;
        let Ending::Redirect(redirect) = ending else { return Ok(()) };
        let parameters = redirect_parameters(&redirect);
        if let Some((_, code)) = parameters.iter().find(|(name, _)| name == "code") {
            stage.send(stage.token(&login, code)).await;
        }
        Ok(())
    })
}

/// Judges the redirect by a rule; a request that was refused keeps every one.
fn ended(
    transcript: &Transcript<'_>,
    rule: fn(&Transcript<'_>, &Callback<'_>) -> Outcome,
) -> Outcome {
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) => rule(transcript, &callback),
        Some(End::Refused { at, status }) => refused_page(at, status),
        None => Outcome::unclear("the request came to no end", "run it again"),
    }
}

fn keeps_state(transcript: &Transcript<'_>, callback: &Callback<'_>) -> Outcome {
    let pushed = pushed(transcript, &Part::Faulted, "state");
    match callback.parameter("state") {
        Some(state) if Some(state) == pushed.as_deref() => Outcome::kept("the pushed state"),
        Some(state) => Outcome::violated("the pushed state", format!("`{state}`"), callback.at),
        None => Outcome::unclear("the redirect has no state", "send the state back"),
    }
}

fn keeps_redirect_uri(transcript: &Transcript<'_>, callback: &Callback<'_>) -> Outcome {
    let pushed = pushed(transcript, &Part::Faulted, "redirect_uri").unwrap_or_default();
    let observed = format!("a redirect to {}", callback.url);
    if callback.goes_to(OTHER_REDIRECT_URI) {
        return Outcome::violated(format!("a redirect to {pushed}"), observed, callback.at);
    }
    Outcome::kept(observed)
}

/// The code of the faulted request was exchanged with the verifier of the other challenge.
fn keeps_challenge(transcript: &Transcript<'_>, callback: &Callback<'_>) -> Outcome {
    match transcript.of(&Part::Faulted, Action::Token) {
        Some(exchange) => judge::refused(exchange, &[GRANT]),
        None => Outcome::kept(format!("no code, in {}", callback.url)),
    }
}

fn keeps_scope(transcript: &Transcript<'_>, callback: &Callback<'_>) -> Outcome {
    let Some(exchange) = transcript.of(&Part::Faulted, Action::Token) else {
        return Outcome::kept(format!("no code, in {}", callback.url));
    };
    let answer = exchange.response().filter(|_| is_accepted(exchange));
    let Some(answer) = answer else {
        return Outcome::kept(format!("no tokens: {}", describe(exchange)));
    };
    let granted = answer.member("scope");
    let Some(granted) = granted.as_ref().and_then(|scope| scope.as_str()) else {
        return Outcome::unclear("the token answer has no scope", "name the granted scope");
    };
    let pushed = pushed(transcript, &Part::Faulted, "scope").unwrap_or_default();
    let more = granted.split(' ').any(|value| !pushed.split(' ').any(|own| own == value));
    if more {
        let expected = format!("`{pushed}` at most, as pushed");
        return Outcome::violated(expected, format!("granted `{granted}`"), exchange);
    }
    Outcome::kept(format!("granted `{granted}`"))
}
