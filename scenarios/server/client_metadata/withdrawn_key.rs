//! A key that its client has withdrawn.
//!
//! # What it does
//!
//! Publishes a confidential client and pushes a request of it, signed with its first key. Then
//! publishes the second key alone, waits for a quarter of an hour, and pushes a request that is
//! still signed with the first.
//!
//! # Why it matters
//!
//! Keys are withdrawn because they leaked. Until the server has noticed, whoever found the key is
//! the client.
//!
//! # What a conforming peer does
//!
//! Notices within a short time. How short is not stated; a proposal for the profile says about as
//! long as an access token lives.
//!
//! # How to fix
//!
//! Keep documents and key sets for some minutes only.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::Part;

use super::rows::not_authenticated;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.withdrawn-key",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost, Need::Patience],
    source: include_str!("withdrawn_key.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[not_authenticated(
    "server.client-metadata.withdrawn-key-used",
    "An assertion by a key that was withdrawn a quarter of an hour ago is accepted",
    "ATP-CMD-125",
    &[],
    &["as.client-metadata.never-refetched"],
    Edit::Document(DocumentEdit::Set("jwks", "{\"keys\":[{second}]}")),
)];

const WAIT: Duration = Duration::from_secs(900);

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        stage.enter(Part::Control);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        client.republish(&case.edit);
        stage.clock().wait(WAIT).await;
        stage.enter(Part::Faulted);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
