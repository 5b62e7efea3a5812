//! Nonces in proofs sent to the token endpoint.
//!
//! # What it does
//!
//! Exchanges a code with the current nonce. Exchanges another code without a nonce, then the same
//! code with one. Exchanges a code that never was. Refreshes without a nonce, then with one.
//!
//! # Why it matters
//!
//! At the token endpoint the proof decides to which key tokens are bound. And since a nonce may end
//! at any time, the refusal for want of one is part of ordinary life: a client can only go on if
//! the refusal tells it what is wanted, and if its code or refresh token is still good afterwards.
//!
//! # What a conforming peer does
//!
//! Answers a proof without nonce with 400, `error` `use_dpop_nonce` and a `DPoP-Nonce` field, and
//! hands out a nonce in every other answer too. What becomes of the code is not specified: that it
//! stays good is what the scheme presumes.
//!
//! # How to fix
//!
//! Check the proof before the grant is looked up. Set `DPoP-Nonce` in one place for successes and
//! refusals. Map a missing nonce to 400 at the authorization server, to 401 at resources.
//!
//! # References
//!
//! RFC 9449, sections 8 and 8.2; atproto OAuth, DPoP.

use atproof_engine::judge::{self, describe, is_accepted, refused};
use atproof_engine::model::{
    Case, Degree, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Action, Exchange, Part};

use crate::server::answers::NONCE;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.token",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("token.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

/// A row on the exchange without a nonce.
const fn demand(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    predicate: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let expect = Expectation::Holds(predicate);
    Case { id, title, clause, covers, killers, edit: Edit::WithoutNonce, expect }
}

const CASES: &[Case] = &[
    demand(
        "server.dpop-nonce.token-nonce-missing",
        "A code is exchanged with a proof that has no nonce",
        "ATP-NONCE-002",
        &["RFC9449-8-01"],
        &["as.nonce.optional-at-token"],
        |transcript| without_nonce(transcript, EXCHANGE_WITHOUT),
    ),
    demand(
        "server.dpop-nonce.refresh-nonce-missing",
        "A grant is refreshed with a proof that has no nonce",
        "ATP-NONCE-002",
        &["RFC9449-8-01", "ATP-REFR-007"],
        &["as.nonce.optional-at-refresh"],
        |transcript| without_nonce(transcript, REFRESH_WITHOUT),
    ),
    demand(
        "server.dpop-nonce.challenge-status-wrong",
        "The demand for a nonce has another status than 400",
        "RFC9449-8-01",
        &["ATP-NONCE-016"],
        &["as.nonce.challenge-as-401"],
        |transcript| {
            seen::judged((|| {
                let exchange = after_control(transcript, EXCHANGE_WITHOUT)?;
                let response = seen::refusal(exchange)?;
                if !seen::demands_nonce(response) {
                    return Err(Outcome::not_offered(
                        "a demand for a nonce",
                        "another case says how a missing nonce is refused",
                    ));
                }
                Ok(match response.status {
                    400 => Outcome::kept("use_dpop_nonce with 400"),
                    _ => wrong("use_dpop_nonce with status 400", exchange),
                })
            })())
        },
    ),
    demand(
        "server.dpop-nonce.challenge-error-wrong",
        "The demand for a nonce has another error code than use_dpop_nonce",
        "RFC9449-8-01",
        &["ATP-NONCE-016"],
        &["as.nonce.challenge-other-error"],
        |transcript| {
            seen::judged((|| {
                let exchange = after_control(transcript, EXCHANGE_WITHOUT)?;
                let response = seen::refusal(exchange)?;
                Ok(match response.error() {
                    Some(error) if error == "use_dpop_nonce" => {
                        Outcome::kept("a JSON body with error use_dpop_nonce")
                    }
                    _ => wrong("a JSON body with error use_dpop_nonce", exchange),
                })
            })())
        },
    ),
    demand(
        "server.dpop-nonce.challenge-without-nonce",
        "The demand for a nonce hands out none",
        "RFC9449-8-01",
        &["ATP-NONCE-013"],
        &["as.nonce.challenge-no-header"],
        |transcript| {
            seen::judged((|| {
                let exchange = after_control(transcript, EXCHANGE_WITHOUT)?;
                seen::refusal(exchange)?;
                Ok(seen::hands_out_nonce(exchange))
            })())
        },
    ),
    Case {
        id: "server.dpop-nonce.token-success-without-nonce",
        title: "The answer to a code exchange hands out no nonce",
        clause: "ATP-NONCE-013",
        covers: &[],
        killers: &["as.token.nonce-absent-on-success", "as.nonce.absent-on-success"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = control(transcript)?;
                seen::success(exchange)?;
                Ok(seen::hands_out_nonce(exchange))
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.token-error-without-nonce",
        title: "The refusal of a code that never was hands out no nonce",
        clause: "ATP-NONCE-013",
        covers: &[],
        killers: &["as.nonce.absent-on-error"],
        edit: Edit::Story("a correct request, but for a code that never was"),
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = after_control(transcript, UNKNOWN_CODE)?;
                let response = seen::refusal(exchange)?;
                if seen::demands_nonce(response) {
                    return Err(Outcome::unclear(
                        "the request was refused for its nonce",
                        "accept the nonce that was just handed out",
                    ));
                }
                Ok(seen::hands_out_nonce(exchange))
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.code-consumed-by-nonce-failure",
        title: "A code is spent by an exchange that is refused for want of a nonce",
        clause: "ATP-NONCE-021",
        covers: &["ATP-PKCE-016"],
        killers: &["as.token.consume-before-dpop"],
        edit: Edit::Story("an exchange without a nonce, then the same code with one"),
        expect: Expectation::Holds(|transcript| {
            let names = ["the code survives", "the code is consumed"];
            survival(transcript, EXCHANGE_WITHOUT, EXCHANGE_WITH, names)
        }),
    },
    Case {
        id: "server.dpop-nonce.refresh-token-consumed-by-nonce-failure",
        title: "A refresh token is spent by a refresh that is refused for want of a nonce",
        clause: "ATP-NONCE-021",
        covers: &[],
        killers: &["as.refresh.consume-before-dpop"],
        edit: Edit::Story("a refresh without a nonce, then the same refresh token with one"),
        expect: Expectation::Holds(|transcript| {
            let names = ["the refresh token survives", "the refresh token is consumed"];
            survival(transcript, REFRESH_WITHOUT, REFRESH_WITH, names)
        }),
    },
];

const EXCHANGE_WITHOUT: &str = "exchange without a nonce";
const EXCHANGE_WITH: &str = "the same code with a nonce";
const UNKNOWN_CODE: &str = "exchange of a code that never was";
const REFRESH_WITHOUT: &str = "refresh without a nonce";
const REFRESH_WITH: &str = "the same refresh token with a nonce";

fn play<'a>(stage: &'a mut Stage) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        let reply = stage.send(stage.token(&login, &code)).await;
        let grant = stage.grant_from(&login, &reply)?;

        let login = stage.login();
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.step(EXCHANGE_WITHOUT);
        stage.send_once(&draft.clone().edit(&Edit::WithoutNonce)).await;
        stage.step(EXCHANGE_WITH);
        stage.send(draft).await;

        let login = stage.login();
        let code = stage.random().token();
        stage.step(UNKNOWN_CODE);
        stage.send(stage.token(&login, &code)).await;

        if grant.refresh_token.is_some() {
            let draft = stage.refresh(&grant);
            stage.step(REFRESH_WITHOUT);
            stage.send_once(&draft.clone().edit(&Edit::WithoutNonce)).await;
            stage.step(REFRESH_WITH);
            stage.send(draft).await;
        }
        Ok(())
    })
}

