//! PKCE verifiers that do not belong to the code.
//!
//! # What it does
//!
//! Exchanges a code with its own verifier, then codes of further logins without verifier or with
//! one that is not theirs, then a code with its own again. Each row has its own login.
//!
//! # Why it matters
//!
//! The verifier proves that the one who exchanges a code is the one who asked for it. A server
//! that does not compare it gives a session to whoever has the code.
//!
//! # What a conforming peer does
//!
//! Hashes the verifier, compares it with the challenge kept with this code, and refuses what
//! differs with 400 and `invalid_grant`. A verifier that is missing or empty is refused as well.
//!
//! # How to fix
//!
//! Keep the challenge in the record of the code, and compare before tokens are made. Decide by the
//! challenge that was kept whether a verifier is needed, never by what the token request holds.
//!
//! # References
//!
//! RFC 7636, sections 4.4 and 4.6; RFC 6749, section 3.2; OAuth 2.1, section 4.1.3.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.pkce.verifier",
    role: Role::Server,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("verifier.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A row: one thing about the verifier.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    edit: Edit,
    killers: &'static [&'static str],
) -> Case {
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Refused(&[GRANT]) }
}

const CASES: &[Case] = &[
    row(
        "server.pkce.verifier-missing",
        "A code is exchanged without code_verifier",
        "OAUTH21-4.1.3-01",
        &["RFC9700-2.1.1-03", "ATP-PKCE-014"],
        Edit::Parameter(Change::Remove("code_verifier")),
        &["as.pkce.verifier-optional"],
    ),
    row(
        "server.pkce.verifier-empty",
        "A code is exchanged with an empty code_verifier",
        "RFC6749-3.2-04",
        &["OAUTH21-4.1.3-01"],
        Edit::Parameter(Change::Set("code_verifier", Text::Is(""))),
        &["as.pkce.empty-verifier"],
    ),
    row(
        "server.pkce.verifier-wrong",
        "A code is exchanged with another well-formed verifier",
        "RFC7636-4.6-01",
        &["ATP-PKCE-014"],
        Edit::Parameter(Change::Set("code_verifier", Text::LastCharacterChanged)),
        &["as.pkce.verifier-unchecked"],
    ),
    row(
        "server.pkce.verifier-is-challenge",
        "A code is exchanged with its challenge as the verifier",
        "RFC7636-4.6-01",
        &["RFC7636-4.6-02"],
        Edit::Parameter(Change::Set("code_verifier", Text::S256)),
        &["as.pkce.ignore-stored-method"],
    ),
    row(
        "server.pkce.verifier-of-other-flow",
        "A code is exchanged with the verifier of another login of the same client and key",
        "RFC7636-4.4-01",
        &["RFC7636-4.6-01"],
        Edit::Story("code_verifier of a later login of the same client and key"),
        &["as.pkce.challenge-per-client"],
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        let code = stage.code(&login).await?;
        if let Edit::Story(_) = edit {
            let mut other = stage.login();
            other.key = login.key.clone();
            stage.code(&other).await?;
            login.verifier = other.verifier;
        }
        let draft = stage.token(&login, &code);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
