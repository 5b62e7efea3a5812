//! Methods of the PDS that have nothing to do with the access token that they get.
//!
//! # What it does
//!
//! Calls `com.atproto.server.describeServer`, which anyone may, without credentials and with an
//! access token that the server never gave. Calls `com.atproto.server.refreshSession`, which belongs
//! to sessions by password, with a good access token of an OAuth session.
//!
//! # Why it matters
//!
//! A client that sends its token with every request breaks on public methods once the token has
//! ended, if they look at it. And a password session for an OAuth token would be a way around what
//! the user has consented to.
//!
//! # What a conforming peer does
//!
//! Neither is specified, so both are recorded and not graded.
//!
//! # How to fix
//!
//! Refuse OAuth tokens where password sessions are made, refreshed or ended.
//!
//! # References
//!
//! atproto OAuth, Tokens and Session Lifetime; atproto XRPC, Authentication.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Draft, Grant, Stage};
use atproof_protocol::record::Action;

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.endpoints",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("endpoints.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const PUBLIC: &str = "a public method without credentials";
const UNKNOWN: &str = "a public method with an unknown token";
const OWN: &str = "a protected method with the token";
const REFRESH: &str = "refreshSession with the token";

const CASES: &[Case] = &[
    Case {
        id: "server.resource.public-method-checks-token",
        title: "Whether a public method looks at a token that comes along",
        clause: "ATP-RES-020",
        covers: &[],
        killers: &["rs.public.token-checked"],
        edit: Edit::Story("a public method with an access token that the server never gave"),
        expect: Expectation::Holds(|transcript| {
            let names = ["the token is ignored", "the token is refused"];
            seen::judged(either(transcript, PUBLIC, UNKNOWN, names))
        }),
    },
    Case {
        id: "server.resource.oauth-token-refreshes-password-session",
        title: "Whether an OAuth token is good for a password session",
        clause: "ATP-RES-019",
        covers: &[],
        killers: &["rs.session.refresh-with-oauth"],
        edit: Edit::Story("com.atproto.server.refreshSession with an OAuth token"),
        expect: Expectation::Holds(|transcript| {
            let names = ["a password session is given", "the token is refused"];
            seen::judged(either(transcript, OWN, REFRESH, names))
        }),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let xrpc = format!("{}/xrpc/com.atproto.server", stage.target().resource);
        let public = format!("{xrpc}.describeServer");
        stage.step(PUBLIC);
        stage.send(Draft::get(Action::Resource, &public)).await;
        stage.step(UNKNOWN);
        let unknown = Grant { access_token: stage.random().token(), ..grant.clone() };
        let draft = Draft { url: public, ..stage.resource(&unknown) };
        stage.send(draft).await;
        stage.step(OWN);
        stage.send(stage.resource(&grant)).await;
        stage.step(REFRESH);
        let mut draft = stage.resource(&grant);
        draft.method = "POST".to_owned();
        draft.url = format!("{xrpc}.refreshSession");
        stage.send(draft).await;
        Ok(())
    })
}

/// Which of two names a step has, where the one before it was accepted.
fn either(
    transcript: &Transcript<'_>,
    control: &str,
    step: &str,
    [accepted, refused]: [&str; 2],
) -> Result<Outcome, Outcome> {
    seen::success(seen::step(transcript, control)?)?;
    let exchange = seen::step(transcript, step)?;
    match exchange.status() {
        _ if is_accepted(exchange) => Ok(Outcome::observed(accepted)),
        Some(404 | 405) => Err(Outcome::not_offered("the method", "-")),
        Some(400..500) => Ok(Outcome::observed(refused)),
        _ => Err(Outcome::unclear(describe(exchange), "run it again")),
    }
}
