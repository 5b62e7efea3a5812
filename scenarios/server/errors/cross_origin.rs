//! Refusals that scripts of other origins may read.
//!
//! # What it does
//!
//! Sends a wrong request to the PAR endpoint and to the token endpoint as the script of a page of
//! another origin would, and looks whether the browser would hand it the refusal.
//!
//! # Why it matters
//!
//! The first answer that a client gets is a refusal: the demand for a nonce. A browser client that
//! may not read it never gets further, and never learns why.
//!
//! # What a conforming peer does
//!
//! Sends `Access-Control-Allow-Origin` with refusals as with successes.
//!
//! # How to fix
//!
//! Set the field before the request is looked at, so that no early return leaves it out.
//!
//! # References
//!
//! atproto OAuth, Authorization Servers; Fetch, section 3.3.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::{Draft, Stage};
use atproof_protocol::record::Action;

use crate::server::cors;
use crate::server::document::{answer, judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.errors.cross-origin",
    role: Role::Server,
    area: "errors",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("cross_origin.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const AT_PAR: &str = "refusal at the PAR endpoint";
const AT_TOKEN: &str = "refusal at the token endpoint";

const CASES: &[Case] = &[
    row(
        "server.errors.par-refusal-unreadable",
        "A page of another origin may not read a refusal of the PAR endpoint",
        "ATP-ERR-009",
        &[],
        &["as.errors.par-refusal-no-cors"],
        |transcript| readable(transcript, AT_PAR),
    ),
    row(
        "server.errors.token-refusal-unreadable",
        "A page of another origin may not read a refusal of the token endpoint",
        "ATP-ERR-009",
        &[],
        &["as.errors.token-refusal-no-cors"],
        |transcript| readable(transcript, AT_TOKEN),
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let endpoints = stage.target().endpoints.clone();
        let client_id = stage.target().client.client_id.clone();
        for (step, action, url) in
            [(AT_PAR, Action::Par, endpoints.par), (AT_TOKEN, Action::Token, endpoints.token)]
        {
            stage.step(step);
            let draft = Draft::post(action, url, &[("client_id", &client_id)]);
            stage.send_once(&draft.header("Origin", cors::ORIGIN)).await;
        }
        Ok(())
    })
}

fn readable(transcript: &Transcript<'_>, step: &str) -> Outcome {
    judged(answer(transcript, step).map(|(exchange, response)| match response.status {
        400..500 => match cors::may_read(response) {
            Ok(observed) => Outcome::kept(format!("{} with {observed}", response.status)),
            Err(observed) => {
                let observed = format!("{} with {observed}", response.status);
                Outcome::violated("a refusal that the page may read", observed, exchange)
            }
        },
        status => Outcome::unclear(
            format!("a request without parameters was answered with {status}"),
            "refuse it",
        ),
    }))
}
