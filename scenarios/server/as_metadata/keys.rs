//! The key set that the authorization server metadata points to.
//!
//! # What it does
//!
//! Fetches the metadata and the document at its `jwks_uri`, and looks for members of private and
//! secret keys, and for `kid` and `alg`. Without `jwks_uri` there is nothing to examine.
//!
//! # Why it matters
//!
//! Whoever has the private key makes tokens and identities of this server as he likes.
//!
//! # What a conforming peer does
//!
//! Publishes public keys only, or no key set.
//!
//! # How to fix
//!
//! Export the public part alone. A key that was once published is lost: make a new one.
//!
//! # References
//!
//! RFC 8414, section 2; RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::jwk::private_members;
use atproof_protocol::record::Exchange;
use serde_json::Value;

use super::METADATA;
use crate::server::document::{fetch, judged, row, success};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.as-metadata.keys",
    role: Role::Server,
    area: "as-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("keys.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// The step that fetches the keys.
const KEYS: &str = "key set";

const CASES: &[Case] = &[
    row(
        "server.as-metadata.jwks-private-key",
        "The published key set holds a private key",
        "RFC8414-2-06",
        &[],
        &["as.metadata.jwks-private"],
        public,
    ),
    row(
        "server.as-metadata.jwks-unnamed",
        "Whether the published keys have names and algorithms",
        "RFC8414-2-06",
        &[],
        &["as.jose.jwks-no-kid"],
        named,
    ),
];

/// The keys of the set, and the exchange that brought them.
fn keys<'a>(transcript: &Transcript<'a>) -> Result<(&'a Exchange, Vec<Value>), Outcome> {
    let (exchange, response) = success(transcript, KEYS)?;
    let set = response.json();
    let keys = set.as_ref().and_then(|set| set.get("keys")?.as_array());
    let none = || Outcome::unclear("the document at `jwks_uri` is no key set", "serve one there");
    Ok((exchange, keys.ok_or_else(none)?.clone()))
}

/// No clause asks for `kid` and `alg` here. Without them a key can hardly be exchanged for another.
fn named(transcript: &Transcript<'_>) -> Outcome {
    judged(keys(transcript).map(|(_, keys)| {
        let lacks = |name: &str| keys.iter().any(|key| key.get(name).is_none());
        Outcome::observed(match (lacks("kid"), lacks("alg")) {
            _ if keys.is_empty() => "there are no keys",
            (false, false) => "each key has kid and alg",
            (true, false) => "a key has no kid",
            (false, true) => "a key has no alg",
            (true, true) => "a key lacks kid, or alg, or both",
        })
    }))
}

fn public(transcript: &Transcript<'_>) -> Outcome {
    judged(keys(transcript).map(|(exchange, keys)| {
        let private: Vec<String> = keys
            .iter()
            .enumerate()
            .flat_map(|(index, key)| {
                private_members(key)
                    .into_iter()
                    .map(move |defect| format!("key {index} {}", defect.at))
            })
            .collect();
        match private.as_slice() {
            [] => Outcome::kept(format!("{} keys, none private", keys.len())),
            private => Outcome::violated("public keys only", private.join(", "), exchange),
        }
    }))
}

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = super::url(stage)?;
        let reply = fetch(stage, METADATA, &url).await;
        let metadata = reply.answer.ok().and_then(|response| response.json());
        let keys = metadata.as_ref().and_then(|document| document.get("jwks_uri"));
        let keys = keys.and_then(Value::as_str).filter(|url| url.contains("://"));
        let keys = keys.ok_or(Halt::Needs("a jwks_uri in the server's metadata"))?;
        fetch(stage, KEYS, keys).await;
        Ok(())
    })
}
