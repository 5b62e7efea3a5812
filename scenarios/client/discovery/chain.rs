//! The way from an account to its authorization server, as an honest login shows it.
//!
//! # What it does
//!
//! Lets a client log in to a correct network, and looks at what it asks for, where, and in which
//! order.
//!
//! # Why it matters
//!
//! Every link of the chain is what the next one rests on. A client that skips one believes somebody
//! whom it did not ask.
//!
//! # What a conforming peer does
//!
//! Asks for the DID document, the resource metadata of the PDS and the metadata of the
//! authorization server, at their well-known URLs, before it pushes anything, and pushes to the
//! server that they lead to.
//!
//! # How to fix
//!
//! Build the URLs from the origins that the documents name, and make each step take what the last
//! one found.
//!
//! # References
//!
//! atproto OAuth profile, section "Summary of Authorization Flow"; RFC 8414, section 3.1; RFC 9728,
//! section 3.1.

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::route::{
    asks_for_resource_metadata, asks_for_server_metadata, keeps_servers_apart,
};
use crate::client::rows::{LOGIN, covering, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.chain",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("chain.rs"),
    script: Script::Watch { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds(
            "client.discovery.server-metadata-elsewhere",
            "Server metadata is asked for at another URL",
            "RFC8414-3.1-01",
            &["client.as-metadata.other-path"],
            asks_for_server_metadata,
        ),
        holds(
            "client.discovery.resource-metadata-elsewhere",
            "Resource metadata is asked for at another URL",
            "RFC9728-3.1-01",
            &["client.rs-metadata.other-path"],
            asks_for_resource_metadata,
        ),
        covering(
            holds(
                "client.discovery.requests-at-the-wrong-server",
                "What is for the authorization server goes to the PDS, or the other way round",
                "ATP-DISC-018",
                &["client.rs.use-issuer-as-pds"],
                keeps_servers_apart,
            ),
            &["ATP-RES-001"],
        ),
    ],
};
