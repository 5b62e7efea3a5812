//! A development client that sends credentials all the same.
//!
//! # What it does
//!
//! Completes an ordinary login, then pushes another request with a client assertion, signed with a
//! key that nobody knows. Where the server takes it, opens the page and does nothing there.
//!
//! # Why it matters
//!
//! A confidential client may be spared the question of consent, because nobody else can pose as
//! it. Everybody can pose as a development client.
//!
//! # What a conforming peer does
//!
//! Refuses the assertion or takes no notice of it. The client stays a public one, and the user is
//! asked every time.
//!
//! # How to fix
//!
//! Decide how a client authenticates from its metadata, here `none`, and never from what a request
//! brings along.
//!
//! # References
//!
//! atproto OAuth, Localhost Client Development; RFC 8252, section 8.6.

use atproof_engine::consent::Decision;
use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::jws;
use atproof_protocol::record::{Action, Part};
use serde_json::json;

use crate::server::authorization::remembered::asked_again;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.localhost-client.public",
    role: Role::Server,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("public.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.localhost-client.confidential-by-assertion",
    title: "A development client that sends an assertion is treated as confidential",
    clause: "ATP-LOCAL-013",
    covers: &[],
    killers: &["as.localhost.assertion-trusted"],
    edit: Edit::Story("the second request has a client assertion signed with a key of nobody"),
    expect: Expectation::Holds(stays_public),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        stage.enter(Part::Faulted);
        let login = stage.login();
        let key = stage.random().key();
        let now = stage.clock().now();
        let claims = json!({
            "iss": login.client_id,
            "sub": login.client_id,
            "aud": stage.target().issuer,
            "jti": stage.random().token(),
            "iat": now,
            "exp": now + 60,
        });
        let assertion = jws::sign(&json!({"alg": "ES256", "kid": "1"}), &claims, &key);
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let mut draft = stage.par(&login);
        if let Some(form) = &mut draft.form {
            form.push(("client_assertion_type".to_owned(), kind.to_owned()));
            form.push(("client_assertion".to_owned(), assertion));
        }
        let reply = stage.send(draft).await;
        let pushed = reply.require("the pushed request", "request_uri");
        let Ok(request_uri) = pushed else { return Ok(()) };
        let url = stage.authorization_url(&login, &request_uri);
        stage.open(&login, &url).await?;
        Ok(())
    })
}

fn stays_public(transcript: &Transcript<'_>) -> Outcome {
    match transcript.of(&Part::Faulted, Action::Par) {
        Some(pushed) if is_accepted(pushed) => asked_again(transcript),
        Some(pushed) if refusal_of(pushed).is_some_and(|(status, _)| status < 500) => {
            Outcome::kept(describe(pushed))
        }
        _ => Outcome::unclear("neither taken nor refused", "run it again"),
    }
}
