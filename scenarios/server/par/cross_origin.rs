//! Pushed authorization requests from a page of another origin.
//!
//! # What it does
//!
//! Asks for leave as a browser does before a page of another origin may send a request with a DPoP
//! proof, then pushes a request as that page, beside one without an origin.
//!
//! # Why it matters
//!
//! Clients that run in a browser have no other way in. The proof is a header field that needs
//! leave, so that a server which only thought of simple requests shuts them out.
//!
//! # What a conforming peer does
//!
//! Answers the preflight with a status of success, an `Access-Control-Allow-Origin` that covers the
//! page and an `Access-Control-Allow-Headers` that covers `dpop`, and the request itself with
//! `Access-Control-Allow-Origin`.
//!
//! # How to fix
//!
//! Route `OPTIONS` at this endpoint, and send the fields with every answer. There are no cookies
//! here, so `*` is right.
//!
//! # References
//!
//! Fetch, section 3.3; atproto OAuth, Authorization Servers.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::http::Request;
use atproof_protocol::record::Action;

use crate::server::cors;
use crate::server::document::{answer, judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.cross-origin",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("cross_origin.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const WITHOUT_ORIGIN: &str = "pushed request without an origin";
const PREFLIGHT: &str = "preflight of a page";
const FROM_A_PAGE: &str = "pushed request of a page";

const CASES: &[Case] = &[row(
    "server.par.cross-origin-blocked",
    "A page of another origin may not push a request",
    "ATP-PAR-014",
    &[],
    &["as.par.no-cors"],
    page_may_push,
)];

fn page_may_push(transcript: &Transcript<'_>) -> Outcome {
    judged(answer(transcript, WITHOUT_ORIGIN).and_then(|(control, _)| {
        if !is_accepted(control) {
            return Err(Outcome::unclear(
                format!("the request without an origin was not accepted: {}", describe(control)),
                "the correct request has to be accepted first",
            ));
        }
        let (asked, preflight) = answer(transcript, PREFLIGHT)?;
        let (pushed, response) = answer(transcript, FROM_A_PAGE)?;
        let broken = |observed, at| {
            Outcome::violated("a page of another origin may push a request", observed, at)
        };
        Ok(match (cors::may_send(preflight, "dpop"), cors::may_read(response)) {
            (Err(observed), _) => broken(observed, asked),
            (_, Err(observed)) => broken(format!("an answer with {observed}"), pushed),
            _ if !is_accepted(pushed) => broken(describe(pushed), pushed),
            (Ok(preflight), Ok(answer)) => Outcome::kept(format!("{preflight}; {answer}")),
        })
    }))
}

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(WITHOUT_ORIGIN);
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send(draft).await;
        stage.step(PREFLIGHT);
        let preflight = Request::new("OPTIONS", &stage.target().endpoints.par)
            .header("Origin", cors::ORIGIN)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,dpop");
        stage.exchange(Action::Preflight, preflight).await;
        stage.step(FROM_A_PAGE);
        let login = stage.login();
        let draft = stage.par(&login).header("Origin", cors::ORIGIN);
        stage.send(draft).await;
        Ok(())
    })
}
