//! Whether a page of another origin may use the resource.
//!
//! # What it does
//!
//! Asks in a preflight, as a browser would, for leave to read from a resource with `Authorization`
//! and `DPoP`, and reads from it as a page of another origin.
//!
//! # Why it matters
//!
//! Applications that run in a browser can do nothing with their tokens otherwise.
//!
//! # What a conforming peer does
//!
//! CORS is encouraged here and not asked for, so this is recorded and not graded.
//!
//! # How to fix
//!
//! Answer preflights with `Access-Control-Allow-Headers: authorization, dpop, ...` and send
//! `Access-Control-Allow-Origin: *` with each answer. Tokens are no cookies: nothing is given away.
//!
//! # References
//!
//! atproto XRPC, CORS; Fetch, sections 3.3 and 4.8.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::http::Request;
use atproof_protocol::record::Action;

use crate::server::cors;
use crate::server::document::{answer, judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.cross-origin",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("cross_origin.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const PREFLIGHT: &str = "preflight of a page";
const FROM_A_PAGE: &str = "read of a page";

const CASES: &[Case] = &[row(
    "server.resource.cross-origin-blocked",
    "A page of another origin may use the resource, or not",
    "ATP-RES-008",
    &[],
    &["rs.cors.blocked", "rs.cors.no-allow-headers"],
    page_may_read,
)];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        let read = stage.resource(&grant).header("Origin", cors::ORIGIN);
        stage.step(PREFLIGHT);
        let preflight = Request::new("OPTIONS", &read.url)
            .header("Origin", cors::ORIGIN)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization,dpop");
        stage.exchange(Action::Preflight, preflight).await;
        stage.step(FROM_A_PAGE);
        stage.send(read).await;
        Ok(())
    })
}

fn page_may_read(transcript: &Transcript<'_>) -> Outcome {
    judged(answer(transcript, PREFLIGHT).and_then(|(_, preflight)| {
        let (_, response) = answer(transcript, FROM_A_PAGE)?;
        let sent = ["authorization", "dpop"].map(|field| cors::may_send(preflight, field));
        let refused = sent.into_iter().find_map(Result::err);
        Ok(match (refused, cors::may_read(response)) {
            (Some(why), _) | (None, Err(why)) => Outcome::observed(format!("blocked: {why}")),
            (None, Ok(_)) => Outcome::observed("allowed"),
        })
    }))
}
