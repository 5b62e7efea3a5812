//! A new key at `jwks_uri`.
//!
//! # What it does
//!
//! Publishes a confidential client with one key at its `jwks_uri` and pushes a request of it. Then
//! adds a second key to the key set and pushes a request that is signed with it, at once.
//!
//! # Why it matters
//!
//! A client that changes its keys publishes the new one first. If the server does not look, every
//! sign-in with it fails until some cache runs out, for a reason that no error names.
//!
//! # What a conforming peer does
//!
//! Fetches the key set again when an assertion names a key that it does not know, not more often
//! than makes sense.
//!
//! # How to fix
//!
//! Fetch again on an unknown `kid`, with a pause of some seconds between two fetches.
//!
//! # References
//!
//! RFC 7591, section 2; atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Login, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.key-rotation",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("key_rotation.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.client-metadata.new-key-unknown",
    title: "A key that was added to jwks_uri cannot be used at once",
    clause: "RFC7591-2-06",
    covers: &[],
    killers: &["as.jose.jwks-never-refetched"],
    edit: Edit::Story("an assertion by a key that was added to the key set since"),
    expect: Expectation::Accepted,
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let alone = Edit::KeySet("{\"keys\":[{jwk}]}");
        let mut client = stage.publish(ClientKind::ByReference, &alone)?;
        stage.enter(Part::Control);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        client.republish(&Edit::None);
        stage.enter(Part::Faulted);
        let [_, second] = &client.keys;
        let login = Login { client_key: Some(second.clone()), ..stage.login_by(&client) };
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
