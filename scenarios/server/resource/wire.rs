//! Requests to a resource that are no HTTP.
//!
//! # What it does
//!
//! Reads from a resource with bytes that it writes itself: as they should be, then with one thing
//! wrong about the message (white space before a colon, two `Host` fields, two ways to say how long
//! the body is), then as they should be again. The credentials are right each time.
//!
//! # Why it matters
//!
//! Two parsers that read such bytes differently, one in the proxy and one in the server, see two
//! different requests. That is how one user's credentials come to stand before another's request.
//!
//! # What a conforming peer does
//!
//! Answers 400 and closes the connection.
//!
//! # How to fix
//!
//! Use a parser that is strict, and switch on no compatibility options.
//!
//! # References
//!
//! RFC 6750, section 3.1; RFC 9112, sections 3.2, 5.1 and 6.1.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script, Tier,
};
use atproof_engine::stage::{Grant, Halt, Stage};
use atproof_protocol::dpop;
use atproof_protocol::http::Request;
use atproof_protocol::record::{Action, Part};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.wire",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("wire.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    edit: Edit,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Refused(&[MALFORMED]);
    Case { id, title, clause: "RFC6750-3.1-02", covers: &[], killers, edit, expect }
}

/// What cannot be read is answered by the HTTP server itself.
const MALFORMED: &[Refusal] = &[Refusal::status(400)];

const SPACE: Edit = Edit::Story("white space between `Authorization` and its colon");
const HOSTS: Edit = Edit::Story("a second Host field with another name");
const LENGTHS: Edit = Edit::Story("Content-Length and Transfer-Encoding together");

const CASES: &[Case] = &[
    row(
        "server.resource.space-before-colon",
        "White space between the name of a field and its colon is passed over",
        SPACE,
        &["rs.http.space-before-colon"],
    ),
    row(
        "server.resource.host-repeated",
        "A request with two Host fields is answered",
        HOSTS,
        &["rs.http.first-host"],
    ),
    row(
        "server.resource.length-and-chunks",
        "A request that gives its length in two ways is answered",
        LENGTHS,
        &["rs.http.length-before-chunks"],
    ),
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        for (part, edit) in [
            (Part::Control, Edit::None),
            (Part::Faulted, case.edit),
            (Part::ControlAgain, Edit::None),
        ] {
            stage.enter(part);
            if read(stage, &grant, edit).await? {
                read(stage, &grant, edit).await?;
            }
        }
        Ok(())
    })
}

/// Reads from the resource. Says whether the server asks for another nonce.
async fn read(stage: &mut Stage, grant: &Grant, edit: Edit) -> Result<bool, Halt> {
    let url = format!("{}{}", stage.target().resource, stage.target().resource_path);
    let jti = stage.random().token();
    let request = Request::new("GET", &url);
    let spec = dpop::Spec {
        htm: "GET",
        htu: request.htu(),
        jti: &jti,
        iat: stage.clock().now(),
        nonce: stage.nonce(&url),
        access_token: Some(&grant.access_token),
    };
    let proof = dpop::forge(&spec, &grant.login.key, None).concat();
    let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    let authority = authority.ok_or(Halt::Needs("a PDS with an absolute URL"))?;
    let colon = if edit == SPACE { " :" } else { ":" };
    let more = match edit {
        HOSTS => "Host: other-resource.example\r\n",
        LENGTHS => "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        _ => "",
    };
    let body = if edit == LENGTHS { "0\r\n\r\n" } else { "" };
    let message = format!(
        "GET {} HTTP/1.1\r\nHost: {authority}\r\n{more}Connection: close\r\n\
         Authorization{colon} DPoP {}\r\nDPoP: {}\r\n\r\n{body}",
        request.target(),
        grant.access_token,
        String::from_utf8_lossy(&proof),
    );
    let reply = stage.exchange_raw(Action::Resource, &url, message.into_bytes()).await;
    let challenge = reply.answer.ok().and_then(|answer| {
        let field = answer.headers.get("www-authenticate")?;
        Some(field.to_owned())
    });
    Ok(challenge.is_some_and(|challenge| challenge.contains("use_dpop_nonce")))
}
