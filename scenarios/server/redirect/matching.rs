//! Redirect URIs that are almost the declared one.
//!
//! # What it does
//!
//! Brings an ordinary login to its code, then asks for another redirect URI than the client
//! declares: another host, path, scheme or spelling, one difference each. Where the server takes
//! the request in, goes on through sign-in and consent to see where the browser is sent.
//!
//! # Why it matters
//!
//! The code goes to the redirect URI. Each difference that the server overlooks is one more
//! address that an attacker may be able to listen on.
//!
//! # What a conforming peer does
//!
//! Compares as strings, and leaves out nothing but the port of loopback addresses. It refuses when
//! the request is pushed, or on a page that sends the browser nowhere.
//!
//! # How to fix
//!
//! Do not parse and normalise before comparing: parsers resolve dots, decode escapes and drop what
//! they take for the default. For loopback addresses, cut the port out of both strings and compare
//! the rest.
//!
//! # References
//!
//! RFC 9700, section 2.1; RFC 8252, sections 7.3 and 8.4; atproto OAuth, Localhost Client
//! Development.

use atproof_engine::consent::Decision;
use atproof_engine::judge::{is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT, REDIRECT_URI, REQUEST};
use crate::server::front_channel::refused_anywhere;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.redirect.matching",
    role: Role::Server,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("matching.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: refused_anywhere,
    cases: CASES,
};

/// A row of a redirect URI that is not the declared one.
pub(super) const fn other(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    redirect_uri: &'static str,
) -> Case {
    let edit = Edit::Parameter(Change::Set("redirect_uri", Text::Is(redirect_uri)));
    let expect = Expectation::Refused(&[REQUEST, REDIRECT_URI, CLIENT]);
    Case { id, title, clause, covers, killers, edit, expect }
}

const CASES: &[Case] = &[
    other(
        "server.redirect.unregistered-host",
        "A redirect to a host that the client does not declare",
        "ATP-REDIR-003",
        &["RFC6749-3.1.2.3-01", "ATP-LOCAL-020", "RFC9126-7.2-01"],
        &["as.redirect.no-check-at-par"],
        "https://attacker.example/callback",
    ),
    other(
        "server.redirect.other-path",
        "A redirect to another path",
        "ATP-LOCAL-011",
        &["RFC8252-8.4-02", "RFC9700-2.1-01"],
        &["as.redirect.path-unchecked"],
        "http://127.0.0.1/other",
    ),
    other(
        "server.redirect.path-extended",
        "A redirect to a path below the declared one",
        "ATP-LOCAL-011",
        &["RFC9700-2.1-01", "ATP-REDIR-013"],
        &["as.redirect.path-prefix"],
        "http://127.0.0.1/callback/evil",
    ),
    other(
        "server.redirect.trailing-slash",
        "A redirect to the declared path and a slash",
        "ATP-LOCAL-011",
        &["RFC9700-2.1-01"],
        &["as.redirect.trailing-slash-trimmed"],
        "http://127.0.0.1/callback/",
    ),
    other(
        "server.redirect.path-case",
        "A redirect to the declared path with a capital",
        "ATP-LOCAL-011",
        &["RFC9700-2.1-01"],
        &["as.redirect.path-casefold"],
        "http://127.0.0.1/Callback",
    ),
    other(
        "server.redirect.query-added",
        "A redirect with a query that is not declared",
        "RFC9700-2.1-01",
        &["RFC8252-8.4-01", "ATP-REDIR-013"],
        &["as.redirect.query-unchecked"],
        "http://127.0.0.1/callback?x=1",
    ),
    other(
        "server.redirect.fragment-added",
        "A redirect with a fragment",
        "RFC9700-2.1-01",
        &["ATP-REDIR-014"],
        &["as.redirect.fragment-stripped"],
        "http://127.0.0.1/callback#x",
    ),
    other(
        "server.redirect.dot-segments",
        "A redirect whose path leads to the declared one through dot segments",
        "RFC9700-2.1-01",
        &[],
        &["as.redirect.dot-segments-resolved"],
        "http://127.0.0.1/x/../callback",
    ),
    other(
        "server.redirect.percent-encoded-letter",
        "A redirect with a letter of the path percent-encoded",
        "RFC9700-2.1-01",
        &[],
        &["as.redirect.percent-decoded"],
        "http://127.0.0.1/%63allback",
    ),
    other(
        "server.redirect.userinfo-added",
        "A redirect with a user name before the host",
        "RFC9700-2.1-01",
        &[],
        &["as.redirect.userinfo-ignored"],
        "http://user@127.0.0.1/callback",
    ),
    other(
        "server.redirect.scheme-https",
        "A redirect to the declared loopback address over https",
        "RFC8252-8.4-01",
        &["RFC9700-2.1-01"],
        &["as.redirect.scheme-unchecked"],
        "https://127.0.0.1/callback",
    ),
    other(
        "server.redirect.localhost-name",
        "A redirect to the host name localhost instead of the declared address",
        "RFC8252-8.4-01",
        &["ATP-LOCAL-019"],
        &["as.redirect.allow-localhost-name"],
        "http://localhost/callback",
    ),
    other(
        "server.redirect.other-loopback-address",
        "A redirect to another loopback address",
        "RFC8252-8.4-01",
        &["ATP-LOCAL-020"],
        &["as.redirect.any-loopback-address"],
        "http://127.0.0.2/callback",
    ),
    Case {
        id: "server.redirect.ipv6-loopback",
        title: "A redirect to the IPv6 loopback address instead of the declared IPv4 one",
        clause: "ATP-LOCAL-021",
        covers: &[],
        killers: &["as.redirect.ipv6-as-ipv4"],
        edit: Edit::Parameter(Change::Set("redirect_uri", Text::Is("http://[::1]/callback"))),
        expect: Expectation::Holds(accepted_or_refused),
    },
    Case {
        id: "server.redirect.loopback-port-refused",
        title: "A port is added to a loopback redirect that is declared without one",
        clause: "RFC8252-7.3-01",
        covers: &["OAUTH21-8.4.2-01", "ATP-LOCAL-012"],
        killers: &["as.redirect.port-must-equal"],
        edit: Edit::Parameter(Change::Set(
            "redirect_uri",
            Text::Is("http://127.0.0.1:49152/callback"),
        )),
        expect: Expectation::Accepted,
    },
];

/// Brings a login for the edited redirect URI as far as the server lets it come.
pub(super) fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        // The login as a whole is for that URI, so that the browser knows where it ends.
        if let Edit::Parameter(Change::Set(_, text)) = edit {
            login.redirect_uri = text.apply(&login.redirect_uri);
        }
        let reply = stage.send(stage.par(&login)).await;
        let Ok(request_uri) = reply.require("the pushed request", "request_uri") else {
            return Ok(());
        };
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

fn accepted_or_refused(transcript: &Transcript<'_>) -> Outcome {
    match transcript.last(&Part::Faulted) {
        Some(exchange) if is_accepted(exchange) => Outcome::observed("accepted"),
        Some(exchange) if refusal_of(exchange).is_some_and(|(status, _)| status < 500) => {
            Outcome::observed("refused")
        }
        _ => Outcome::unclear("neither accepted nor refused", "run it again"),
    }
}
