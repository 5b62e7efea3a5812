//! What is remembered of client metadata that could not be used.
//!
//! # What it does
//!
//! Publishes a client whose document is answered with 500, or is wrong, and may be kept for an
//! hour; pushes a request of it, which has to be refused; mends the document and pushes again at
//! once.
//!
//! # Why it matters
//!
//! A web host has a bad minute, or a developer a typo. If the server keeps that for as long as a
//! good document, a minute's trouble is an hour without sign-ins, and every attempt to mend it
//! looks as if it had failed.
//!
//! # What a conforming peer does
//!
//! Keeps neither error answers nor documents that it has refused, whatever their Cache-Control
//! says.
//!
//! # How to fix
//!
//! Put a document into the cache after it was checked, not after it was fetched.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 4.4; RFC 7591, section 2.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Delivery, DocumentEdit, Edit, Family, Need, Outcome, Playing, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::Part;

use super::rows::legal;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.failures",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("failures.rs"),
    script: Script::Story { play, logins: 0 },
    judge: after_a_refusal,
    cases: CASES,
};

const CASES: &[Case] = &[
    legal(
        "server.client-metadata.error-cached",
        "A document that came with 500 once is refused when it is good",
        "CIMD-4.4-02",
        &[],
        &["as.client-metadata.error-cached"],
        Edit::Delivery(Delivery::Status(500)),
    ),
    legal(
        "server.client-metadata.invalid-document-cached",
        "A document that was wrong once is refused when it is good",
        "CIMD-4.4-03",
        &[],
        &["as.client-metadata.invalid-cached"],
        Edit::Document(DocumentEdit::Remove("redirect_uris")),
    ),
    legal(
        "server.client-metadata.invalid-key-set-cached",
        "A key set that was wrong once is not looked at when it is good",
        "RFC7591-2-06",
        &[],
        &["as.jose.key-set-invalid-cached"],
        Edit::KeySet("{\"keys\":7}"),
    ),
];

const BROKEN: &str = "while it is broken";

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let kind = match case.edit {
            Edit::KeySet(_) => ClientKind::ByReference,
            _ => ClientKind::Public,
        };
        stage.enter(Part::Control);
        stage.push_by(kind, &Edit::None).await?;
        let mut client = stage.publish(kind, &case.edit)?;
        client.fields = &[("Cache-Control", "max-age=3600")];
        client.republish(&case.edit);
        stage.step(BROKEN);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        client.republish(&Edit::None);
        stage.enter(Part::Faulted);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}

/// What was accepted while it was broken says nothing about what is kept of failures.
fn after_a_refusal(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let judged = || {
        let broken = seen::step(transcript, BROKEN)?;
        if judge::is_accepted(broken) {
            let what = "a server that refuses the broken one";
            return Err(Outcome::not_offered(what, "other cases say whether it has to"));
        }
        Ok(judge::probe(case, transcript))
    };
    seen::judged(judged())
}
