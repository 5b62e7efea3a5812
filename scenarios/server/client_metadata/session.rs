//! A session whose client changes its document.
//!
//! # What it does
//!
//! Makes a login with a public client and refreshes it. Then changes the document, or takes it
//! away, waits for a quarter of an hour, and refreshes again.
//!
//! # Why it matters
//!
//! Sessions outlive documents. A developer wants to know whether a change reaches the sessions that
//! are there, and a user whether a session survives a bad hour of the client's host.
//!
//! # What a conforming peer does
//!
//! Looks at the document again from time to time. What it makes of a narrower document, or of none,
//! is not stated, so that these rows are observed.
//!
//! # How to fix
//!
//! Nothing has to be mended, as long as the document is fetched again.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; Client ID Metadata Document draft, section 6.3.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Delivery, DocumentEdit, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script,
    Tier, Transcript,
};
use atproof_engine::stage::{ClientKind, Halt, Stage};
use atproof_protocol::record::{Exchange, Part};
use serde_json::Value;

use super::rows::open;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.session",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost, Need::Patience],
    source: include_str!("session.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.client-metadata.document-not-fetched-again",
        title: "The document of a client is not fetched again while it has a session",
        clause: "ATP-CMD-102",
        covers: &["CIMD-6.3-01"],
        killers: &["as.client-metadata.never-refetched"],
        edit: Edit::Story("a refresh a quarter of an hour later"),
        expect: Expectation::Holds(|transcript| seen::judged(fetched_again(transcript))),
    },
    Case {
        covers: &["ATP-REFR-017"],
        ..open(
            "server.client-metadata.refresh-grant-withdrawn",
            "A session is refreshed whose client no longer declares refresh_token",
            "ATP-CMD-128",
            &["as.refresh.grant-type-checked"],
            Edit::Document(DocumentEdit::Set("grant_types", "[\"authorization_code\"]")),
        )
    },
    open(
        "server.client-metadata.scope-withdrawn",
        "A session is refreshed whose client no longer declares its scope",
        "ATP-CMD-128",
        &["as.refresh.declared-scope-checked"],
        Edit::Document(DocumentEdit::Set("scope", "\"atproto\"")),
    ),
    open(
        "server.client-metadata.document-gone",
        "A session is refreshed whose client has no document at the moment",
        "ATP-CMD-127",
        &["as.client-metadata.stale-on-failure"],
        Edit::Delivery(Delivery::Absent),
    ),
];

const WAIT: Duration = Duration::from_secs(900);

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut client = stage.publish(ClientKind::Public, &Edit::None)?;
        let mut login = stage.login_by(&client);
        if let Edit::Document(DocumentEdit::Set("scope", _)) = case.edit {
            // Something has to be left to take away.
            login.scope = "atproto transition:generic".to_owned();
        }
        let grant = stage.grant_for(login).await?;
        if grant.refresh_token.is_none() {
            return Err(Halt::Needs("a refresh token"));
        }
        stage.enter(Part::Control);
        let draft = stage.refresh(&grant);
        let reply = stage.send_by(&client, draft, &Edit::None).await?;
        let grant = stage.grant_from(&grant.login, &reply)?;
        client.republish(&case.edit);
        stage.clock().wait(WAIT).await;
        stage.enter(Part::Faulted);
        let draft = stage.refresh(&grant);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}

fn fetched_again(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let last = seen::faulted(transcript)?;
    let first = transcript.last(&Part::Control).map_or(0, visits);
    let times = visits(last).saturating_sub(first);
    if times == 0 {
        return Ok(Outcome::violated(
            "the document is fetched again in the course of a session",
            "no fetch in a quarter of an hour, a refresh at its end included",
            last,
        ));
    }
    Ok(Outcome::kept(format!("fetched {times} more times in a quarter of an hour")))
}

/// How often the document was fetched until then.
fn visits(exchange: &Exchange) -> u64 {
    let fetched = exchange.facts.get("fetched").and_then(|fetched| fetched.get("document"));
    fetched.and_then(Value::as_u64).unwrap_or_default()
}
