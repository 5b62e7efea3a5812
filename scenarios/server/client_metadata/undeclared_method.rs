//! A client whose document does not say how it authenticates, on its whole way.
//!
//! # What it does
//!
//! Publishes a client without keys whose document lacks `token_endpoint_auth_method`, and pushes a
//! request of it. Where that is taken, goes on through sign-in to the exchange of the code, as a
//! public client does.
//!
//! # Why it matters
//!
//! RFC 7591 has a default, a shared secret, that this profile does not have. A server that lets
//! such a client in and asks it for that secret after the user has signed in leaves the user with
//! an error that nobody understands.
//!
//! # What a conforming peer does
//!
//! Refuses the document with a clear word, or takes the client for a public one to the end. What is
//! seen is recorded, since the profile has no default.
//!
//! # How to fix
//!
//! Decide when the document is read, and in one place for all endpoints.
//!
//! # References
//!
//! RFC 7591, section 2; atproto OAuth, Client ID Metadata Document.

use atproof_engine::judge::{self, is_accepted};
use atproof_engine::model::{
    Case, DocumentEdit, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::{Action, Part};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.undeclared-method",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("undeclared_method.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.client-metadata.auth-method-missing-way",
    title: "How far a client without token_endpoint_auth_method comes",
    clause: "ATP-CMD-120",
    covers: &[],
    killers: &["as.client-metadata.default-basic"],
    edit: Edit::Document(DocumentEdit::Remove("token_endpoint_auth_method")),
    expect: Expectation::Holds(|transcript| seen::judged(way(transcript))),
}];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        stage.push_by(ClientKind::Public, &Edit::None).await?;
        stage.enter(Part::Faulted);
        let client = stage.publish(ClientKind::Public, &case.edit)?;
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        if !stage.send_by(&client, draft, &Edit::None).await?.is_success() {
            return Ok(());
        }
        let login = stage.login_by(&client);
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}

fn way(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let last = seen::faulted(transcript)?;
    if !is_accepted(last) {
        seen::refusal(last)?;
    }
    Ok(Outcome::observed(match (last.action, is_accepted(last)) {
        (Action::Token, true) => "taken for a public client to the end",
        (Action::Token, false) => "taken when it pushes, and refused when it has a code",
        _ => "refused when it pushes",
    }))
}
