//! Redirect URIs that a web client declares in its document.
//!
//! # What it does
//!
//! Publishes a correct web client and pushes a request of it; then another one that declares, and
//! asks for, a redirect URI of another kind. Then a correct one again.
//!
//! # Why it matters
//!
//! The code goes to that URI. Over plain http anyone on the way reads it; on the user's own machine
//! any program may listen; a scheme of its own any app may claim. None of them is a web site.
//!
//! # What a conforming peer does
//!
//! Takes `https` redirect URIs, with a port where it is not the default one, and nothing else.
//!
//! # How to fix
//!
//! Check each declared redirect URI against `application_type` when the document is read, on the
//! text as it is written: URL parsers drop a default port.
//!
//! # References
//!
//! atproto OAuth, Authorization Requests; RFC 9700, section 2.6; RFC 8252, section 8.3; RFC 6749,
//! section 3.1.2.

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};

use super::documents::{legal, open, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.redirect.web-client",
    role: Role::Server,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("web_client.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    refused(
        "server.redirect.web-http",
        "A web client declares a redirect URI with the scheme http",
        ("ATP-REDIR-004", &["RFC9700-2.6-01", "RFC8252-8.3-01"]),
        &["as.redirect.http"],
        "http://{host}/callback",
    ),
    legal(
        "server.redirect.web-port-refused",
        "A web client declares a redirect URI with a port",
        ("ATP-REDIR-005", &[]),
        &["as.redirect.port-refused"],
        "https://{host}:8443/callback",
    ),
    refused(
        "server.redirect.web-default-port",
        "A web client declares a redirect URI that spells out the default port",
        ("ATP-REDIR-005", &[]),
        &["as.redirect.default-port"],
        "https://{host}:443/callback",
    ),
    refused(
        "server.redirect.web-private-use",
        "A web client declares a redirect URI of a scheme of its own",
        ("ATP-REDIR-006", &[]),
        &["as.redirect.web-private-use"],
        "{reverse}:/callback",
    ),
    refused(
        "server.redirect.web-loopback",
        "A web client declares a redirect URI on the loopback address",
        ("ATP-REDIR-007", &[]),
        &["as.redirect.web-loopback"],
        "http://127.0.0.1/callback",
    ),
    refused(
        "server.redirect.web-loopback-ipv6",
        "A web client declares a redirect URI on the IPv6 loopback address",
        ("ATP-REDIR-007", &[]),
        &["as.redirect.web-loopback-ipv6"],
        "http://[::1]/callback",
    ),
    refused(
        "server.redirect.web-script",
        "A web client declares a script as its redirect URI",
        ("ATP-REDIR-006", &["RFC8252-8.4-03", "ATP-REDIR-004"]),
        &["as.redirect.scheme-script"],
        "javascript:alert(1)//callback",
    ),
    refused(
        "server.redirect.declared-fragment",
        "A web client declares a redirect URI with a fragment",
        ("ATP-REDIR-014", &[]),
        &["as.redirect.fragment-declared"],
        "{base}/callback#x",
    ),
    refused(
        "server.redirect.declared-relative",
        "A web client declares a redirect URI without scheme and host",
        ("ATP-REDIR-004", &[]),
        &["as.redirect.relative"],
        "/callback",
    ),
    open(
        "server.redirect.web-localhost-name",
        "A web client declares an https redirect URI on the name localhost",
        "ATP-REDIR-019",
        &["as.redirect.https-localhost-refused"],
        "https://localhost/callback",
    ),
    open(
        "server.redirect.web-other-host",
        "A web client declares a redirect URI on another host than its own",
        "ATP-REDIR-012",
        &["as.redirect.web-other-origin-refused"],
        "https://other.{host}/callback",
    ),
    open(
        "server.redirect.declared-userinfo",
        "A web client declares a redirect URI with a user name before its host",
        "ATP-REDIR-017",
        &["as.redirect.userinfo-declared"],
        "https://user@{host}/callback",
    ),
    Case {
        edit: Edit::Document(DocumentEdit::Set(
            "redirect_uris",
            "[\"{base}/callback\",\"http://{host}/callback\"]",
        )),
        ..refused(
            "server.redirect.unused-http",
            "A web client declares an http redirect URI beside the one that it asks for",
            ("ATP-CMD-123", &[]),
            &["as.client-metadata.redirect-list-unchecked"],
            "",
        )
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        stage.push_by(ClientKind::Public, edit).await?;
        Ok(())
    })
}
