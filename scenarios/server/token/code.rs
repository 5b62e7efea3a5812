//! Exchanges of a code that is not good for this request.
//!
//! # What it does
//!
//! Exchanges a code as it should be, then codes of further logins with one thing changed: the code
//! itself, the client, the redirect URI; then a code as it should be again.
//!
//! # Why it matters
//!
//! A code is bound to the client and the redirect URI it was issued for, so that it is worth
//! nothing to others who get hold of it.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 and `invalid_grant`, or `invalid_request` where a parameter is missing.
//!
//! # How to fix
//!
//! Keep `client_id` and `redirect_uri` with the code, and compare both as strings with what the
//! token request holds. Look the code up as a whole.
//!
//! # References
//!
//! RFC 6749, sections 4.1.3 and 5.2; OAuth 2.1, section 10.2; atproto OAuth, Tokens and Session
//! Lifetime.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script,
    Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::{CLIENT, GRANT};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.code",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("code.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// Another client that describes itself, with the same redirect URI.
const OTHER_CLIENT: &str =
    "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=atproto";

/// A refusal in any form: the form is examined by the cases about errors.
const ANY_FORM: &[Refusal] = &[Refusal::status(400), Refusal::status(401), Refusal::status(403)];

const CASES: &[Case] = &[
    Case {
        id: "server.token.code-unknown",
        title: "A code that was never issued is exchanged",
        clause: "RFC6749-5.2-05",
        covers: &[],
        killers: &["as.token.code-prefix-match"],
        edit: Edit::Parameter(Change::Set("code", Text::LastCharacterChanged)),
        expect: Expectation::Refused(&[GRANT, ANY_FORM]),
    },
    Case {
        id: "server.token.code-of-other-client",
        title: "A code is exchanged by another client than it was issued to",
        clause: "RFC6749-4.1.3-01",
        covers: &["ATP-CID-016"],
        killers: &["as.token.code-unbound"],
        edit: Edit::Parameter(Change::Set("client_id", Text::Is(OTHER_CLIENT))),
        expect: Expectation::Refused(&[GRANT, CLIENT]),
    },
    Case {
        id: "server.token.client-id-missing",
        title: "A code is exchanged without client_id",
        clause: "RFC6749-5.2-07",
        covers: &[],
        killers: &["as.token.client-id-optional"],
        edit: Edit::Parameter(Change::Remove("client_id")),
        expect: Expectation::Refused(&[GRANT, CLIENT]),
    },
    Case {
        id: "server.token.redirect-uri-other-port",
        title: "A code is exchanged with a redirect URI of another port",
        clause: "RFC6749-4.1.3-02",
        covers: &[],
        killers: &["as.token.redirect-port-ignored"],
        edit: Edit::Parameter(Change::Set(
            "redirect_uri",
            Text::Replace("127.0.0.1", "127.0.0.1:49152"),
        )),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.token.redirect-uri-missing",
        title: "A code is exchanged without redirect_uri",
        clause: "ATP-REDIR-015",
        covers: &["OAUTH21-10.2-01"],
        killers: &["as.token.redirect-uri-optional"],
        edit: Edit::Parameter(Change::Remove("redirect_uri")),
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
        ]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
