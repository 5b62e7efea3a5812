//! Tokens for a password.
//!
//! # What it does
//!
//! Exchanges a code as it should be, then asks for tokens with name and password of the test
//! account, once and with a good proof. The password goes to the token endpoint of the server that
//! it belongs to and nowhere else.
//!
//! # Why it matters
//!
//! With this grant users learn to give their password to applications, and second factors and
//! consent are passed by.
//!
//! # What a conforming peer does
//!
//! Answers 400 and `unsupported_grant_type`.
//!
//! # How to fix
//!
//! Remove the grant from the token endpoint and from `grant_types_supported`.
//!
//! # References
//!
//! RFC 9700, section 2.4.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script, Tier,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.password",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("password.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// Any refusal will do: the grant is not to be had.
const REFUSED: &[Refusal] = &[
    Refusal::new(400, "unsupported_grant_type"),
    Refusal::status(400),
    Refusal::status(401),
    Refusal::status(403),
];

const CASES: &[Case] = &[Case {
    id: "server.token.password-grant",
    title: "Tokens are issued for a password",
    clause: "RFC9700-2.4-01",
    covers: &[],
    killers: &["as.token.password-grant"],
    edit: Edit::Story("grant_type=password with name and password instead of a code"),
    expect: Expectation::Refused(&[REFUSED]),
}];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        let control = stage.token(&login, &code);
        stage.send(control.clone()).await;
        let account = stage.account(login.account).ok_or(Halt::Needs("an account"))?;
        let parameters = [
            ("grant_type", "password"),
            ("client_id", login.client_id.as_str()),
            ("username", &account.identifier),
            ("password", &account.password),
            ("scope", "atproto"),
        ];
        let pairs = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut draft = control;
        draft.form = Some(pairs.to_vec());
        stage.enter(Part::Faulted);
        stage.send(draft).await;
        Ok(())
    })
}
