//! Redirect URIs that a development client declares and must not.
//!
//! # What it does
//!
//! Lets the ordinary development client declare, and ask for, a redirect URI that does not lead to
//! the machine of the developer. Where the server takes it, goes on through sign-in and consent.
//!
//! # Why it matters
//!
//! Anyone can write such an identifier. If its redirect URI leads elsewhere, anyone can have codes
//! sent to themselves in the name of a client that looks like a local test.
//!
//! # What a conforming peer does
//!
//! Refuses every redirect URI that is not `http` on `127.0.0.1` or `[::1]`. The host name
//! `localhost` and the rest of 127/8 are not ruled out, and only recorded.
//!
//! # How to fix
//!
//! Check the declared redirect URIs when the virtual document is made, on the host as it is
//! written.
//!
//! # References
//!
//! atproto OAuth, Localhost Client Development; RFC 8252, section 8.3; RFC 9700, section 2.6.

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
use crate::server::redirect::declared::client_declaring;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.localhost-client.redirect-uri",
    role: Role::Server,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("redirect_uri.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: refused_anywhere,
    cases: CASES,
};

/// A row of a redirect URI that is declared and asked for.
const fn row(
    id: &'static str,
    title: &'static str,
    (clause, covers): (&'static str, &'static [&'static str]),
    killers: &'static [&'static str],
    redirect_uri: &'static str,
    expect: Expectation,
) -> Case {
    Case { id, title, clause, covers, killers, edit: Edit::RedirectUri(redirect_uri), expect }
}

const REFUSED: Expectation = Expectation::Refused(&[REQUEST, REDIRECT_URI, CLIENT]);
const TAKEN_OR_NOT: Expectation = Expectation::Holds(accepted_or_refused);

/// The clause that keeps these clients local.
const LOCAL: (&str, &[&str]) = ("ATP-LOCAL-020", &[]);

const CASES: &[Case] = &[
    row(
        "server.localhost-client.redirect-https",
        "A development client declares a redirect URI of a web site",
        LOCAL,
        &["as.localhost.redirect-https"],
        "https://attacker.example/callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-http-elsewhere",
        "A development client declares an http redirect URI on another host",
        ("RFC9700-2.6-01", &["RFC8252-8.3-01", "ATP-LOCAL-020"]),
        &["as.localhost.redirect-http-anywhere"],
        "http://attacker.example/callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-private-network",
        "A development client declares a redirect URI in a private network",
        ("RFC9700-2.6-01", &["RFC8252-8.3-01", "ATP-LOCAL-020"]),
        &["as.localhost.redirect-private-address"],
        "http://192.168.0.1/callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-host-suffixed",
        "A development client declares a host whose name begins with the loopback address",
        ("RFC9700-2.6-01", &["RFC8252-8.3-01", "ATP-LOCAL-020"]),
        &["as.localhost.redirect-host-prefix"],
        "http://127.0.0.1.attacker.example/callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-host-in-userinfo",
        "A development client declares another host with the loopback address as its user name",
        ("RFC9700-2.6-01", &["RFC8252-8.3-01", "ATP-LOCAL-020"]),
        &["as.localhost.redirect-userinfo"],
        "http://127.0.0.1@attacker.example/callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-unspecified-address",
        "A development client declares a redirect URI on 0.0.0.0",
        LOCAL,
        &["as.localhost.redirect-unspecified"],
        "http://0.0.0.0/callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-private-scheme",
        "A development client declares a redirect URI of a scheme of its own",
        LOCAL,
        &["as.localhost.redirect-private-scheme"],
        "com.example.app:/callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-script",
        "A development client declares a script as its redirect URI",
        LOCAL,
        &["as.localhost.redirect-script"],
        "javascript:alert(1)//callback",
        REFUSED,
    ),
    row(
        "server.localhost-client.redirect-fragment",
        "A development client declares a redirect URI with a fragment",
        ("ATP-REDIR-014", &[]),
        &["as.localhost.redirect-fragment"],
        "http://127.0.0.1/callback#x",
        REFUSED,
    ),
    Case {
        id: "server.localhost-client.default-redirect-uri-widened",
        title: "Another path than the root is taken where no redirect URI is declared",
        clause: "ATP-LOCAL-009",
        covers: &[],
        killers: &["as.localhost.default-any-path"],
        edit: Edit::Parameter(Change::Set("client_id", Text::Is("http://localhost"))),
        expect: REFUSED,
    },
    row(
        "server.localhost-client.redirect-localhost-name",
        "A development client declares a redirect URI on the name localhost",
        ("ATP-LOCAL-019", &[]),
        &["as.localhost.redirect-localhost-name"],
        "http://localhost/callback",
        TAKEN_OR_NOT,
    ),
    row(
        "server.localhost-client.redirect-other-loopback",
        "A development client declares a redirect URI on another loopback address",
        ("ATP-LOCAL-020", &[]),
        &["as.localhost.redirect-any-loopback"],
        "http://127.0.0.2/callback",
        TAKEN_OR_NOT,
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        match edit {
            Edit::RedirectUri(redirect_uri) => {
                login.client_id = client_declaring(redirect_uri);
                login.redirect_uri = (*redirect_uri).to_owned();
            }
            Edit::Parameter(Change::Set(_, text)) => {
                login.client_id = text.apply(&login.client_id);
            }
            _ => {}
        }
        let reply = stage.send(stage.par(&login)).await;
        let pushed = reply.require("the pushed request", "request_uri");
        let Ok(request_uri) = pushed else { return Ok(()) };
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
