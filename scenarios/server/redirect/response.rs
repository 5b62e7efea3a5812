//! Where the server redirects, and how.
//!
//! # What it does
//!
//! Brings an ordinary login to its code and looks at the status of each redirect on the way. Then
//! a login whose redirect URI has a query, as declared. Then opens an authorization URL with a
//! request_uri that does not exist and the address of a stranger as redirect_uri.
//!
//! # Why it matters
//!
//! A redirect with 307 makes the browser send the form with the password once more, to the client.
//! And a server that redirects wherever a URL tells it lends its good name to every stranger.
//!
//! # What a conforming peer does
//!
//! Redirects with 303 or 302 after a form, keeps the query of the redirect URI and adds its
//! parameters to it, and shows an error page where it has no redirect URI that it has checked.
//!
//! # How to fix
//!
//! Set the status of redirects explicitly. Parse the query of the redirect URI and append to it.
//! Take the address for error redirects from the request that was found, never from the URL.
//!
//! # References
//!
//! RFC 9700, sections 4.11.2 and 4.12; RFC 6749, sections 3.1.2, 3.1.2.4 and 4.1.2.1.

use atproof_engine::consent::{Decision, Opened};
use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Stage, edit_url};
use atproof_protocol::record::{Action, Part};
use serde_json::{Value, json};

use super::declared::client_declaring;
use crate::server::document::{judged, row};
use crate::server::front_channel::{End, callback, end};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.redirect.response",
    role: Role::Server,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("response.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const LOGIN: &str = "ordinary login";
const WITH_QUERY: &str = "login for a redirect URI with a query";
const UNKNOWN: &str = "unknown request_uri";

const REDIRECT_WITH_QUERY: &str = "http://127.0.0.1/callback?keep=1";
const STRANGER: &str = "https://attacker.example/callback";

/// Fact: where a page leads, as far as it leads to the stranger.
const LEADS_TO_STRANGER: &str = "leads_to_stranger";

/// The stranger's address, added to the URL.
const STRANGER_IN_URL: Edit = Edit::Query(Change::Set("redirect_uri", Text::Is(STRANGER)));

const CASES: &[Case] = &[
    row(
        "server.redirect.status-307",
        "A form of sign-in or consent is answered with a redirect that repeats it",
        "RFC9700-4.12-01",
        &[],
        &["as.redirect.307"],
        not_repeated,
    ),
    Case {
        id: "server.redirect.error-to-unvalidated-uri",
        title: "An error sends the browser to an address that was never checked",
        clause: "RFC6749-3.1.2.4-01",
        covers: &["RFC9700-4.11.2-01", "RFC6749-4.1.2.1-01"],
        killers: &["as.authorize.error-to-query-uri"],
        edit: STRANGER_IN_URL,
        expect: Expectation::Holds(leads_nowhere),
    },
    row(
        "server.redirect.declared-query-dropped",
        "The query of the declared redirect URI is gone from the redirect",
        "RFC6749-3.1.2-02",
        &["ATP-LOCAL-026"],
        &["as.redirect.query-replaced"],
        |transcript| {
            judged(callback(transcript, WITH_QUERY).map(|callback| {
                if callback.all("keep") == ["1"] {
                    return Outcome::kept("`keep=1` is still there");
                }
                let observed = format!("a redirect to {}", callback.url);
                Outcome::violated("`keep=1` in the query, once", observed, callback.at)
            }))
        },
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(UNKNOWN);
        let login = stage.login_on_own_device();
        let request_uri = stage.push(&login).await?;
        let unknown = Edit::Query(Change::Set("request_uri", Text::LastCharacterChanged));
        let url = edit_url(&stage.authorization_url(&login, &request_uri), &unknown);
        let url = edit_url(&url, &STRANGER_IN_URL);
        if let Opened::Page(page) = stage.open(&login, &url).await? {
            let mut links = page.links();
            links.retain(|link| link.contains("attacker.example"));
            stage.fact(LEADS_TO_STRANGER, json!(links));
        }

        stage.step(LOGIN);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;

        stage.step(WITH_QUERY);
        let mut login = stage.login();
        login.redirect_uri = REDIRECT_WITH_QUERY.to_owned();
        login.client_id = client_declaring(REDIRECT_WITH_QUERY);
        let reply = stage.send(stage.par(&login)).await;
        // The profile leaves open whether a loopback redirect URI may have a query.
        if let Ok(request_uri) = reply.require("the pushed request", "request_uri") {
            let url = stage.authorization_url(&login, &request_uri);
            stage.authorize(&login, &url, Decision::Approve).await?;
        }
        Ok(())
    })
}

fn not_repeated(transcript: &Transcript<'_>) -> Outcome {
    let step = Part::Step(LOGIN.to_owned());
    let forms = transcript
        .exchanges
        .iter()
        .filter(|e| e.part == step && e.action == Action::Consent && e.request.method == "POST");
    let mut answers = forms.filter_map(|exchange| Some((exchange, exchange.status()?)));
    if let Some((exchange, status)) = answers.clone().find(|(_, s)| matches!(s, 307 | 308)) {
        let expected = "303 or 302, after which the browser sends no form";
        return Outcome::violated(expected, format!("{status} after a form"), exchange);
    }
    match (answers.next_back(), callback(transcript, LOGIN)) {
        (_, Err(unclear)) => unclear,
        (Some((_, status)), Ok(_)) => Outcome::kept(format!("{status} after the last form")),
        (None, Ok(_)) => Outcome::unclear(
            "no form was seen: the consent driver is outside of atproof",
            "run with a consent driver whose browser atproof can see",
        ),
    }
}

fn leads_nowhere(transcript: &Transcript<'_>) -> Outcome {
    let expected = "an error page that leads nowhere";
    match end(transcript, &Part::Step(UNKNOWN.to_owned())) {
        Some(End::Left(callback)) if callback.url.starts_with("https://attacker.example") => {
            let observed = format!("a redirect to {}", callback.url);
            Outcome::violated(expected, observed, callback.at)
        }
        Some(End::Left(callback)) => {
            Outcome::kept(format!("a redirect to {}, not to the stranger", callback.url))
        }
        _ => {
            let Some(exchange) = transcript.step(UNKNOWN) else {
                return Outcome::unclear("the URL was not opened", "run it again");
            };
            let links = exchange.facts.get(LEADS_TO_STRANGER).and_then(Value::as_array);
            match links.map(Vec::as_slice) {
                Some([]) => Outcome::kept(format!("a page: {}", describe(exchange))),
                Some([first, ..]) => {
                    let observed = format!("a page that leads to {first}");
                    Outcome::violated(expected, observed, exchange)
                }
                None => Outcome::unclear("no page was shown", "run it again"),
            }
        }
    }
}
