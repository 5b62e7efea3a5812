//! Whether a page of another origin may ask for the resource metadata in its own way.
//!
//! # What it does
//!
//! Asks in a preflight, as a browser would, for leave to fetch the document with a header field of
//! the application.
//!
//! # Why it matters
//!
//! HTTP layers of applications add fields of their own to each request. In a browser, the first
//! step of a login then fails for a document that is public.
//!
//! # What a conforming peer does
//!
//! The profile does not say it for this document, so it is recorded and not graded.
//!
//! # How to fix
//!
//! Answer OPTIONS on public documents with `Access-Control-Allow-Origin: *` and
//! `Access-Control-Allow-Headers: *`.
//!
//! # References
//!
//! atproto OAuth, Authorization Servers; Fetch, sections 3.3 and 4.8.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::http::Request;
use atproof_protocol::record::Action;

use crate::server::cors;
use crate::server::document::{answer, judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.rs-metadata.preflight",
    role: Role::Server,
    area: "rs-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("preflight.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const PREFLIGHT: &str = "preflight of a page";

/// A field that needs leave, for its value is none of a form.
const FIELD: &str = "content-type";

const CASES: &[Case] = &[row(
    "server.rs-metadata.preflight-refused",
    "A page of another origin may fetch the metadata with fields of its own, or not",
    "ATP-RSM-011",
    &[],
    &["rs.cors.no-allow-headers"],
    page_may_ask,
)];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(PREFLIGHT);
        let request = Request::new("OPTIONS", super::url(stage))
            .header("Origin", cors::ORIGIN)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", FIELD);
        stage.exchange(Action::Preflight, request).await;
        Ok(())
    })
}

fn page_may_ask(transcript: &Transcript<'_>) -> Outcome {
    judged(answer(transcript, PREFLIGHT).map(|(_, response)| {
        match cors::may_send(response, FIELD) {
            Ok(_) => Outcome::observed("allowed"),
            Err(why) => Outcome::observed(format!("blocked: {why}")),
        }
    }))
}
