//! Redirect URIs that a native client declares in its document.
//!
//! # What it does
//!
//! Publishes a correct native client, whose redirect URI is of the scheme that belongs to its host,
//! and pushes a request of it; then another one that declares, and asks for, a redirect URI of
//! another kind. Then a correct one again.
//!
//! # Why it matters
//!
//! Any app can claim any scheme. Tying the scheme to the host of the client is all that keeps one
//! app from collecting the codes of another; and some schemes run or read something instead of
//! opening an app.
//!
//! # What a conforming peer does
//!
//! Takes the host of the `client_id` in reverse order as the scheme, followed by one slash and a
//! path; or an `https` URI on the origin of the `client_id`. Takes plain http for loopback addresses
//! at most. Refuses everything else.
//!
//! # How to fix
//!
//! Make the one scheme that is allowed from the `client_id` and compare. A list of forbidden
//! schemes is never complete.
//!
//! # References
//!
//! atproto OAuth, Authorization Requests; RFC 8252, sections 7.1, 7.2, 8.3 and 8.4; OAuth 2.1,
//! section 2.3.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};

use super::documents::{legal, open, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.redirect.native-client",
    role: Role::Server,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("native_client.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// The clauses of schemes that run or read something: none of them has a period.
const NO_PERIOD: (&str, &[&str]) = ("RFC8252-8.4-03", &["OAUTH21-2.3.1-01", "ATP-REDIR-009"]);

/// The clauses of plain http beyond loopback.
const HTTP: (&str, &[&str]) = ("RFC9700-2.6-01", &["RFC8252-8.3-01"]);

const CASES: &[Case] = &[
    refused(
        "server.redirect.native-scheme-of-others",
        "A native client declares the scheme of another host",
        ("ATP-REDIR-009", &[]),
        &["as.redirect.scheme-of-others"],
        "com.example.app:/callback",
    ),
    refused(
        "server.redirect.native-scheme-of-parent",
        "A native client declares the scheme of its parent domain",
        ("ATP-REDIR-009", &[]),
        &["as.redirect.scheme-of-parent"],
        "{parent}:/callback",
    ),
    refused(
        "server.redirect.native-scheme-of-child",
        "A native client declares the scheme of a subdomain",
        ("ATP-REDIR-009", &[]),
        &["as.redirect.scheme-of-child"],
        "{reverse}.app:/callback",
    ),
    refused(
        "server.redirect.native-scheme-forward",
        "A native client declares its host, not reversed, as the scheme",
        ("ATP-REDIR-009", &[]),
        &["as.redirect.scheme-forward"],
        "{host}:/callback",
    ),
    refused(
        "server.redirect.native-two-slashes",
        "A native client declares its scheme with two slashes",
        ("ATP-REDIR-010", &[]),
        &["as.redirect.private-use-slashes"],
        "{reverse}://callback",
    ),
    refused(
        "server.redirect.native-no-slash",
        "A native client declares its scheme without a slash",
        ("ATP-REDIR-010", &[]),
        &["as.redirect.private-use-no-slash"],
        "{reverse}:callback",
    ),
    open(
        "server.redirect.native-empty-path",
        "A native client declares its scheme with a lone slash",
        "ATP-REDIR-010",
        &["as.redirect.private-use-root-refused"],
        "{reverse}:/",
    ),
    refused(
        "server.redirect.native-no-period",
        "A native client declares a scheme without a period",
        NO_PERIOD,
        &["as.redirect.scheme-without-period"],
        "myapp:/callback",
    ),
    refused(
        "server.redirect.native-script",
        "A native client declares a script as its redirect URI",
        NO_PERIOD,
        &["as.redirect.scheme-script"],
        "javascript:alert(1)//callback",
    ),
    refused(
        "server.redirect.native-data",
        "A native client declares a page as its redirect URI",
        NO_PERIOD,
        &["as.redirect.scheme-data"],
        "data:text/html,callback",
    ),
    refused(
        "server.redirect.native-file",
        "A native client declares a file as its redirect URI",
        NO_PERIOD,
        &["as.redirect.scheme-file"],
        "file:///tmp/callback",
    ),
    refused(
        "server.redirect.native-blob",
        "A native client declares a blob as its redirect URI",
        NO_PERIOD,
        &["as.redirect.scheme-blob"],
        "blob:{origin}/6e8bc430-9c3a-11d9-9669-0800200c9a66",
    ),
    refused(
        "server.redirect.native-intent",
        "A native client declares an intent as its redirect URI",
        NO_PERIOD,
        &["as.redirect.scheme-intent"],
        "intent://callback",
    ),
    refused(
        "server.redirect.native-vbscript",
        "A native client declares an old script as its redirect URI",
        NO_PERIOD,
        &["as.redirect.scheme-vbscript"],
        "vbscript:callback",
    ),
    legal(
        "server.redirect.native-https-refused",
        "A native client declares an https redirect URI on the origin of its client_id",
        ("RFC8252-7.2-01", &["ATP-REDIR-011"]),
        &["as.redirect.native-https-refused"],
        "{base}/callback",
    ),
    refused(
        "server.redirect.native-other-host",
        "A native client declares an https redirect URI on another host",
        ("ATP-REDIR-011", &["RFC8252-7.2-01"]),
        &["as.redirect.native-other-origin"],
        "https://other.{host}/callback",
    ),
    refused(
        "server.redirect.native-other-port",
        "A native client declares an https redirect URI at another port",
        ("ATP-REDIR-011", &[]),
        &["as.redirect.native-other-port"],
        "https://{host}:8443/callback",
    ),
    open(
        "server.redirect.native-loopback",
        "A native client with a document declares a loopback redirect URI",
        "ATP-REDIR-008",
        &["as.redirect.native-loopback-refused"],
        "http://127.0.0.1/callback",
    ),
    open(
        "server.redirect.native-loopback-port",
        "A native client with a document declares a loopback redirect URI with a port",
        "ATP-REDIR-008",
        &["as.redirect.native-loopback-port-refused"],
        "http://127.0.0.1:8080/callback",
    ),
    open(
        "server.redirect.native-localhost-name",
        "A native client with a document declares an http redirect URI on the name localhost",
        "ATP-REDIR-019",
        &["as.redirect.http-localhost"],
        "http://localhost/callback",
    ),
    refused(
        "server.redirect.native-http",
        "A native client declares an http redirect URI on its own host",
        HTTP,
        &["as.redirect.native-http"],
        "http://{host}/callback",
    ),
    refused(
        "server.redirect.native-http-suffixed",
        "A native client declares an http host whose name begins with the loopback address",
        HTTP,
        &["as.redirect.http-host-prefix"],
        "http://127.0.0.1.{host}/callback",
    ),
    refused(
        "server.redirect.native-http-userinfo",
        "A native client declares an http host with the loopback address as its user name",
        HTTP,
        &["as.redirect.http-userinfo"],
        "http://127.0.0.1@{host}/callback",
    ),
    refused(
        "server.redirect.native-http-unspecified",
        "A native client declares an http redirect URI on 0.0.0.0",
        HTTP,
        &["as.redirect.http-unspecified"],
        "http://0.0.0.0/callback",
    ),
    refused(
        "server.redirect.native-http-private",
        "A native client declares an http redirect URI in a private network",
        HTTP,
        &["as.redirect.http-private"],
        "http://10.0.0.1/callback",
    ),
    refused(
        "server.redirect.native-http-number",
        "A native client declares the loopback address as one number",
        ("RFC8252-8.3-01", &[]),
        &["as.redirect.http-respelled"],
        "http://2130706433/callback",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        stage.push_by(ClientKind::Native, edit).await?;
        Ok(())
    })
}
