//! How a server keeps up with the document and the keys of a client.
//!
//! # What it does
//!
//! Begins a session of a confidential client whose keys are at a URL, refreshes it every five
//! minutes, and counts how often document and key set are fetched.
//!
//! # Why it matters
//!
//! A server that never looks again does not learn that a key was taken back, or that the client is
//! not what it was.
//!
//! # What a conforming peer does
//!
//! Fetches both from time to time while a session lives. How often is not said, so that what is seen
//! in a quarter of an hour is recorded and not graded.
//!
//! # How to fix
//!
//! Keep documents and key sets for some minutes, and fetch them anew when the client comes next.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document, Confidential Client Authentication.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{ClientKind, Grant, Stage};
use atproof_protocol::record::{Exchange, Part};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.refetch",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost, Need::Patience],
    source: include_str!("refetch.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const PACE: Duration = Duration::from_secs(300);

const CASES: &[Case] = &[Case {
    id: "server.client-auth.keys-never-refetched",
    title: "Whether the keys of a client are fetched again while it has a session",
    clause: "ATP-CAUTH-017",
    covers: &["ATP-CMD-102"],
    killers: &["as.jose.jwks-kept-forever"],
    edit: Edit::Story("a session is refreshed every five minutes"),
    expect: Expectation::Holds(|transcript| seen::judged(visits(transcript))),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::ByReference, &Edit::None)?;
        let login = stage.login_by(&client);
        let mut grant = stage.grant_for(login).await?;
        let parts =
            [Part::Control, Part::Step("refresh".to_owned()), Part::Step("refresh".to_owned())];
        for part in parts.into_iter().chain([Part::Faulted]) {
            if part != Part::Control {
                stage.clock().wait(PACE).await;
            }
            stage.enter(part);
            let draft = stage.refresh(&grant);
            let reply = stage.send_by(&client, draft, &Edit::None).await?;
            let next = stage.grant_from(&grant.login, &reply)?;
            let kept = grant.refresh_token.take();
            grant = Grant { refresh_token: next.refresh_token.clone().or(kept), ..next };
        }
        Ok(())
    })
}

fn visits(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let last = seen::faulted(transcript)?;
    let first = transcript.last(&Part::Control);
    let more = |name: &str| {
        let count = |exchange: &Exchange| exchange.facts.get("fetched")?.get(name)?.as_u64();
        first.and_then(count).zip(count(last)).map(|(before, after)| after > before)
    };
    let missing = || Outcome::unclear("visits were not counted", "run it again");
    let (document, keys) = more("document").zip(more("key_set")).ok_or_else(missing)?;
    Ok(Outcome::observed(match (document, keys) {
        (true, true) => "document and keys are fetched again within a quarter of an hour",
        (true, false) => "the document is fetched again within a quarter of an hour",
        (false, true) => "the keys are fetched again within a quarter of an hour",
        (false, false) => "neither is fetched again within a quarter of an hour",
    }))
}
