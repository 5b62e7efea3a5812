//! The form of a token request.
//!
//! # What it does
//!
//! Exchanges a code as it should be, then codes of further logins with one thing changed about the
//! form of the request: the grant type, the method, a parameter too many; then as it should be
//! again.
//!
//! # Why it matters
//!
//! A server that guesses what a malformed request means, or takes secrets in a URL, gives others
//! ways to say something else than the client meant.
//!
//! # What a conforming peer does
//!
//! Takes POST only, refuses an absent or unknown `grant_type` and parameters that come twice, and
//! ignores parameters that it does not know.
//!
//! # How to fix
//!
//! Parse the form body strictly: every known parameter once at most. Branch on `grant_type` by
//! exact names, without a default.
//!
//! # References
//!
//! RFC 6749, sections 3.2 and 5.2.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;
use atproof_protocol::form;

use crate::server::answers::{CLIENT, GRANT, METHOD};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.request",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("request.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A grant type that is not offered (RFC 6749, section 5.2).
const GRANT_TYPE: &[Refusal] = &[Refusal::new(400, "unsupported_grant_type")];

const CASES: &[Case] = &[
    Case {
        id: "server.token.grant-type-missing",
        title: "A code is exchanged without grant_type",
        clause: "RFC6749-5.2-07",
        covers: &[],
        killers: &["as.token.grant-type-default"],
        edit: Edit::Parameter(Change::Remove("grant_type")),
        expect: Expectation::Refused(&[GRANT, GRANT_TYPE]),
    },
    Case {
        id: "server.token.grant-type-unknown",
        title: "A code is exchanged under an unknown grant type",
        clause: "RFC6749-5.2-06",
        covers: &[],
        killers: &["as.token.grant-type-unchecked"],
        edit: Edit::Parameter(Change::Set("grant_type", Text::Is("urn:example:atproof"))),
        expect: Expectation::Refused(&[GRANT_TYPE, GRANT, CLIENT]),
    },
    Case {
        id: "server.token.get-accepted",
        title: "A code is exchanged with GET",
        clause: "RFC6749-3.2-01",
        covers: &[],
        killers: &["as.token.get-accepted"],
        edit: Edit::Method("GET"),
        expect: Expectation::Refused(&[METHOD, GRANT]),
    },
    Case {
        id: "server.token.parameter-repeated",
        title: "A parameter is sent twice",
        clause: "RFC6749-5.2-07",
        covers: &["RFC6749-3.2-06"],
        killers: &["as.token.duplicate-params"],
        edit: Edit::Parameter(Change::Repeat("redirect_uri", Text::Same)),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.token.unknown-parameter-refused",
        title: "A request with a parameter of no meaning is refused",
        clause: "RFC6749-3.2-05",
        covers: &[],
        killers: &["as.token.unknown-param-refused"],
        edit: Edit::Parameter(Change::Set("x_atproof", Text::Is("1"))),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        let mut draft = stage.token(&login, &code);
        if let Edit::Method(_) = edit
            && let Some(pairs) = draft.form.take()
        {
            // A method without a body has its parameters in the query.
            draft.url.push(if draft.url.contains('?') { '&' } else { '?' });
            draft.url.push_str(&form::encode(&pairs));
        }
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
