//! The scheme of the authorization server that the resource metadata names.
//!
//! # What it does
//!
//! Fetches the document and looks at the scheme of the URLs in it. A server that is itself reached
//! over http, on a loopback host for development, could do no better: the cases are then skipped.
//!
//! # Why it matters
//!
//! Over plain http anyone on the way can read codes and tokens, and put another server in the
//! place of this one.
//!
//! # What a conforming peer does
//!
//! Names its authorization server by a complete https URL.
//!
//! # How to fix
//!
//! Build the document from the public https origin of the server, not from the scheme of the
//! request that came through a proxy.
//!
//! # References
//!
//! RFC 8414, section 2; OAuth 2.1, section 1.5; atproto OAuth, Authorization Servers.

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use super::{metadata, play};
use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.rs-metadata.transport",
    role: Role::Server,
    area: "rs-metadata",
    tier: Tier::Passive,
    needs: &[Need::Https],
    source: include_str!("transport.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const SERVERS: &str = "authorization_servers";

/// The first entry, of which there should be no other.
const ENTRY: &str = "/authorization_servers/0";

const CASES: &[Case] = &[row(
    "server.rs-metadata.authorization-server-not-https",
    "The authorization server is no complete https URL",
    "ATP-RSM-005",
    &[],
    &["rs.metadata.server-without-scheme"],
    |transcript| {
        let codes = [
            "rs-metadata.authorization-server-not-url",
            "rs-metadata.authorization-server-wrong-scheme",
            "rs-metadata.authorization-server-not-https",
        ];
        metadata(transcript).having(ENTRY).free_of(SERVERS, &codes, "a complete https URL")
    },
)];
