//! The server's own account interface: sessions are listed there, and can be ended.
//!
//! # What it does
//!
//! Signs in to a client of its own, looks for that client in the server's account interface, ends
//! the session there, and tries its tokens afterwards. A second session of the same account shows
//! that the same requests are accepted where nothing was ended.
//!
//! # Why it matters
//!
//! Whoever has lost a device, or no longer trusts an application, has nothing but this page. A
//! session that seems to be gone and lives on is worse than one that is shown.
//!
//! # What a conforming peer does
//!
//! Lists every session with the client that holds it, and ends what the user ends: the refresh
//! token at once, and the access tokens with it as far as they can be called back.
//!
//! # How to fix
//!
//! Delete the grant, not the line of the list: look tokens up by their grant when they are used.
//!
//! # References
//!
//! atproto OAuth, Authorization Interface, Tokens and Session Lifetime.

use atproof_engine::consent::Sessions;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::form;
use atproof_protocol::record::Exchange;
use serde_json::Value;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.session.account-page",
    role: Role::Server,
    area: "session",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("account_page.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.session.not-listed",
        title: "A session is missing from the account interface",
        clause: "ATP-SESS-003",
        covers: &["ATP-AUTHZ-015"],
        killers: &["as.session.not-listed"],
        edit: Edit::Story("the list of sessions after a login"),
        expect: Expectation::Holds(|transcript| match listed(transcript, LISTED) {
            Some((1.., exchange)) => kept("the session is listed", exchange),
            Some((_, exchange)) => Outcome::violated(
                "a session of the client that has just got tokens",
                "no session of that client".to_owned(),
                exchange,
            ),
            None => unseen(),
        }),
    },
    Case {
        id: "server.session.ended-still-listed",
        title: "A session that the user has ended is still listed",
        clause: "ATP-SESS-003",
        covers: &[],
        killers: &["as.session.ended-still-listed"],
        edit: Edit::Story("the list of sessions after one was ended"),
        expect: Expectation::Holds(|transcript| match listed(transcript, LISTED_AFTER) {
            Some((0, exchange)) => kept("the session is gone", exchange),
            Some((_, exchange)) => Outcome::violated(
                "no session of the client whose session was ended",
                "the session is still listed".to_owned(),
                exchange,
            ),
            None => unseen(),
        }),
    },
    Case {
        id: "server.session.ended-session-refreshes",
        title: "The refresh token of a session that the user has ended still works",
        clause: "ATP-SESS-004",
        covers: &["ATP-AUTHZ-015"],
        killers: &["as.session.end-keeps-refresh-token"],
        edit: Edit::Story("a refresh after the user has ended the session"),
        expect: Expectation::Holds(|transcript| {
            match (transcript.step(OTHER_REFRESH), transcript.step(REFRESH)) {
                (Some(other), _) if !judge::is_accepted(other) => Outcome::unclear(
                    "the refresh of a session that was not ended was not accepted",
                    "the correct request has to be accepted first",
                ),
                (Some(_), Some(refresh)) => judge::refused(refresh, &[GRANT]),
                _ => unseen(),
            }
        }),
    },
    Case {
        id: "server.session.ended-session-access-token",
        title: "What becomes of the access token of a session that the user has ended",
        clause: "ATP-SESS-005",
        covers: &[],
        killers: &["as.session.end-keeps-access-token"],
        edit: Edit::Story("a resource request after the user has ended the session"),
        expect: Expectation::Holds(|transcript| match transcript.step(RESOURCE) {
            Some(exchange) if judge::is_accepted(exchange) => {
                Outcome::Observed { fact: "works on until it expires".to_owned() }
            }
            Some(exchange) if judge::refusal_of(exchange).is_some() => {
                Outcome::Observed { fact: "ends at once".to_owned() }
            }
            _ => unseen(),
        }),
    },
];

const LISTED: &str = "listed";
const LISTED_AFTER: &str = "listed after the end";
const OTHER_REFRESH: &str = "refresh of another session";
const REFRESH: &str = "refresh after the end";
const RESOURCE: &str = "resource after the end";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        // A client that nobody else has: its sessions are told from those of the other cases.
        let mut login = stage.login();
        login.redirect_uri = format!("http://127.0.0.1/{}", stage.random().token());
        login.client_id = format!(
            "http://localhost?redirect_uri={}&scope=atproto",
            form::percent_encode(&login.redirect_uri)
        );
        let grant = stage.grant_for(login.clone()).await?;
        let other = stage.grant().await?;
        stage.step(LISTED);
        if stage.sessions(&login, Sessions::Look).await? == 0 {
            return Ok(());
        }
        stage.step("end");
        stage.sessions(&login, Sessions::End).await?;
        stage.step(LISTED_AFTER);
        stage.sessions(&login, Sessions::Look).await?;
        stage.step(RESOURCE);
        stage.send(stage.resource(&grant)).await;
        stage.step(REFRESH);
        stage.send(stage.refresh(&grant)).await;
        stage.step(OTHER_REFRESH);
        stage.send(stage.refresh(&other)).await;
        Ok(())
    })
}

/// How many sessions were listed in a step.
fn listed<'a>(transcript: &'a Transcript<'_>, step: &str) -> Option<(u64, &'a Exchange)> {
    let exchange = transcript.step(step)?;
    Some((exchange.facts.get("sessions").and_then(Value::as_u64)?, exchange))
}

fn kept(observed: &str, exchange: &Exchange) -> Outcome {
    Outcome::Kept { observed: format!("{observed} ({})", exchange.id) }
}

fn unseen() -> Outcome {
    Outcome::unclear("the session was not listed, so it could not be ended", "list sessions")
}
