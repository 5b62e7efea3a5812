//! A `client_id` whose name leads into a network that is not the internet.
//!
//! # What it does
//!
//! Pushes requests whose `client_id` has an ordinary name, which the name server answers with a
//! private address; with a public address and a private one; with a public one first and a private
//! one when it is asked again. Counts connections to the private address. A server on the network is
//! examined with names that `--sentinel` tells.
//!
//! # Why it matters
//!
//! Whoever owns a domain decides what its name server says, and may say something else each second.
//! A check of the URL sees only the name; a check of the first answer sees only that.
//!
//! # What a conforming peer does
//!
//! Looks the name up once, checks every address, and connects to one that it has checked.
//!
//! # How to fix
//!
//! Check inside the connector of the HTTP client, on the address of the socket, after the name was
//! looked up and before anything is sent.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 6.5; atproto OAuth, Client ID Metadata Document.

use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use super::sentinels::{push, row, unvisited};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.ssrf.name",
    role: Role::Server,
    area: "ssrf",
    tier: Tier::Safe,
    needs: &[Need::AddressFilter],
    source: include_str!("name.rs"),
    script: Script::Probe { play: push, logins: 0 },
    judge: unvisited,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.ssrf.name-to-private",
        "A client_id has a name that leads to a private address",
        "CIMD-6.5-01",
        &["ATP-DISC-014"],
        &["as.ssrf.check-hostname-only"],
        "https://{at:name}{path}",
    ),
    row(
        "server.ssrf.name-to-both",
        "A client_id has a name that leads to a public address and to a private one",
        "CIMD-6.5-01",
        &["ATP-DISC-014"],
        &["as.ssrf.first-address-only"],
        "https://{at:name-of-two}{path}",
    ),
    row(
        "server.ssrf.rebinding",
        "A client_id has a name that leads to a private address when it is asked for again",
        "CIMD-6.5-03",
        &["ATP-DISC-014"],
        &["as.ssrf.rebinding"],
        "https://{at:name-that-turns}{path}",
    ),
];
