//! A pushed request whose client changes its document before the user opens it.
//!
//! # What it does
//!
//! Publishes a client whose document shall not be kept, and pushes a request of it. Then takes the
//! redirect URI of that request out of the document, opens the request and approves it.
//!
//! # Why it matters
//!
//! A developer who takes a redirect URI out has lost control of it. A request that was pushed before
//! still sends a code there.
//!
//! # What a conforming peer does
//!
//! Validates the pushed request as it would a direct one. It may leave out what it checked when the
//! request was pushed, as long as nothing has changed that it knows of; whether it looks at the
//! document again within the minutes that a request lives is open, and what is seen is recorded.
//!
//! # How to fix
//!
//! Nothing has to be mended; keep the life of a `request_uri` short.
//!
//! # References
//!
//! RFC 9126, section 4; Client ID Metadata Document draft, section 4.4.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Delivery, DocumentEdit, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script,
    Tier, Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::Part;

use crate::server::front_channel::{End, end};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.document-changed",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("document_changed.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.authorization.redirect-withdrawn-after-push",
    title: "The redirect URI of a pushed request is taken out of the document",
    clause: "RFC9126-4-04",
    covers: &[],
    killers: &["as.authorize.document-read-again"],
    edit: Edit::Document(DocumentEdit::Set("redirect_uris", "[\"{base}/other\"]")),
    expect: Expectation::Holds(seen_or_not),
}];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let unkept = Edit::Delivery(Delivery::Field("Cache-Control", "no-store"));
        let mut client = stage.publish(ClientKind::Public, &unkept)?;
        stage.enter(Part::Control);
        let login = stage.login_by(&client);
        let request_uri = stage.push(&login).await?;
        client.republish(&case.edit);
        stage.enter(Part::Faulted);
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        stage.note_client(&client);
        Ok(())
    })
}

fn seen_or_not(transcript: &Transcript<'_>) -> Outcome {
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) if callback.parameter("code").is_some() => {
            Outcome::observed("the request counts as it was pushed")
        }
        Some(End::Left(_)) => Outcome::observed("ended with a redirect and an error"),
        Some(End::Refused { .. }) => Outcome::observed("refused on a page"),
        None => Outcome::unclear("the request came to no end", "run it again"),
    }
}
