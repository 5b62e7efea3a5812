//! A `client_id` that leads into a network which is not the internet.
//!
//! # What it does
//!
//! Pushes requests whose `client_id` leads to an address of a block that is reserved for another
//! use, and counts connections there. Nothing is sent unless the address is one that atproof listens
//! at: the embedded server is examined with all blocks, any other with the addresses of its own
//! machine or network that `--sentinel` names.
//!
//! # Why it matters
//!
//! Behind these addresses are the services that are not meant for strangers: databases, routers, the
//! metadata service of a cloud with its credentials.
//!
//! # What a conforming peer does
//!
//! Refuses, and connects to nothing.
//!
//! # How to fix
//!
//! Allow what is global unicast rather than list what is not: the list is longer than one thinks,
//! and IPv6 has ways to name IPv4 addresses.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 6.5; RFC 6890.

use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use super::sentinels::{push, row, unvisited};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.ssrf.address",
    role: Role::Server,
    area: "ssrf",
    tier: Tier::Safe,
    needs: &[Need::AddressFilter],
    source: include_str!("address.rs"),
    script: Script::Probe { play: push, logins: 0 },
    judge: unvisited,
    cases: CASES,
};

const fn block(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    client_id: &'static str,
) -> Case {
    row(id, title, "CIMD-6.5-01", &["ATP-DISC-014", "ATP-CID-014"], killers, client_id)
}

const CASES: &[Case] = &[
    block(
        "server.ssrf.private-10",
        "A client_id leads to an address in 10.0.0.0/8",
        &["as.ssrf.private-10"],
        "https://{at:private-10}{path}",
    ),
    block(
        "server.ssrf.private-172",
        "A client_id leads to an address in 172.16.0.0/12",
        &["as.ssrf.private-172"],
        "https://{at:private-172}{path}",
    ),
    block(
        "server.ssrf.private-192",
        "A client_id leads to an address in 192.168.0.0/16",
        &["as.ssrf.private-192"],
        "https://{at:private-192}{path}",
    ),
    block(
        "server.ssrf.link-local",
        "A client_id leads to an address in 169.254.0.0/16",
        &["as.ssrf.link-local"],
        "https://{at:link-local}{path}",
    ),
    block(
        "server.ssrf.shared-address",
        "A client_id leads to an address in 100.64.0.0/10",
        &["as.ssrf.shared-address"],
        "https://{at:shared}{path}",
    ),
    block(
        "server.ssrf.unique-local",
        "A client_id leads to a unique local IPv6 address",
        &["as.ssrf.unique-local"],
        "https://{at:unique-local}{path}",
    ),
    block(
        "server.ssrf.ipv6-link-local",
        "A client_id leads to a link-local IPv6 address",
        &["as.ssrf.ipv6-link-local"],
        "https://{at:link-local-6}{path}",
    ),
    block(
        "server.ssrf.translated",
        "A client_id leads to a private address that is reached by translation",
        &["as.ssrf.nat64"],
        "https://{at:translated}{path}",
    ),
];
