//! The name of the DPoP header field, in capitals and in small letters.
//!
//! # What it does
//!
//! Writes pushed requests byte by byte: one with the field name `DPoP`, one with `dpop`, one with
//! `DPoP` again. Everything else is as in any other request.
//!
//! # Why it matters
//!
//! Many HTTP libraries send field names in lower case, and HTTP/2 knows no other. A server that
//! looks for one spelling shuts their users out.
//!
//! # What a conforming peer does
//!
//! Accepts both.
//!
//! # How to fix
//!
//! Look header fields up without regard to case; frameworks have a function for it.
//!
//! # References
//!
//! RFC 9449, section 4.1; RFC 9110, section 5.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Playing, Role, Script, Tier};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::dpop;
use atproof_protocol::form;
use atproof_protocol::http::Request;
use atproof_protocol::record::{Action, Part};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.field-name",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("field_name.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.par.dpop-header-case-refused",
    title: "A request whose DPoP header field is named in lower case is refused",
    clause: "RFC9449-4.1-01",
    covers: &[],
    killers: &["as.http.header-case-sensitive"],
    edit: Edit::Story("header field `DPoP` written `dpop`"),
    expect: Expectation::Accepted,
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        // An ordinary request brings a nonce, where the server has any.
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send(draft).await;
        for (part, name) in
            [(Part::Control, "DPoP"), (Part::Faulted, "dpop"), (Part::ControlAgain, "DPoP")]
        {
            stage.enter(part);
            if push(stage, name).await? {
                push(stage, name).await?;
            }
        }
        Ok(())
    })
}

/// Pushes an ordinary request with the proof in a field of this name, spelled so on the wire. Says
/// whether the server asks for another nonce.
async fn push(stage: &mut Stage, name: &str) -> Result<bool, Halt> {
    let url = stage.target().endpoints.par.clone();
    let login = stage.login();
    let body = form::encode(&stage.par(&login).form.unwrap_or_default());
    let jti = stage.random().token();
    let request = Request::new("POST", &url);
    let spec = dpop::Spec {
        htm: "POST",
        htu: request.htu(),
        jti: &jti,
        iat: stage.clock().now(),
        nonce: stage.nonce(&url),
        access_token: None,
    };
    let proof = dpop::forge(&spec, &login.key, None).concat();
    let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nConnection: close\r\n{name}: {}\r\n\r\n",
        request.target(),
        authority.ok_or(Halt::Needs("an endpoint with an absolute URL"))?,
        body.len(),
        String::from_utf8_lossy(&proof),
    );
    let reply = stage.exchange_raw(Action::Par, &url, (head + &body).into_bytes()).await;
    let error = reply.answer.ok().and_then(|response| response.member("error"));
    Ok(error.is_some_and(|error| error == "use_dpop_nonce"))
}
