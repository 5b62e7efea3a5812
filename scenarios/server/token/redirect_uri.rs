//! Exchanges of a code with another redirect URI of the same client.
//!
//! # What it does
//!
//! Lets a client with two redirect URIs log in with the first one, and exchanges the code with the
//! first, then another code with the second, then one with the first again.
//!
//! # Why it matters
//!
//! The comparison notices a code that was caught on one redirect URI and is planted on another.
//!
//! # What a conforming peer does
//!
//! Compares `redirect_uri` with that of the authorization request, not with the list of the
//! client, and refuses what differs with 400 and `invalid_grant`.
//!
//! # How to fix
//!
//! Keep the `redirect_uri` of the request with the code and compare the strings.
//!
//! # References
//!
//! RFC 6749, section 4.1.3; OAuth 2.1, section 10.2.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.redirect-uri",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("redirect_uri.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A client that describes itself, with two redirect URIs.
const CLIENT_WITH_TWO: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback\
                               &redirect_uri=http%3A%2F%2F127.0.0.1%2Fother&scope=atproto";

/// The redirect URI of the authorization request.
const FIRST: &str = "http://127.0.0.1/callback";

const CASES: &[Case] = &[Case {
    id: "server.token.redirect-uri-wrong",
    title: "A code is exchanged with another redirect URI of the client",
    clause: "RFC6749-4.1.3-02",
    covers: &["OAUTH21-10.2-01"],
    killers: &["as.token.redirect-uri-unchecked"],
    edit: Edit::Parameter(Change::Set("redirect_uri", Text::Is("http://127.0.0.1/other"))),
    expect: Expectation::Refused(&[GRANT]),
}];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        login.client_id = CLIENT_WITH_TWO.to_owned();
        login.redirect_uri = FIRST.to_owned();
        login.scope = "atproto".to_owned();
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
