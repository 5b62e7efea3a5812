//! How soon a change of a client metadata document is seen.
//!
//! # What it does
//!
//! Publishes a client whose document says that it shall not be kept, and pushes a request of it.
//! Then takes `authorization_code` out of the document, so that the client can do nothing any more,
//! and pushes the same request again at once.
//!
//! # Why it matters
//!
//! What a developer takes out is often what has gone wrong: a redirect URI that somebody else
//! controls by now, a key, the client as a whole. It works for as long as the server goes by the
//! old document.
//!
//! # What a conforming peer does
//!
//! Keeps documents for a short while or not at all; the texts allow both, and let the server follow
//! Cache-Control within limits.
//!
//! # How to fix
//!
//! Nothing has to be mended; a server that honours `no-store` spares developers a riddle.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; Client ID Metadata Document draft, section 4.4.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Delivery, DocumentEdit, Edit, Expectation, Family, Need, Playing, Role,
    Script, Tier,
};
use atproof_engine::stage::{ClientKind, Halt, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.changes",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("changes.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.client-metadata.no-store-ignored",
    title: "A document with no-store is changed",
    clause: "ATP-CMD-124",
    covers: &[],
    killers: &["as.client-metadata.not-kept"],
    edit: Edit::Delivery(Delivery::Field("Cache-Control", "no-store")),
    expect: Expectation::Open(SEEN),
}];

/// Whether the change has been seen, by the answer to a request for what was taken out.
pub(super) const SEEN: &[Alternative] = &[
    Alternative {
        name: "the change was not seen",
        is: |response| (200..300).contains(&response.status),
    },
    Alternative {
        name: "the change was seen",
        is: |response| (400..500).contains(&response.status) && response.status != 429,
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(change_after(stage, &case.edit, Duration::ZERO))
}

/// Pushes a request of a client whose document is delivered so, takes its grant away, waits for so
/// long and pushes again. A server may leave redirect URI and scope for later, but not the document.
pub(super) async fn change_after(
    stage: &mut Stage,
    edit: &Edit,
    wait: Duration,
) -> Result<(), Halt> {
    let mut client = stage.publish(ClientKind::Public, edit)?;
    stage.enter(Part::Control);
    let login = stage.login_by(&client);
    let draft = stage.par(&login);
    stage.send_by(&client, draft, &Edit::None).await?;
    client.republish(&Edit::Document(DocumentEdit::Set("grant_types", "[\"refresh_token\"]")));
    stage.clock().wait(wait).await;
    stage.enter(Part::Faulted);
    let login = stage.login_by(&client);
    let draft = stage.par(&login);
    stage.send_by(&client, draft, &Edit::None).await?;
    Ok(())
}
