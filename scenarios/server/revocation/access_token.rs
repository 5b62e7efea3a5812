//! What the revocation of an access token does.
//!
//! # What it does
//!
//! Makes a login, uses its access token, revokes it, uses it again at once, and then refreshes.
//!
//! # Why it matters
//!
//! A client that revokes a token has been told by 200 that it is gone.
//!
//! # What a conforming peer does
//!
//! Refuses the token from then on. A server that cannot revoke access tokens says
//! `unsupported_token_type` instead. Whether the session ends with the token is left open.
//!
//! # How to fix
//!
//! Have the resource server ask for the state of a token, or keep a list of revoked ones until they
//! end; or answer 400 with `unsupported_token_type`.
//!
//! # References
//!
//! RFC 7009, sections 2.1 and 2.2.1; atproto OAuth, Tokens and Session Lifetime.

use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Refusal, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.access-token",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("access_token.rs"),
    script: Script::Once { play, logins: 1 },
    judge,
    cases: CASES,
};

const REVOKE: &str = "revoke";
const REFRESH: &str = "refresh";

const CASES: &[Case] = &[
    Case {
        id: "server.revocation.access-token-survives",
        title: "An access token works after its revocation",
        clause: "RFC7009-2.1-02",
        covers: &[],
        killers: &["as.revoke.access-token-ignored", "as.revoke.no-effect"],
        edit: Edit::Story("the access token is revoked and used at once"),
        expect: Expectation::Refused(&[&[Refusal::status(401)]]),
    },
    Case {
        id: "server.revocation.access-token-revocation-ends-session",
        title: "What the revocation of an access token does to its session",
        clause: "ATP-REVOKE-007",
        covers: &["RFC7009-2.1-05"],
        killers: &["as.revoke.access-token-keeps-grant"],
        edit: Edit::Story("the access token is revoked, and the session refreshed"),
        expect: Expectation::Holds(session),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        stage.step(REVOKE);
        let draft = stage.revoke(&grant, &grant.access_token);
        let reply = stage.send(draft.ok_or(Halt::Needs("a revocation endpoint"))?).await;
        let error = reply.answer.as_ref().ok().and_then(|response| response.member("error"));
        if error.as_deref() == Some("unsupported_token_type") {
            return Err(Halt::Needs("a server that revokes access tokens"));
        }
        stage.enter(Part::Faulted);
        stage.send(stage.resource(&grant)).await;
        stage.step(REFRESH);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}

fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    match transcript.step(REVOKE) {
        Some(exchange) if is_accepted(exchange) => judge::between_controls(case, transcript),
        Some(exchange) => Outcome::unclear(
            format!("the revocation was not accepted: {}", describe(exchange)),
            "answer a correct revocation with 200",
        ),
        None => Outcome::unclear("nothing was revoked", "run it again"),
    }
}

fn session(transcript: &Transcript<'_>) -> Outcome {
    let refused = |exchange| refusal_of(exchange).is_some_and(|(s, _)| (400..500).contains(&s));
    match transcript.step(REFRESH) {
        Some(exchange) if is_accepted(exchange) => Outcome::observed("session kept"),
        Some(exchange) if refused(exchange) => Outcome::observed("session ended"),
        _ => Outcome::unclear("the refresh was neither accepted nor refused", "run it again"),
    }
}
