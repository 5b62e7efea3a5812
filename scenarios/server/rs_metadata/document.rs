//! The answer that carries the resource metadata of the PDS, and the form of the document.
//!
//! # What it does
//!
//! Fetches `/.well-known/oauth-protected-resource` from the PDS, once as a native client and once
//! as a page of another origin, and looks at status, media type, CORS and the form of the members.
//! Redirects are not followed.
//!
//! # Why it matters
//!
//! This document is how a client gets from an account to its authorization server. Without it there
//! is no login; taken from a redirect it would name whatever server the redirect leads to.
//!
//! # What a conforming peer does
//!
//! Answers 200 with a JSON object labelled `application/json`, with booleans as booleans and
//! without members that have no values.
//!
//! # How to fix
//!
//! Serve the document on the PDS itself. Leave out `scopes_supported` and other lists where there
//! is nothing to list.
//!
//! # References
//!
//! RFC 9728, sections 2, 3 and 3.2; atproto OAuth, Authorization Servers; Fetch, section 3.3.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;

use super::{METADATA, metadata};
use crate::server::cors;
use crate::server::document::{
    answer, fetch, fetch_from, judged, labelled_json, not_redirected, row, status_200, success,
};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.rs-metadata.document",
    role: Role::Server,
    area: "rs-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("document.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// The step that fetches the document as a page of another origin.
const FROM_A_PAGE: &str = "resource metadata, from a page of another origin";

const CASES: &[Case] = &[
    row(
        "server.rs-metadata.missing",
        "The PDS publishes no resource metadata",
        "ATP-RSM-001",
        &["RFC9728-3-01"],
        &["rs.metadata.missing"],
        published,
    ),
    row(
        "server.rs-metadata.redirected",
        "The metadata is answered with a redirect",
        "ATP-RSM-002",
        &["RFC9728-3.2-01"],
        &["rs.metadata.redirect"],
        |transcript| not_redirected(transcript, METADATA),
    ),
    row(
        "server.rs-metadata.status-not-200",
        "The metadata is answered with another status of success than 200",
        "ATP-RSM-002",
        &["RFC9728-3.2-01"],
        &["rs.metadata.status-203"],
        |transcript| status_200(transcript, METADATA),
    ),
    row(
        "server.rs-metadata.content-type-wrong",
        "The metadata is no JSON object labelled application/json",
        "ATP-RSM-003",
        &["RFC9728-3.2-01"],
        &["rs.metadata.content-type-text"],
        |transcript| labelled_json(transcript, METADATA),
    ),
    row(
        "server.rs-metadata.empty-array-member",
        "A member is an empty array",
        "RFC9728-3.2-03",
        &[],
        &["rs.metadata.empty-array"],
        |transcript| {
            let expected = "members without values are left out";
            metadata(transcript).free_of("", &["rs-metadata.empty-array"], expected)
        },
    ),
    row(
        "server.rs-metadata.boolean-as-string",
        "A flag is no boolean",
        "RFC9728-2-04",
        &[],
        &["rs.metadata.boolean-as-string"],
        |transcript| {
            let expected = "flags are true or false";
            metadata(transcript).free_of("", &["rs-metadata.not-boolean"], expected)
        },
    ),
    row(
        "server.rs-metadata.signing-alg-none",
        "The algorithm none is listed for signed answers",
        "RFC9728-2-03",
        &[],
        &["rs.metadata.signing-alg-none"],
        |transcript| {
            let codes = ["rs-metadata.signing-alg-none"];
            let member = "resource_signing_alg_values_supported";
            metadata(transcript).free_of(member, &codes, "`none` is not listed")
        },
    ),
    row(
        "server.rs-metadata.cross-origin-read",
        "A page of another origin may read the metadata, or not",
        "ATP-RSM-011",
        &[],
        &["rs.metadata.no-cors"],
        |transcript| {
            judged(success(transcript, FROM_A_PAGE).map(|(_, response)| {
                let allowed = cors::may_read(response).is_ok();
                Outcome::observed(if allowed { "allowed" } else { "not allowed" })
            }))
        },
    ),
];

/// There is something at the well-known path.
fn published(transcript: &Transcript<'_>) -> Outcome {
    let missing = |exchange, observed: String| {
        Outcome::violated("a document at the well-known path of the PDS", observed, exchange)
    };
    if let Some(exchange) = transcript.step(METADATA).filter(|e| e.status() == Some(501)) {
        return missing(exchange, "501".to_owned());
    }
    judged(answer(transcript, METADATA).map(|(exchange, response)| match response.status {
        404 | 410 => missing(exchange, response.status.to_string()),
        status @ 200..300 if response.body.is_empty() => {
            missing(exchange, format!("{status} without a body"))
        }
        status @ 200..400 => Outcome::kept(format!("answered with {status}")),
        status => Outcome::unclear(format!("answered with {status}"), "let everyone read it"),
    }))
}

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = super::url(stage);
        fetch(stage, METADATA, &url).await;
        fetch_from(stage, FROM_A_PAGE, &url, cors::ORIGIN).await;
        Ok(())
    })
}
