//! A request object in a pushed request (RFC 9101), which nobody can answer for.
//!
//! # What it does
//!
//! Adds to an ordinary pushed request the parameter `request` with an object that names another
//! `state`: once without signature, once signed with a key that the client has never published.
//! Where the server takes it, goes on through sign-in and consent to see which `state` counts.
//!
//! # Why it matters
//!
//! What stands in a request object replaces the parameters beside it. Taken without a signature
//! that the client answers for, it is a way to change a request unseen.
//!
//! # What a conforming peer does
//!
//! Refuses the request with `invalid_request_object` or `invalid_request`. A server that does not
//! know request objects may also ignore the parameter.
//!
//! # How to fix
//!
//! Verify the signature with a key of the client before anything in the object is used, and
//! compare its `client_id`. A server that has no use for request objects refuses the parameter.
//!
//! # References
//!
//! RFC 9126, section 3; RFC 9101, sections 4 and 6.

use atproof_engine::consent::Decision;
use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Login, Stage};
use atproof_protocol::record::{Action, Part};
use atproof_protocol::{base64url, jws};
use serde_json::{Value, json};

use crate::server::front_channel::{End, end};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.request-object",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("request_object.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// The `state` in the object.
const STATE: &str = "atproof-object";

const UNSIGNED: Edit = Edit::Story("`request` added: another state, in an object with alg none");
const SIGNED: Edit =
    Edit::Story("`request` added: another state, in an object signed with a key of nobody");

const CASES: &[Case] = &[
    Case {
        id: "server.par.request-object-unsigned",
        title: "A request object without signature replaces the parameters",
        clause: "RFC9126-3-01",
        covers: &[],
        killers: &["as.par.request-object-unsigned"],
        edit: UNSIGNED,
        expect: Expectation::Holds(object_without_effect),
    },
    Case {
        id: "server.par.request-object-key-unknown",
        title: "A request object signed with an unknown key replaces the parameters",
        clause: "RFC9126-3-01",
        covers: &[],
        killers: &["as.par.request-object-any-key"],
        edit: SIGNED,
        expect: Expectation::Holds(object_without_effect),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let mut draft = stage.par(&login);
        if let (Edit::Story(_), Some(form)) = (edit, &mut draft.form) {
            let object = object(stage, &login, form, *edit == UNSIGNED);
            form.push(("request".to_owned(), object));
        }
        let reply = stage.send(draft).await;
        let pushed = reply.require("the pushed authorization request", "request_uri");
        let Ok(request_uri) = pushed else { return Ok(()) };
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

/// The parameters of the form as a request object, with another state.
fn object(stage: &mut Stage, login: &Login, form: &[(String, String)], unsigned: bool) -> String {
    let mut claims: serde_json::Map<String, Value> =
        form.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let now = stage.clock().now();
    for (name, value) in [
        ("state", json!(STATE)),
        ("iss", json!(login.client_id)),
        ("aud", json!(stage.target().issuer)),
        ("jti", json!(stage.random().token())),
        ("iat", json!(now)),
        ("exp", json!(now + 60)),
    ] {
        claims.insert(name.to_owned(), value);
    }
    let claims = Value::Object(claims);
    if unsigned {
        let header = base64url::encode(json!({"alg": "none"}).to_string().as_bytes());
        return format!("{header}.{}.", base64url::encode(claims.to_string().as_bytes()));
    }
    let key = stage.random().key();
    jws::sign(&json!({"alg": "ES256", "typ": "oauth-authz-req+jwt", "kid": "1"}), &claims, &key)
}

fn object_without_effect(transcript: &Transcript<'_>) -> Outcome {
    let Some(pushed) = transcript.of(&Part::Faulted, Action::Par) else {
        return Outcome::unclear("the faulted request was not sent", "run it again");
    };
    if !is_accepted(pushed) {
        return match refusal_of(pushed) {
            Some((status, _)) if (400..500).contains(&status) && status != 429 => {
                Outcome::kept(describe(pushed))
            }
            _ => Outcome::unclear(
                format!("neither taken nor refused: {}", describe(pushed)),
                "refuse the request with 400",
            ),
        };
    }
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) if callback.parameter("state") == Some(STATE) => {
            let observed = format!("the state of the object came back, in {}", callback.url);
            Outcome::violated("the request object is refused or ignored", observed, callback.at)
        }
        Some(End::Left(callback)) => {
            Outcome::kept(format!("the object has no effect: {}", callback.url))
        }
        Some(End::Refused { status, .. }) => {
            Outcome::kept(format!("refused on a page with {status}"))
        }
        None => Outcome::unclear("the request came to no end", "run it again"),
    }
}
