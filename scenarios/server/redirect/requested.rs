//! Redirect URIs that a client with a document asks for and does not declare.
//!
//! # What it does
//!
//! Publishes a correct web client with one redirect URI and pushes a request of it; then the same
//! request for another redirect URI than the declared one. Then the declared one again. Where the
//! server takes the request, goes on through sign-in and consent.
//!
//! # Why it matters
//!
//! Whoever gets a code sent to a URI of their choice can sign in as the user. Each way in which the
//! comparison is generous is another such URI.
//!
//! # What a conforming peer does
//!
//! Compares strings. Only the port of a loopback address may differ, and a web client has none.
//!
//! # How to fix
//!
//! Look the requested URI up in the list of the document as it is, without parsing either.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 4.5; RFC 9700, section 2.1; atproto OAuth,
//! Authorization Requests.

use atproof_engine::consent::Decision;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::{ClientKind, Stage};

use crate::server::answers::{METADATA, REDIRECT_URI};
use crate::server::front_channel::refused_anywhere;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.redirect.requested",
    role: Role::Server,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("requested.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: refused_anywhere,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    redirect_uri: Text,
) -> Case {
    Case {
        id,
        title,
        clause: "CIMD-4.5-01",
        covers,
        killers,
        edit: Edit::Parameter(Change::Set("redirect_uri", redirect_uri)),
        expect: Expectation::Refused(&[METADATA, REDIRECT_URI]),
    }
}

const CASES: &[Case] = &[
    row(
        "server.redirect.document-other-host",
        "A client with a document asks for a redirect URI on another host",
        &["ATP-REDIR-003", "RFC6749-3.1.2.3-01"],
        &["as.redirect.no-check-at-par"],
        Text::Is("https://attacker.example/callback"),
    ),
    row(
        "server.redirect.document-port-added",
        "A client with a document adds a port to its redirect URI",
        &["RFC9700-2.1-01", "ATP-REDIR-013"],
        &["as.redirect.https-port-ignored"],
        Text::Replace("/callback", ":8443/callback"),
    ),
    row(
        "server.redirect.document-default-port",
        "A client with a document adds the default port to its redirect URI",
        &["RFC9700-2.1-01"],
        &["as.redirect.https-default-port-dropped"],
        Text::Replace("/callback", ":443/callback"),
    ),
    row(
        "server.redirect.document-path-extended",
        "A client with a document asks for a path below its redirect URI",
        &["RFC9700-2.1-01", "ATP-REDIR-013"],
        &["as.redirect.path-prefix"],
        Text::Append("/evil"),
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        // On the root of its host, so that the authority can be edited from its end.
        let client = stage.publish(ClientKind::Public, &Edit::RedirectUri("{origin}/callback"))?;
        let mut login = stage.login_by(&client);
        // The login as a whole is for that URI, so that the browser knows where it ends.
        if let Edit::Parameter(Change::Set(_, text)) = edit {
            login.redirect_uri = text.apply(&login.redirect_uri);
        }
        let draft = stage.par(&login);
        let reply = stage.send_by(&client, draft, &Edit::None).await?;
        let Ok(request_uri) = reply.require("the pushed request", "request_uri") else {
            return Ok(());
        };
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}
