//! Exchanges of a code by a page of another origin.
//!
//! # What it does
//!
//! Exchanges a code as it should be. Then asks, as a browser would for a page of another origin,
//! whether the page may do the same, and exchanges another code with that origin.
//!
//! # Why it matters
//!
//! Clients that run in a browser have no other way to their tokens. What CORS does not allow, the
//! browser keeps from them.
//!
//! # What a conforming peer does
//!
//! Answers the preflight with 2xx, allows the origin and the `DPoP` header field, and allows the
//! origin again on the answer itself.
//!
//! # How to fix
//!
//! Answer OPTIONS at the token endpoint and send `Access-Control-Allow-Origin: *` on every answer
//! there, errors included.
//!
//! # References
//!
//! Fetch, section 3.3; OAuth 2.1, section 3.2; atproto OAuth, Authorization Servers.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::http::Request;
use atproof_protocol::record::Action;

use crate::server::cors;
use crate::server::document::{answer, judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.cross-origin",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("cross_origin.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const WITHOUT_ORIGIN: &str = "exchange without an origin";
const PREFLIGHT: &str = "preflight of a page";
const FROM_A_PAGE: &str = "exchange of a page";

const CASES: &[Case] = &[row(
    "server.token.cross-origin-blocked",
    "A page of another origin may not exchange a code",
    "ATP-TOK-016",
    &["OAUTH21-3.2-01"],
    &["as.token.no-cors"],
    page_may_exchange,
)];

fn page_may_exchange(transcript: &Transcript<'_>) -> Outcome {
    judged(answer(transcript, WITHOUT_ORIGIN).and_then(|(control, _)| {
        if !is_accepted(control) {
            return Err(Outcome::unclear(
                format!("the exchange without an origin was not accepted: {}", describe(control)),
                "the correct request has to be accepted first",
            ));
        }
        let (asked, preflight) = answer(transcript, PREFLIGHT)?;
        let (exchanged, response) = answer(transcript, FROM_A_PAGE)?;
        let broken = |observed, at| {
            Outcome::violated("a page of another origin may exchange a code", observed, at)
        };
        Ok(match (cors::may_send(preflight, "dpop"), cors::may_read(response)) {
            (Err(observed), _) => broken(observed, asked),
            (_, Err(observed)) => broken(format!("an answer with {observed}"), exchanged),
            _ if !is_accepted(exchanged) => broken(describe(exchanged), exchanged),
            (Ok(preflight), Ok(answer)) => Outcome::kept(format!("{preflight}; {answer}")),
        })
    }))
}

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.step(WITHOUT_ORIGIN);
        stage.send(stage.token(&login, &code)).await;
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.step(PREFLIGHT);
        let preflight = Request::new("OPTIONS", &stage.target().endpoints.token)
            .header("Origin", cors::ORIGIN)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,dpop");
        stage.exchange(Action::Preflight, preflight).await;
        stage.step(FROM_A_PAGE);
        stage.send(stage.token(&login, &code).header("Origin", cors::ORIGIN)).await;
        Ok(())
    })
}
