//! Members of the resource metadata that clients may go by.
//!
//! # What it does
//!
//! Fetches the resource metadata and looks at the scopes, the key set, the ways to send a token and
//! the place of the authorization server.
//!
//! # Why it matters
//!
//! A client that asks for a scope the resource does not know gets a consent page that promises too
//! much, and a key set over http is one that anyone on the way can replace.
//!
//! # What a conforming peer does
//!
//! Publishes `scopes_supported`, gives `jwks_uri` as https where it is there at all, and lists
//! `header` where it lists ways to send a token.
//!
//! # How to fix
//!
//! List the scopes, beginning with `atproto`. Leave out what is not used.
//!
//! # References
//!
//! RFC 9728, section 2; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Role, Script, Tier, Transcript};
use atproof_protocol::identifier::Origin;
use serde_json::Value;

use super::{metadata, play};
use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.rs-metadata.members",
    role: Role::Server,
    area: "rs-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("members.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.rs-metadata.scopes-missing",
        "The metadata list no scopes",
        "RFC9728-2-06",
        &[],
        &["rs.metadata.no-scopes"],
        |transcript| {
            metadata(transcript).judge(|found| match found.value.get("scopes_supported") {
                Some(_) => Outcome::kept(found.quote("scopes_supported")),
                None => Outcome::violated("`scopes_supported`", "none", found.exchange),
            })
        },
    ),
    row(
        "server.rs-metadata.jwks-uri-not-https",
        "The key set of the resource is no https URL",
        "RFC9728-2-05",
        &[],
        &["rs.metadata.jwks-uri-http"],
        |transcript| {
            // http on a loopback host, as in development, has a code of its own.
            let codes = ["rs-metadata.jwks-uri-not-url", "rs-metadata.jwks-uri-wrong-scheme"];
            metadata(transcript).free_of("jwks_uri", &codes, "an https URL")
        },
    ),
    row(
        "server.rs-metadata.bearer-methods",
        "Whether the ways to send a token that are listed hold the one that works",
        "RFC9728-2-07",
        &[],
        &["rs.metadata.bearer-methods-body"],
        |transcript| {
            let member = "bearer_methods_supported";
            metadata(transcript).judge(|found| {
                let listed = found.value.get(member).and_then(Value::as_array);
                Outcome::observed(match listed {
                    None => "nothing is listed",
                    Some(listed) if listed.iter().any(|way| way == "header") => {
                        "`header` is listed"
                    }
                    Some(_) => "`header` is not listed",
                })
            })
        },
    ),
    row(
        "server.rs-metadata.authorization-server-place",
        "Whether the authorization server shares the origin of the PDS",
        "ATP-RSM-012",
        &[],
        &["rs.metadata.names-itself"],
        place,
    ),
];

fn place(transcript: &Transcript<'_>) -> Outcome {
    let resource = Origin::of(&transcript.target.resource);
    metadata(transcript).having("/authorization_servers/0").judge(|found| {
        let entry = found.value.pointer("/authorization_servers/0").and_then(Value::as_str);
        let is_own = entry.and_then(Origin::of) == resource;
        Outcome::observed(if is_own { "the same origin" } else { "another origin" })
    })
}
