//! Codes that are exchanged with what belongs to another login.
//!
//! # What it does
//!
//! Carries two logins of one client to their codes and exchanges one of them with something of the
//! other: its key, or everything of it. A row exchanges a refresh token in the place of a code. The
//! control is the exchange of the other login as it should be.
//!
//! # Why it matters
//!
//! An attacker who can use the client as well has a key, a verifier and a code of their own, all of
//! them good. What the server must find out is that they do not belong together: a stolen code that
//! is injected into another login makes its user somebody else.
//!
//! # What a conforming peer does
//!
//! Finds the request by the code, and compares key and verifier with those of that request. It
//! refuses with 400 and `invalid_grant`.
//!
//! # How to fix
//!
//! Keep challenge and key with the code and look them up by nothing else. Keep codes and refresh
//! tokens in tables, or of kinds, of their own.
//!
//! # References
//!
//! RFC 9449, section 10; RFC 7636, section 4.6; RFC 6749, section 5.2; OAuth 2.1, section 7.5.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script, Tier,
};
use atproof_engine::stage::{Halt, Login, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{GRANT, PROOF};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.crossed",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("crossed.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const KEY: Edit = Edit::Story("the proof is made with the key of another login");
const LOGIN: Edit = Edit::Story("the code stands in the request of another login");
const REFRESH_TOKEN: Edit = Edit::Story("code holds the refresh token of another login");

const CASES: &[Case] = &[
    Case {
        id: "server.token.code-key-of-other-login",
        title: "A code is exchanged with the key of another login",
        clause: "RFC9449-10.1-03",
        covers: &["RFC9449-10-01"],
        killers: &["as.token.key-of-any-login", "as.token.par-key-unbound"],
        edit: KEY,
        expect: Expectation::Refused(&[PROOF, GRANT]),
    },
    Case {
        id: "server.token.code-of-other-login",
        title: "A code is exchanged in the request of another login",
        clause: "RFC7636-4.6-01",
        covers: &["RFC7636-4.4-01"],
        killers: &["as.token.request-by-verifier"],
        edit: LOGIN,
        expect: Expectation::Refused(&[PROOF, GRANT]),
    },
    Case {
        id: "server.token.refresh-token-as-code",
        title: "A refresh token is exchanged in the place of a code",
        clause: "RFC6749-5.2-05",
        covers: &[],
        killers: &["as.token.accepts-refresh-token"],
        edit: REFRESH_TOKEN,
        expect: Expectation::Refused(&[GRANT, &[Refusal::status(403)]]),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let (one, other) = (stage.login(), stage.login());
        let mut code = stage.code(&one).await?;
        let other_code = stage.code(&other).await?;
        stage.enter(Part::Control);
        let reply = stage.send(stage.token(&other, &other_code)).await;
        let grant = stage.grant_from(&other, &reply)?;
        let with = match case.edit {
            KEY => Login { key: other.key, ..one },
            LOGIN => other,
            _ => {
                code = grant.refresh_token.ok_or(Halt::Needs("a refresh token"))?;
                other
            }
        };
        stage.enter(Part::Faulted);
        stage.send(stage.token(&with, &code)).await;
        Ok(())
    })
}
