//! Clients that declare a redirect URI of another kind.
//!
//! # What it does
//!
//! Describes a development client that declares a redirect URI with a dot in it, or with a port.
//! Brings a login for exactly that URI to its code, then one for a URI that differs in the letter
//! under the dot, or in the port.
//!
//! # Why it matters
//!
//! A declared URI that is taken for a pattern matches addresses nobody declared. And a native
//! application gets its port from the operating system each time it starts: a server that pins the
//! port locks it out.
//!
//! # What a conforming peer does
//!
//! Takes the declared URI literally, all but the port of a loopback address, which may be any at
//! the time of the request.
//!
//! # How to fix
//!
//! Compare strings, never patterns. Drop the port of loopback addresses on both sides, also where
//! one is declared.
//!
//! # References
//!
//! RFC 8252, sections 7.3 and 8.4; RFC 9700, section 2.1; OAuth 2.1, section 8.4.2.

use atproof_engine::consent::Decision;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::form;
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT, REDIRECT_URI, REQUEST};
use crate::server::front_channel::refused_anywhere;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.redirect.declared",
    role: Role::Server,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("declared.rs"),
    script: Script::Story { play, logins: 2 },
    judge: refused_anywhere,
    cases: CASES,
};

const WITH_A_DOT: &str = "http://127.0.0.1/call.ack";
const WITH_A_PORT: &str = "http://127.0.0.1:8080/callback";

const CASES: &[Case] = &[
    Case {
        id: "server.redirect.address-as-pattern",
        title: "A declared redirect URI is taken for a pattern",
        clause: "RFC9700-2.1-01",
        covers: &["RFC8252-8.4-02"],
        killers: &["as.redirect.regex"],
        edit: Edit::Parameter(Change::Set("redirect_uri", Text::Replace("call.ack", "callback"))),
        expect: Expectation::Refused(&[REQUEST, REDIRECT_URI, CLIENT]),
    },
    Case {
        id: "server.redirect.declared-loopback-port-pinned",
        title: "Another port than the declared one is refused on a loopback address",
        clause: "RFC8252-7.3-01",
        covers: &["OAUTH21-8.4.2-01", "ATP-LOCAL-012"],
        killers: &["as.redirect.loopback-port-strict"],
        edit: Edit::Parameter(Change::Set("redirect_uri", Text::Replace(":8080", ":49152"))),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        // The edit finds its place in one of the two.
        let Edit::Parameter(Change::Set(_, text)) = case.edit else { return Ok(()) };
        let declared = [WITH_A_DOT, WITH_A_PORT].into_iter().find(|uri| text.apply(uri) != *uri);
        let declared = declared.unwrap_or(WITH_A_DOT);
        for (part, requested) in
            [(Part::Control, declared.to_owned()), (Part::Faulted, text.apply(declared))]
        {
            stage.enter(part.clone());
            let mut login = stage.login();
            login.client_id = client_declaring(declared);
            login.redirect_uri = requested;
            let reply = stage.send(stage.par(&login)).await;
            match reply.require("the pushed request", "request_uri") {
                Ok(request_uri) => {
                    let url = stage.authorization_url(&login, &request_uri);
                    stage.authorize(&login, &url, Decision::Approve).await?;
                }
                Err(_) if part == Part::Control => {
                    return Err(Halt::Needs("a server that takes such a declared redirect URI"));
                }
                Err(_) => {}
            }
        }
        Ok(())
    })
}

/// The development client that declares one redirect URI.
pub(crate) fn client_declaring(redirect_uri: &str) -> String {
    let parameter = form::percent_encode(redirect_uri);
    format!("http://localhost?redirect_uri={parameter}&scope=atproto%20transition%3Ageneric")
}
