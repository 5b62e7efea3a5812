//! Refresh tokens for a client that does not declare the grant type.
//!
//! # What it does
//!
//! Signs in to a client whose metadata document lists both grant types, and to one whose document
//! lists `authorization_code` alone, and looks for a refresh token in the answers.
//!
//! # Why it matters
//!
//! A client that wants no long session says so in its document. A refresh token that it did not ask
//! for is one that it does not guard.
//!
//! # What a conforming peer does
//!
//! Gives a refresh token to the first client only.
//!
//! # How to fix
//!
//! Look at `grant_types` of the client before issuing a refresh token.
//!
//! # References
//!
//! atproto OAuth, Client Metadata, `grant_types`; RFC 6749, section 5.2.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, DocumentEdit, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::{Exchange, Part};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.grant-types",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("grant_types.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.token.refresh-token-undeclared",
    title: "A client that does not declare refresh_token gets a refresh token",
    clause: "ATP-TOK-017",
    covers: &["RFC6749-5.2-08"],
    killers: &["as.token.refresh-undeclared"],
    edit: Edit::Document(DocumentEdit::Set("grant_types", "[\"authorization_code\"]")),
    expect: Expectation::Holds(none_given),
}];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Public, edit)?;
        let login = stage.login_by(&client);
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}

fn none_given(transcript: &Transcript<'_>) -> Outcome {
    let gives = |exchange: &Exchange| {
        exchange.response().is_some_and(|response| response.member("refresh_token").is_some())
    };
    let (control, faulted) = (transcript.last(&Part::Control), transcript.last(&Part::Faulted));
    match (control, faulted) {
        (Some(control), _) if !gives(control) => Outcome::unclear(
            "the client that declares both grant types got no refresh token either",
            "issue refresh tokens to clients that declare them",
        ),
        (_, Some(faulted)) if !judge::is_accepted(faulted) => {
            Outcome::Kept { observed: judge::describe(faulted) }
        }
        (_, Some(faulted)) if gives(faulted) => {
            Outcome::violated("no refresh token", "a refresh token".to_owned(), faulted)
        }
        (_, Some(_)) => Outcome::Kept { observed: "no refresh token".to_owned() },
        _ => Outcome::unclear("no token answer was recorded", "run it again"),
    }
}