fn control<'a>(transcript: &Transcript<'a>) -> Result<&'a Exchange, Outcome> {
    transcript
        .of(&Part::Control, Action::Token)
        .ok_or_else(|| Outcome::unclear("no code was exchanged", "run it again"))
}

/// A step, where the correct exchange before it was accepted. Only those with a refresh token can
/// be missing.
fn after_control<'a>(transcript: &Transcript<'a>, step: &str) -> Result<&'a Exchange, Outcome> {
    seen::success(control(transcript)?)?;
    let missing = || Outcome::not_offered("a refresh token", "issue refresh tokens");
    transcript.step(step).ok_or_else(missing)
}

fn without_nonce(transcript: &Transcript<'_>, step: &str) -> Outcome {
    seen::judged(after_control(transcript, step).map(|exchange| refused(exchange, &[NONCE])))
}

/// A demand for a nonce in another form than the clause fixes.
fn wrong(expected: &str, exchange: &Exchange) -> Outcome {
    Outcome::Broken {
        degree: Degree::WrongAnswer,
        expected: expected.to_owned(),
        observed: describe(exchange),
        at: Some(exchange.id.clone()),
    }
}

/// Whether what was refused without a nonce is taken with one.
fn survival(
    transcript: &Transcript<'_>,
    without: &str,
    with: &str,
    [survives, consumed]: [&str; 2],
) -> Outcome {
    seen::judged((|| {
        let first = after_control(transcript, without)?;
        if !seen::demands_nonce(seen::refusal(first)?) {
            return Err(Outcome::not_offered("a demand for a nonce", "demand one"));
        }
        let second = seen::step(transcript, with)?;
        match second.status() {
            _ if is_accepted(second) => Ok(Outcome::observed(survives)),
            Some(400 | 401) => Ok(Outcome::observed(consumed)),
            _ => Err(Outcome::unclear(describe(second), "run it again")),
        }
    })())
}
