//! Whether the authorization server metadata can be had without TLS.
//!
//! # What it does
//!
//! Fetches the well-known path of the issuer with `http` instead of `https`, on the default port.
//!
//! # Why it matters
//!
//! Whoever sits on the way can change what comes over plain `http`, and a client that is led there
//! once would send its logins to somebody else.
//!
//! # What a conforming peer does
//!
//! Does not answer over `http`, or redirects to `https`, or refuses.
//!
//! # How to fix
//!
//! Let nothing but a redirect answer on port 80.
//!
//! # References
//!
//! RFC 8414, sections 3 and 6.1; atproto OAuth, Authorization Servers.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;

use super::url;
use crate::server::document::{fetch, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.insecure",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Passive,
    needs: &[Need::Https],
    source: include_str!("insecure.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const OVER_HTTP: &str = "metadata over http";

const CASES: &[Case] = &[row(
    "server.as-metadata.served-over-http",
    "The document is served over plain http",
    "ATP-ASM-029",
    &[],
    &["as.metadata.over-http"],
    not_served,
)];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = url(stage)?;
        let (_, rest) = url.split_once("://").unwrap_or_default();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        };
        fetch(stage, OVER_HTTP, &format!("http://{host}/{path}")).await;
        Ok(())
    })
}

fn not_served(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.step(OVER_HTTP) else {
        return Outcome::unclear("nothing was fetched over http", "run it again");
    };
    let Some(response) = exchange.response() else {
        return Outcome::kept(format!("nothing answers over http: {}", describe(exchange)));
    };
    let usable = response.json().is_some_and(|body| body.get("token_endpoint").is_some());
    match response.status {
        429 | 500.. => {
            Outcome::unclear(format!("answered with {} over http", response.status), "run it again")
        }
        200..300 if usable => Outcome::violated(
            "no document over http",
            format!("the document, with {}", response.status),
            exchange,
        ),
        status => Outcome::kept(format!("answered with {status} and no document")),
    }
}
