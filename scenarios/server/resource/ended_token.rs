//! How an access token is refused whose session was revoked.
//!
//! # What it does
//!
//! Makes a login, uses its access token, revokes the refresh token, and uses the access token again.
//!
//! # Why it matters
//!
//! From the error a client tells whether to refresh or to ask the user to sign in. Clients know
//! several names for it, and each new one is a client that signs its user out for nothing.
//!
//! # What a conforming peer does
//!
//! The profile does not name the error. RFC 6750 has `invalid_token` with 401; older clients know
//! `ExpiredToken` and `InvalidToken`.
//!
//! # How to fix
//!
//! Answer 401 with `invalid_token`, in body and challenge.
//!
//! # References
//!
//! RFC 6750, section 3.1; atproto OAuth, Tokens and Session Lifetime.

use atproof_engine::judge::{self, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.ended-token",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("ended_token.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const REVOKED: Edit = Edit::Story("the same request after the session was revoked");

const CASES: &[Case] = &[
    Case {
        id: "server.resource.revoked-token-error-name",
        title: "What the refusal of a revoked access token is called",
        clause: "ATP-ERR-005",
        covers: &[],
        killers: &["rs.token.revoked-as-400"],
        edit: REVOKED,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                seen::refusal(exchange)?;
                let (status, errors) = refusal_of(exchange).unwrap_or_default();
                Ok(Outcome::observed(format!("{status} {}", errors.join(", "))))
            })())
        }),
    },
    Case {
        id: "server.resource.revoked-token-tail",
        title: "Whether an access token ends at once with its session",
        clause: "ATP-SESS-005",
        covers: &[],
        killers: &["as.revoke.keeps-access-token", "as.revoke.delayed"],
        edit: REVOKED,
        expect: Expectation::Holds(|transcript| seen::judged(tail(transcript))),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        stage.step("revoke");
        stage.send(draft).await;
        stage.enter(Part::Faulted);
        stage.send(stage.resource(&grant)).await;
        Ok(())
    })
}

fn tail(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    if !is_accepted(seen::step(transcript, "revoke")?) {
        return Err(Outcome::unclear("the revocation was not accepted", "accept it"));
    }
    let exchange = seen::faulted(transcript)?;
    if is_accepted(exchange) {
        return Ok(Outcome::observed("not at once"));
    }
    seen::refusal(exchange)?;
    Ok(Outcome::observed("at once"))
}
