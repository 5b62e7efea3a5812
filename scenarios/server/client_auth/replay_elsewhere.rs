//! Client assertions that are sent a second time, to another endpoint.
//!
//! # What it does
//!
//! Signs in with a confidential client, uses a client assertion once, and sends it again with the
//! exchange of a code, with a refresh and with a revocation.
//!
//! # Why it matters
//!
//! Assertions are made for a server, not for an endpoint. A server that remembers them for each
//! endpoint by itself takes the one of a pushed request, which may have gone through a browser
//! extension or a log, for that of a refresh.
//!
//! # What a conforming peer does
//!
//! Accepts each `jti` once at the server as a whole.
//!
//! # How to fix
//!
//! Keep one table for all endpoints.
//!
//! # References
//!
//! RFC 7523, section 3; atproto OAuth, Confidential Client Authentication.

use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Draft, Grant, Halt, Reply, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT_AUTH, GRANT};
use crate::server::unrevoked::{after, judge};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.replay-elsewhere",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("replay_elsewhere.rs"),
    script: Script::Story { play, logins: 1 },
    judge,
    cases: CASES,
};

const AT_EXCHANGE: Edit = Edit::Story("a code is exchanged with the assertion of a pushed request");
const AT_REFRESH: Edit = Edit::Story("the assertion of the refresh before");
const AT_REVOCATION: Edit =
    Edit::Story("a token is revoked with the assertion of a pushed request");

/// A row of an assertion that was used before.
const fn again(
    id: &'static str,
    title: &'static str,
    edit: Edit,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Refused(&[CLIENT_AUTH, GRANT]);
    Case { id, title, clause: "ATP-CAUTH-010", covers: &["RFC7523-3-07"], killers, edit, expect }
}

const CASES: &[Case] = &[
    again(
        "server.client-auth.token-replayed",
        "A code is exchanged with the assertion of a pushed request",
        AT_EXCHANGE,
        &["as.assertion.replay@token", "as.assertion.jti-per-endpoint"],
    ),
    again(
        "server.client-auth.refresh-replayed",
        "A refresh is sent with the assertion of the refresh before",
        AT_REFRESH,
        &["as.assertion.replay@refresh"],
    ),
    again(
        "server.client-auth.revocation-replayed",
        "A token is revoked with the assertion of a pushed request",
        AT_REVOCATION,
        &["as.assertion.replay@revoke", "as.assertion.jti-per-endpoint"],
    ),
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        let login = stage.login_by(&client);
        let code = stage.code(&login).await?;
        if case.edit == AT_EXCHANGE {
            let then = stage.token(&login, &code);
            let other = stage.login_by(&client);
            let first = stage.par(&other);
            return twice(stage, first, then).await.map(|_| ());
        }
        let reply = stage.preparing(async |stage| {
            let draft = stage.token(&login, &code);
            Ok(stage.send(draft).await)
        });
        let reply = reply.await?;
        let grant = stage.grant_from(&login, &reply)?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        if case.edit == AT_REVOCATION {
            let then = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
            let other = stage.login_by(&client);
            let first = stage.par(&other);
            if twice(stage, first, then).await?.is_success() {
                after(stage, &grant).await;
            }
            let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
            stage.enter(Part::ControlAgain);
            stage.send_by(&client, draft, &Edit::None).await?;
            return Ok(());
        }
        let first = stage.refresh(&grant);
        let assertion = made(stage, &first)?;
        stage.enter(Part::Control);
        let reply = stage.send(first.present(&assertion)).await;
        let next = stage.grant_from(&login, &reply)?;
        let next =
            Grant { refresh_token: next.refresh_token.clone().or(grant.refresh_token), ..next };
        stage.enter(Part::Faulted);
        let then = stage.refresh(&next).present(&assertion);
        stage.send(then).await;
        Ok(())
    })
}

/// Sends two requests with one assertion.
async fn twice(stage: &mut Stage, first: Draft, then: Draft) -> Result<Reply, Halt> {
    let assertion = made(stage, &first)?;
    stage.enter(Part::Control);
    stage.send(first.present(&assertion)).await;
    stage.enter(Part::Faulted);
    Ok(stage.send(then.present(&assertion)).await)
}

fn made(stage: &mut Stage, draft: &Draft) -> Result<String, Halt> {
    let (jti, now) = (stage.random().token(), stage.clock().now());
    draft.made_assertion(&jti, now, &Edit::None).ok_or(Halt::Needs("a client assertion"))
}
