//! Redirects of documents that lead to the server's own machine.
//!
//! # What it does
//!
//! Publishes a correct client and pushes a request of it; then another one whose document is
//! answered with a redirect to a port of loopback, at which atproof listens. Then a correct one
//! again. Counts connections.
//!
//! # Why it matters
//!
//! A server that checks the address of the first URL and then follows a redirect has checked
//! nothing. It does not help that it refuses what it found there: it has been there.
//!
//! # What a conforming peer does
//!
//! Follows no redirect of a document. This holds in development mode as well.
//!
//! # How to fix
//!
//! Turn redirects off in the HTTP client; a check between the hops has to be made again for each.
//!
//! # References
//!
//! Client ID Metadata Document draft, sections 4 and 6.5.

use atproof_engine::model::{
    Case, Delivery, Edit, Expectation, Family, Need, Playing, Role, Script, Tier,
};
use atproof_engine::stage::{ClientKind, Stage};

use super::sentinels::unvisited;
use crate::server::answers::METADATA;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.ssrf.redirect",
    role: Role::Server,
    area: "ssrf",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("redirect.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: unvisited,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.ssrf.document-redirect",
    title: "The document of a client is answered with a redirect to loopback",
    clause: "CIMD-4-03",
    covers: &["ATP-CMD-104", "CIMD-6.5-01", "ATP-DISC-014"],
    killers: &["as.ssrf.hop-unchecked"],
    edit: Edit::Delivery(Delivery::RedirectTo("https://127.0.0.1{port}/client-metadata.json")),
    expect: Expectation::Refused(&[METADATA]),
}];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let sentinel = stage.sentinel(edit).await?;
        stage.push_by(ClientKind::Public, edit).await?;
        stage.note_sentinel(sentinel).await;
        Ok(())
    })
}
