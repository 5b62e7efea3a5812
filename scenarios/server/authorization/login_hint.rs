//! A login that is meant for another account.
//!
//! # What it does
//!
//! Pushes a request with the DID of the first account as `login_hint` and approves it as that
//! account. Then pushes another one with the same hint and tries to approve it as the second
//! account.
//!
//! # Why it matters
//!
//! The client has resolved one identity and expects the answer to be for it. An answer for another
//! account is an error that the user understands best on the server's own page.
//!
//! # What a conforming peer does
//!
//! Lets only the hinted account finish the flow.
//!
//! # How to fix
//!
//! Resolve the hint to a DID when the request is pushed, and offer no other account on the pages
//! of that request.
//!
//! # References
//!
//! atproto OAuth, Authorization Interface.

use atproof_engine::consent::{ConsentError, Decision, Ending};
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Halt, Stage, redirect_parameters};
use atproof_protocol::record::{Action, Exchange, Part};
use serde_json::Value;

use crate::server::front_channel::no_code;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.login-hint",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::SecondAccount, Need::OwnDevice],
    source: include_str!("login_hint.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::between_controls,
    cases: CASES,
};

/// Fact: the server did not let the second account in for this request.
const NOT_LET_IN: &str = "not_let_in";

const CASES: &[Case] = &[Case {
    id: "server.authorization.login-hint-ignored",
    title: "Another account than the hinted one finishes the flow",
    clause: "ATP-AUTHZ-012",
    covers: &[],
    killers: &["as.identity.ignore-login-hint"],
    edit: Edit::Story("the second account signs in, the hint names the first"),
    expect: Expectation::Holds(only_the_hinted),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let Some(hint) = stage.shared_grant().await?.sub else {
            return Err(Halt::Needs("a server that tells the DID of the account"));
        };
        for (part, account) in [(Part::Control, 0), (Part::Faulted, 1)] {
            stage.enter(part);
            // A device of its own each: what is refused here must not count elsewhere.
            let mut login = stage.login_on_own_device();
            login.account = account;
            let mut draft = stage.par(&login);
            if let Some(form) = &mut draft.form {
                Change::Set("login_hint", Text::Same).apply(form);
                form.iter_mut().filter(|(name, _)| name == "login_hint").for_each(|(_, value)| {
                    value.clone_from(&hint);
                });
            }
            let reply = stage.send(draft).await;
            let request_uri = reply.require("the pushed authorization request", "request_uri")?;
            let url = stage.authorization_url(&login, &request_uri);
            match stage.authorize(&login, &url, Decision::Approve).await {
                Ok(Ending::Redirect(redirect)) => {
                    let parameters = redirect_parameters(&redirect);
                    if let Some((_, code)) = parameters.iter().find(|(name, _)| name == "code") {
                        stage.send(stage.token(&login, code)).await;
                    }
                }
                Ok(Ending::Refused { .. }) => {}
                Err(Halt::Consent(ConsentError::SignIn(why))) if account == 1 => {
                    stage.fact(NOT_LET_IN, Value::String(why));
                }
                Err(halt) => return Err(halt),
            }
        }
        Ok(())
    })
}

fn only_the_hinted(transcript: &Transcript<'_>) -> Outcome {
    let sub = |part| transcript.of(&part, Action::Token)?.response()?.member("sub");
    let why = |exchange: &Exchange| exchange.facts.get(NOT_LET_IN).cloned();
    match (sub(Part::Control), sub(Part::Faulted)) {
        (Some(hinted), Some(other)) if hinted == other => {
            Outcome::kept("the code is for the hinted account all the same")
        }
        (Some(_), Some(other)) => match transcript.last(&Part::Faulted) {
            Some(exchange) => {
                let observed = format!("tokens for {other}");
                Outcome::violated("no code for another account", observed, exchange)
            }
            None => no_code(transcript),
        },
        _ => match transcript.last(&Part::Faulted).and_then(why) {
            Some(why) => Outcome::kept(format!("not let in: {}", why.as_str().unwrap_or_default())),
            None => no_code(transcript),
        },
    }
}
