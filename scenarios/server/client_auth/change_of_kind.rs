//! Sessions of clients that become confidential, or cease to be.
//!
//! # What it does
//!
//! Begins a session, publishes a document with the other authentication method, waits until the
//! server has to have seen it, and shows that it has: a request is pushed in the new manner. Then it
//! refreshes the session in that manner.
//!
//! # Why it matters
//!
//! Were a session of a confidential client to go on without authentication, whoever gets hold of the
//! document's host for a moment could take all of its sessions over.
//!
//! # What a conforming peer does
//!
//! The text binds the session to the key it was begun with, and says nothing of the method. What is
//! seen is recorded.
//!
//! # How to fix
//!
//! Ask for the key of the session whatever the document says today.
//!
//! # References
//!
//! atproto OAuth, Confidential Client Authentication.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Grant, Login, Stage};
use atproof_protocol::record::Part;

use crate::server::assertions::TAKEN_OR_NOT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.change-of-kind",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost, Need::Patience],
    source: include_str!("change_of_kind.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const TO_PUBLIC: Edit = Edit::Story("a confidential client is declared public");
const TO_CONFIDENTIAL: Edit = Edit::Story("a public client is declared confidential");

/// Longer than servers keep documents.
const KEPT: Duration = Duration::from_secs(620);

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.session-downgraded",
        title: "A session of a confidential client that was declared public is refreshed",
        clause: "ATP-CAUTH-037",
        covers: &[],
        killers: &["as.refresh.downgrade-taken"],
        edit: TO_PUBLIC,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
    Case {
        id: "server.client-auth.session-upgraded",
        title: "A session of a public client that was declared confidential is refreshed",
        clause: "ATP-CAUTH-037",
        covers: &[],
        killers: &["as.refresh.upgrade-refused"],
        edit: TO_CONFIDENTIAL,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let kinds = [ClientKind::Confidential, ClientKind::Public];
        let [before, after] = match case.edit {
            TO_PUBLIC => kinds,
            _ => [ClientKind::Public, ClientKind::Confidential],
        };
        let mut client = stage.publish(before, &Edit::None)?;
        let login = stage.login_by(&client);
        let grant = stage.grant_for(login).await?;
        client.kind = after;
        client.republish(&Edit::None);
        stage.clock().wait(KEPT).await;
        stage.enter(Part::Control);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        stage.enter(Part::Faulted);
        let login = Login { client_key: login.client_key, ..grant.login.clone() };
        let draft = stage.refresh(&Grant { login, ..grant });
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
