//! PKCE verifiers outside their grammar, whose hash is right all the same.
//!
//! # What it does
//!
//! Carries a login through, then logins whose verifier is too short or has a character that no
//! verifier has. The challenge is made from that very verifier, so the comparison alone would let
//! it pass; the server sees what is wrong only when the code is exchanged.
//!
//! # Why it matters
//!
//! Length and alphabet give a verifier its strength. A server that hashes whatever it gets lets
//! careless clients make verifiers that can be guessed.
//!
//! # What a conforming peer does
//!
//! Refuses the exchange with 400 and `invalid_grant` or `invalid_request`.
//!
//! # How to fix
//!
//! Before hashing, check that `code_verifier` has 43 to 128 characters, all of them letters,
//! digits, `-`, `.`, `_` or `~`.
//!
//! # References
//!
//! RFC 7636, section 4.1.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.pkce.verifier-grammar",
    role: Role::Server,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("verifier_grammar.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.pkce.verifier-too-short",
        title: "A verifier of 42 characters is taken",
        clause: "RFC7636-4.1-03",
        covers: &[],
        killers: &["as.pkce.any-verifier", "as.pkce.verifier-length-unchecked"],
        edit: Edit::Parameter(Change::Set("code_verifier", Text::Cut(42))),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.pkce.verifier-bad-character",
        title: "A verifier with a plus sign is taken",
        clause: "RFC7636-4.1-03",
        covers: &[],
        killers: &["as.pkce.any-verifier", "as.pkce.verifier-charset-unchecked"],
        edit: Edit::Parameter(Change::Set("code_verifier", Text::Append("+"))),
        expect: Expectation::Refused(&[GRANT]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        // Changed before the challenge is made from it.
        if let Edit::Parameter(Change::Set(_, text)) = edit {
            login.verifier = text.apply(&login.verifier);
        }
        let code = stage.code(&login).await?;
        stage.send(stage.token(&login, &code)).await;
        Ok(())
    })
}
