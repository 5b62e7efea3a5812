//! Redirect URIs that one reader takes for the declared one and another reader for something else.
//!
//! # What it does
//!
//! Asks for redirect URIs that become the declared one, or seem to, once a URL library has cleaned
//! them up: other notations of the address, text before or after the host, white space, empty
//! parts, escapes. Where the server takes one in, goes on through sign-in and consent.
//!
//! # Why it matters
//!
//! The server compares with one reader and the browser follows with another. Where the two
//! disagree on the host, the code goes to somebody else.
//!
//! # What a conforming peer does
//!
//! Compares strings, so that none of these is the declared one. It refuses when the request is
//! pushed, or on a page that sends the browser nowhere.
//!
//! # How to fix
//!
//! Compare the parameter as it was received. Where a URL library has to be asked for the port of a
//! loopback address, refuse every string that the library does not give back unchanged.
//!
//! # References
//!
//! RFC 9700, sections 2.1 and 4.1.3; RFC 8252, section 8.4; RFC 3986, section 6.2.1.

use atproof_engine::model::{Case, Family, Need, Role, Script, Tier};

use super::matching::{other, play};
use crate::server::front_channel::refused_anywhere;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.redirect.confusion",
    role: Role::Server,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("confusion.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: refused_anywhere,
    cases: CASES,
};

/// A row of the rule that redirect URIs are compared as strings.
const fn row(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    redirect_uri: &'static str,
) -> Case {
    other(id, title, "RFC9700-2.1-01", &["RFC8252-8.4-01"], killers, redirect_uri)
}

const CASES: &[Case] = &[
    row(
        "server.redirect.host-suffixed",
        "A redirect to a host whose name begins with the declared address",
        &["as.redirect.host-prefix"],
        "http://127.0.0.1.attacker.example/callback",
    ),
    row(
        "server.redirect.host-in-userinfo",
        "A redirect to another host with the declared address as its user name",
        &["as.redirect.host-before-at"],
        "http://127.0.0.1@attacker.example/callback",
    ),
    row(
        "server.redirect.backslash-in-authority",
        "A redirect with a backslash after the declared host and another host behind it",
        &["as.redirect.cut-at-backslash"],
        "http://127.0.0.1\\@attacker.example/callback",
    ),
    row(
        "server.redirect.host-trailing-dot",
        "A redirect to the declared address with a dot at its end",
        &["as.redirect.host-dot-trimmed"],
        "http://127.0.0.1./callback",
    ),
    row(
        "server.redirect.host-as-number",
        "A redirect to the declared address written as one number",
        &["as.redirect.number-as-address"],
        "http://2130706433/callback",
    ),
    row(
        "server.redirect.host-mapped-address",
        "A redirect to the declared address inside an IPv6 address",
        &["as.redirect.mapped-address"],
        "http://[::ffff:127.0.0.1]/callback",
    ),
    row(
        "server.redirect.host-unspecified-address",
        "A redirect to the address 0.0.0.0 instead of the declared one",
        &["as.redirect.unspecified-address"],
        "http://0.0.0.0/callback",
    ),
    row(
        "server.redirect.scheme-upper-case",
        "A redirect with the declared scheme in capitals",
        &["as.redirect.scheme-casefold"],
        "HTTP://127.0.0.1/callback",
    ),
    row(
        "server.redirect.port-out-of-range",
        "A redirect with a port that cannot exist",
        &["as.redirect.any-port-text"],
        "http://127.0.0.1:65536/callback",
    ),
    row(
        "server.redirect.encoded-dot-segments",
        "A redirect whose path leads to the declared one through percent-encoded dot segments",
        &["as.redirect.encoded-dot-segments"],
        "http://127.0.0.1/x/%2e%2e/callback",
    ),
    row(
        "server.redirect.slash-doubled",
        "A redirect with two slashes before the declared path",
        &["as.redirect.slashes-collapsed"],
        "http://127.0.0.1//callback",
    ),
    row(
        "server.redirect.path-parameter-added",
        "A redirect with a parameter after a semicolon in the path",
        &["as.redirect.path-parameters-cut"],
        "http://127.0.0.1/callback;x=1",
    ),
    row(
        "server.redirect.empty-query-added",
        "A redirect with an empty query",
        &["as.redirect.empty-query-dropped"],
        "http://127.0.0.1/callback?",
    ),
    other(
        "server.redirect.empty-fragment-added",
        "A redirect with an empty fragment",
        "RFC9700-2.1-01",
        &["ATP-REDIR-014"],
        &["as.redirect.empty-fragment-dropped"],
        "http://127.0.0.1/callback#",
    ),
    row(
        "server.redirect.tab-inside",
        "A redirect with a tab in its path",
        &["as.redirect.tabs-stripped"],
        "http://127.0.0.1/call\tback",
    ),
    row(
        "server.redirect.space-before",
        "A redirect with a space before it",
        &["as.redirect.spaces-trimmed"],
        " http://127.0.0.1/callback",
    ),
    row(
        "server.redirect.line-break-inside",
        "A redirect with a line break and a header field after it",
        &["as.redirect.cut-at-line-break"],
        "http://127.0.0.1/callback\r\nX-Atproof: 1",
    ),
    row(
        "server.redirect.nul-inside",
        "A redirect with a NUL and more after it",
        &["as.redirect.cut-at-nul"],
        "http://127.0.0.1/callback\0.attacker.example",
    ),
    row(
        "server.redirect.relative-reference",
        "A redirect that is a path without scheme and host",
        &["as.redirect.relative-resolved"],
        "/callback",
    ),
];
