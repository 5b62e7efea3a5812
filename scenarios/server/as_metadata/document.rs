//! The answer that carries the authorization server metadata, and the form of the document.
//!
//! # What it does
//!
//! Fetches `/.well-known/oauth-authorization-server` from the origin of the issuer, once as a
//! native client and once as a page of another origin, and looks at status, media type, CORS and
//! the JSON types of the members. Redirects are not followed.
//!
//! # Why it matters
//!
//! Everything that a client does follows from this document. A client that would take it from a
//! redirect could be led to another server, one that runs in a browser needs leave to read it, and
//! a member of an unexpected type stops a strict client before its first request.
//!
//! # What a conforming peer does
//!
//! Answers 200 with a JSON object labelled `application/json`, readable from every origin. Members
//! have the types of their definitions, and members without values are left out.
//!
//! # How to fix
//!
//! Serve the document at its place instead of redirecting to it, with
//! `Access-Control-Allow-Origin: *`. Leave out what you do not support; an empty array is no way of
//! saying so.
//!
//! # References
//!
//! RFC 8414, sections 2 and 3.2; atproto OAuth, Authorization Servers; Fetch, section 3.3.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;

use super::{METADATA, metadata};
use crate::server::cors;
use crate::server::document::{
    fetch, fetch_from, judged, labelled_json, not_redirected, row, status_200, success,
};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.document",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("document.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// The step that fetches the document as a page of another origin.
const FROM_A_PAGE: &str = "authorization server metadata, from a page of another origin";

const CASES: &[Case] = &[
    row(
        "server.as-metadata.redirected",
        "The metadata is answered with a redirect",
        "ATP-ASM-002",
        &["RFC8414-3.2-01"],
        &["as.metadata.redirect"],
        |transcript| not_redirected(transcript, METADATA),
    ),
    row(
        "server.as-metadata.status-not-200",
        "The metadata is answered with another status of success than 200",
        "ATP-ASM-002",
        &["RFC8414-3.2-01"],
        &["as.metadata.status-203"],
        |transcript| status_200(transcript, METADATA),
    ),
    row(
        "server.as-metadata.content-type-wrong",
        "The metadata is no JSON object labelled application/json",
        "ATP-ASM-003",
        &["RFC8414-3.2-01"],
        &["as.metadata.content-type-text"],
        |transcript| labelled_json(transcript, METADATA),
    ),
    row(
        "server.as-metadata.member-type-wrong",
        "A member has another JSON type than its definition gives it",
        "ATP-ASM-030",
        &["RFC8414-2-07"],
        &["as.metadata.member-type-wrong"],
        |transcript| {
            let expected = "every registered member has its registered type";
            metadata(transcript).free_of("", &["as-metadata.wrong-type"], expected)
        },
    ),
    row(
        "server.as-metadata.empty-array-member",
        "A member is an empty array",
        "RFC8414-3.2-02",
        &[],
        &["as.metadata.empty-array"],
        |transcript| {
            let expected = "members without values are left out";
            metadata(transcript).free_of("", &["as-metadata.empty-array"], expected)
        },
    ),
    row(
        "server.as-metadata.cross-origin-read-blocked",
        "A page of another origin may not read the metadata",
        "ATP-ASM-026",
        &[],
        &["as.metadata.no-cors"],
        |transcript| {
            judged(success(transcript, FROM_A_PAGE).map(
                |(exchange, response)| match cors::may_read(response) {
                    Ok(observed) => Outcome::kept(observed),
                    Err(observed) => {
                        let expected = "an Access-Control-Allow-Origin of * or of the page";
                        Outcome::violated(expected, observed, exchange)
                    }
                },
            ))
        },
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = super::url(stage)?;
        fetch(stage, METADATA, &url).await;
        fetch_from(stage, FROM_A_PAGE, &url, cors::ORIGIN).await;
        Ok(())
    })
}
