//! The authorization server that the resource metadata of the PDS names.
//!
//! # What it does
//!
//! Fetches the resource metadata, looks at its `authorization_servers`, and fetches the metadata of
//! the server named there.
//!
//! # Why it matters
//!
//! The PDS says with this entry whom it trusts to issue tokens for its accounts. A client takes the
//! entry as the issuer, compares it as a string and must not have to choose between two.
//!
//! # What a conforming peer does
//!
//! Lists exactly one https origin, without default port, path, query, fragment and user
//! information, and the metadata of that server has the same string as its `issuer`.
//!
//! # How to fix
//!
//! Copy the `issuer` of the authorization server into the array, as it is.
//!
//! # References
//!
//! RFC 9728, section 2; RFC 8414, section 3.3; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::identifier::Origin;
use serde_json::Value;

use super::{METADATA, metadata};
use crate::server::document::{answer, fetch, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.rs-metadata.authorization-servers",
    role: Role::Server,
    area: "rs-metadata",
    tier: Tier::Passive,
    needs: &[],
    source: include_str!("authorization_servers.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const SERVERS: &str = "authorization_servers";

/// The first entry, of which there should be no other.
const ENTRY: &str = "/authorization_servers/0";

/// The step that fetches the metadata of the server named.
const NAMED: &str = "metadata of the server named";

const CASES: &[Case] = &[
    row(
        "server.rs-metadata.two-authorization-servers",
        "Not exactly one authorization server is named",
        "ATP-RSM-004",
        &[],
        &["rs.metadata.two-servers"],
        |transcript| {
            let codes = [
                "rs-metadata.authorization-servers-not-one",
                "rs-metadata.authorization-servers-missing",
            ];
            metadata(transcript).free_of(SERVERS, &codes, "an array of exactly one server")
        },
    ),
    row(
        "server.rs-metadata.authorization-servers-string",
        "The authorization servers are no array of strings",
        "RFC9728-2-02",
        &["ATP-RSM-004"],
        &["rs.metadata.servers-string"],
        |transcript| metadata(transcript).strings(SERVERS),
    ),
    row(
        "server.rs-metadata.authorization-server-with-path",
        "The authorization server has a path, a query, a fragment or user information",
        "ATP-RSM-006",
        &[],
        &["rs.metadata.server-with-path"],
        |transcript| {
            // A lone trailing slash is left alone: it is what URL parsers write.
            let codes = [
                "rs-metadata.authorization-server-userinfo",
                "rs-metadata.authorization-server-path",
                "rs-metadata.authorization-server-query",
                "rs-metadata.authorization-server-fragment",
            ];
            metadata(transcript).having(ENTRY).free_of(SERVERS, &codes, "an origin and no more")
        },
    ),
    row(
        "server.rs-metadata.authorization-server-default-port",
        "The authorization server spells out the default port",
        "ATP-RSM-007",
        &[],
        &["rs.metadata.server-default-port"],
        |transcript| {
            let codes = ["rs-metadata.authorization-server-default-port"];
            metadata(transcript).having(ENTRY).free_of(SERVERS, &codes, "no default port")
        },
    ),
    row(
        "server.rs-metadata.authorization-server-not-an-issuer",
        "The authorization server named is not the issuer of its metadata",
        "ATP-RSM-009",
        &["RFC8414-3.3-02"],
        &["rs.metadata.names-wrong-server", "rs.metadata.server-with-path"],
        named_server_is_issuer,
    ),
];

/// The entry leads to metadata whose issuer is the entry.
fn named_server_is_issuer(transcript: &Transcript<'_>) -> Outcome {
    metadata(transcript).having(ENTRY).judge(|found| {
        let entry = found.value.pointer(ENTRY).and_then(Value::as_str).unwrap_or_default();
        if transcript.step(NAMED).is_none() {
            return Outcome::violated(
                "the issuer of an authorization server",
                format!("\"{entry}\", which is no http or https URL"),
                found.exchange,
            );
        }
        let (exchange, response) = match answer(transcript, NAMED) {
            Ok(answered) => answered,
            Err(unclear) => return unclear,
        };
        let issuer = response.member("issuer").filter(|_| response.status == 200);
        if issuer.as_ref().is_some_and(|issuer| issuer == entry) {
            return Outcome::kept(format!("metadata of \"{entry}\", with that issuer"));
        }
        let observed = match (response.status, issuer) {
            (200, Some(issuer)) => format!("metadata with the issuer {issuer}"),
            (200, None) => "a document without issuer".to_owned(),
            (status, _) => format!("{status}"),
        };
        Outcome::violated(format!("metadata with the issuer \"{entry}\""), observed, exchange)
    })
}

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = super::url(stage);
        let reply = fetch(stage, METADATA, &url).await;
        let document = reply.answer.ok().and_then(|response| response.json());
        let entry = document.as_ref().and_then(|document| document.pointer(ENTRY)?.as_str());
        if let Some(server) = entry.and_then(Origin::of) {
            fetch(stage, NAMED, &format!("{server}/.well-known/oauth-authorization-server")).await;
        }
        Ok(())
    })
}
