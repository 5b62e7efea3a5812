//! Requests that the PDS is asked to pass on to another service.
//!
//! # What it does
//!
//! Makes a login for `transition:generic`, checks that its token works, and then asks for a method
//! that only other services have, with an `atproto-proxy` field that leads nowhere: a DID that does
//! not exist, no service in it, a service that the DID document does not have. A row asks without
//! credentials, with a field that is good.
//!
//! # Why it matters
//!
//! The PDS signs what it passes on with the key of the account. Where it guesses at the service, the
//! signature and the answer are for and from somebody else than the client meant; where it does not
//! ask who is there, anyone can make requests come from it.
//!
//! # What a conforming peer does
//!
//! Refuses. With which status is not said; a server error counts as a refusal here, since the fault
//! may be that of the service.
//!
//! # How to fix
//!
//! Resolve the DID, look for the entry of that name in `service`, and stop where either is missing.
//! Authenticate before anything is looked up.
//!
//! # References
//!
//! atproto XRPC, Service Proxying.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.proxy",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("proxy.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    edit: Edit,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Holds(|transcript| seen::judged(not_passed_on(transcript)));
    Case { id, title, clause, covers: &[], killers, edit, expect }
}

const NO_DID: Edit = Edit::Story("atproto-proxy names a DID that does not exist");
const NO_SERVICE: Edit = Edit::Story("atproto-proxy names a DID and no service");
const NO_ENTRY: Edit = Edit::Story("atproto-proxy names a service that the DID document lacks");
const ANONYMOUS: Edit = Edit::Story("a good atproto-proxy field, without credentials");

const CASES: &[Case] = &[
    row(
        "server.resource.proxy-did-unresolvable",
        "A request for a service of a DID that does not exist is answered",
        "ATP-RES-013",
        NO_DID,
        &["rs.proxy.falls-back"],
    ),
    row(
        "server.resource.proxy-service-missing",
        "A request for a DID without a service is answered",
        "ATP-RES-013",
        NO_SERVICE,
        &["rs.proxy.fragment-optional"],
    ),
    row(
        "server.resource.proxy-entry-missing",
        "A request for a service that the DID document does not have is answered",
        "ATP-RES-013",
        NO_ENTRY,
        &["rs.proxy.entry-unchecked"],
    ),
    row(
        "server.resource.proxy-anonymous",
        "A request without credentials is passed on to another service",
        "ATP-RES-015",
        ANONYMOUS,
        &["rs.proxy.anonymous"],
    ),
];

/// Of the form of a DID of the directory, and never given to anyone.
const NOBODY: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        login.scope = "atproto transition:generic".to_owned();
        let grant = stage.grant_for(login).await?;
        let did = grant.sub.clone().ok_or(Halt::Needs("a token answer with a sub"))?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        let service = match case.edit {
            NO_DID => format!("{NOBODY}#bsky_appview"),
            NO_SERVICE => did.clone(),
            NO_ENTRY => format!("{did}#atproof_none"),
            _ => format!("{did}#atproto_pds"),
        };
        let mut draft = stage.resource(&grant).header("atproto-proxy", &service);
        let resource = &stage.target().resource;
        draft.url = format!("{resource}/xrpc/app.bsky.actor.getProfile?actor={did}");
        if case.edit == ANONYMOUS {
            draft.headers.remove("Authorization");
            draft.proof = None;
        }
        stage.enter(Part::Faulted);
        stage.send(draft).await;
        Ok(())
    })
}

fn not_passed_on(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    match exchange.status() {
        _ if is_accepted(exchange) => {
            Ok(Outcome::violated("a refusal", describe(exchange), exchange))
        }
        Some(429) | None => Err(Outcome::unclear(describe(exchange), "run it again")),
        Some(_) => Ok(Outcome::kept(describe(exchange))),
    }
}
