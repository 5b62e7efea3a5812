//! A `client_id` that leads to the server's own machine.
//!
//! # What it does
//!
//! Listens at a port of loopback, connects there to prove that it hears, and pushes requests whose
//! `client_id` leads to that port: as an address, in each spelling that a URL parser or a resolver
//! takes for that address, and by the name localhost. Counts connections; what the server says is
//! looked at only after that.
//!
//! # Why it matters
//!
//! Anyone may push a request with any `client_id`. A server that goes to its own machine for it
//! knocks at the doors of services that trust whoever is inside, in the name of a stranger.
//!
//! # What a conforming peer does
//!
//! Refuses, and connects to nothing. Measured is the machine that atproof runs on: a server in a
//! container of its own has another loopback, and nothing is proved about it.
//!
//! # How to fix
//!
//! Refuse hosts that are addresses by their text. Besides, look at the address that is about to be
//! dialled, in the connector of the HTTP client, and not at the URL: it is the one place that no
//! spelling gets around.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 6.5; atproto OAuth, Client ID Metadata Document.

use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use super::sentinels::{push, row, unvisited};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.ssrf.loopback",
    role: Role::Server,
    area: "ssrf",
    tier: Tier::Safe,
    needs: &[Need::AddressFilter],
    source: include_str!("loopback.rs"),
    script: Script::Probe { play: push, logins: 0 },
    judge: unvisited,
    cases: CASES,
};

const CLAUSE: &str = "CIMD-6.5-01";
const COVERS: &[&str] = &["ATP-DISC-014", "ATP-CID-014"];

const fn spelled(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    client_id: &'static str,
) -> Case {
    row(id, title, CLAUSE, COVERS, killers, client_id)
}

const CASES: &[Case] = &[
    spelled(
        "server.ssrf.loopback-address",
        "A client_id leads to 127.0.0.1",
        &["as.ssrf.address-in-client-id"],
        "https://127.0.0.1{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-decimal",
        "A client_id leads to the loopback address as one decimal number",
        &["as.ssrf.inet-aton-decimal"],
        "https://2130706433{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-hex",
        "A client_id leads to the loopback address as one hexadecimal number",
        &["as.ssrf.inet-aton-hex"],
        "https://0x7f000001{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-octal",
        "A client_id leads to the loopback address with an octal number",
        &["as.ssrf.inet-aton-octal"],
        "https://0177.0.0.1{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-short",
        "A client_id leads to the loopback address with two numbers",
        &["as.ssrf.inet-aton-short"],
        "https://127.1{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-full-stop",
        "A client_id leads to the loopback address with a full stop after it",
        &["as.ssrf.full-stop"],
        "https://127.0.0.1.{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-wide-digits",
        "A client_id leads to the loopback address in full-width digits",
        &["as.ssrf.wide-digits"],
        "https://１２７.0.0.1{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-encoded",
        "A client_id leads to the loopback address in percent-encoded digits",
        &["as.ssrf.encoded-host"],
        "https://%31%32%37.0.0.1{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-userinfo",
        "A client_id leads to the loopback address behind a name as user information",
        &["as.ssrf.userinfo"],
        "https://client.example@127.0.0.1{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-backslash",
        "A client_id leads to the loopback address before a backslash and a name",
        &["as.ssrf.backslash"],
        "https://127.0.0.1{port}\\@client.example{path}",
    ),
    spelled(
        "server.ssrf.loopback-ipv6",
        "A client_id leads to the IPv6 loopback address",
        &["as.ssrf.ipv6-loopback"],
        "https://[::1]{port}{path}",
    ),
    spelled(
        "server.ssrf.loopback-ipv4-mapped",
        "A client_id leads to the loopback address inside an IPv6 one",
        &["as.ssrf.ipv4-mapped"],
        "https://[::ffff:127.0.0.1]{port}{path}",
    ),
    spelled(
        "server.ssrf.unspecified",
        "A client_id leads to 0.0.0.0",
        &["as.ssrf.unspecified"],
        "https://0.0.0.0{port}{path}",
    ),
    spelled(
        "server.ssrf.unspecified-ipv6",
        "A client_id leads to the unspecified IPv6 address",
        &["as.ssrf.ipv6-unspecified"],
        "https://[::]{port}{path}",
    ),
    spelled(
        "server.ssrf.localhost-name",
        "A client_id with the scheme https leads to localhost",
        &["as.ssrf.special-name"],
        "https://localhost{port}{path}",
    ),
];
