//! The resource metadata over plain http.
//!
//! # What it does
//!
//! Fetches the resource metadata from the host of the PDS over http, on the default port. Redirects
//! are not followed.
//!
//! # Why it matters
//!
//! This document says who may sign users in. Over http, whoever is on the way can name a server of
//! their own, and a client that was given an http URL once would never know.
//!
//! # What a conforming peer does
//!
//! Serves nothing over http but a redirect to https. What is answered there is not said in detail,
//! so this is recorded.
//!
//! # How to fix
//!
//! Redirect all of http to https at the edge, or do not listen there.
//!
//! # References
//!
//! atproto OAuth, Authorization Servers; RFC 9728, section 3.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::{Halt, Stage};

use crate::server::document::{fetch, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.rs-metadata.plain-http",
    role: Role::Server,
    area: "rs-metadata",
    tier: Tier::Passive,
    needs: &[Need::Https],
    source: include_str!("plain_http.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const IN_CLEAR: &str = "resource metadata over http";

const CASES: &[Case] = &[row(
    "server.rs-metadata.served-over-http",
    "The metadata are served over http",
    "ATP-RSM-010",
    &[],
    &["rs.metadata.plain-http"],
    not_in_clear,
)];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = super::url(stage);
        let rest = url.strip_prefix("https://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        if host.is_empty() || host.rsplit(']').next().is_some_and(|end| end.contains(':')) {
            return Err(Halt::Needs("a PDS on the default port"));
        }
        fetch(stage, IN_CLEAR, &format!("http://{rest}")).await;
        Ok(())
    })
}

fn not_in_clear(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.step(IN_CLEAR) else {
        return Outcome::unclear("nothing was fetched", "run it again");
    };
    match exchange.status() {
        None => Outcome::kept("nobody answers over http"),
        Some(status @ 200..300) => Outcome::violated(
            "no document over http",
            format!("a document with status {status}"),
            exchange,
        ),
        Some(status) => Outcome::kept(format!("answered with {status}")),
    }
}
