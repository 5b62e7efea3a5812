//! Requests whose proofs are easily wrong: with a query in the URL, and after a failure.
//!
//! # What it does
//!
//! Lets a client log in to a network whose endpoints have a query, or whose server falters once,
//! and reads the proofs of what follows.
//!
//! # Why it matters
//!
//! A server compares `htu` without query, and takes a proof for a replay when it has seen it.
//! Honest requests are lost over either.
//!
//! # What a conforming peer does
//!
//! Leaves query and fragment out of `htu`, and makes a new proof whenever a request is sent again.
//!
//! # How to fix
//!
//! Cut the URL at `?` and `#`. Let whatever repeats requests call the code that signs them.
//!
//! # References
//!
//! RFC 9449, sections 4.2 and 7.3.

use atproof_engine::judge::{Wire, proof, trap};
use atproof_engine::model::{
    Alter, Family, Outcome, Role, Script, Settings, Site, Tier, Transcript, Twist, When,
};
use atproof_protocol::record::Part;

use crate::client::proofs::nothing;
use crate::client::rows::{LOGIN, holds_with};
use crate::client::values::each;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop.requests",
    role: Role::Client,
    area: "dpop",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("requests.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds_with(
            "client.dpop.htu-with-query",
            "htu has the query of the URL",
            "RFC9449-4.2-06",
            &["client.dpop.htu-with-query"],
            Twist::new(Site::ServerMetadata, Alter::Member("/token_endpoint", "\"{value}?a=1\"")),
            leaves_query_out,
        ),
        holds_with(
            "client.dpop.proof-kept-at-par",
            "A pushed request is sent again with its proof after an error 503",
            "RFC9449-7.3-01",
            &["client.dpop.proof-kept-on-failure"],
            Twist::new(Site::Par, FALTERING).when(When::Nth(2)),
            is_made_anew,
        ),
    ],
};

const FALTERING: Alter = Alter::Instead(503, &[("DPoP-Nonce", "{nonce}")], "{}");

fn leaves_query_out(transcript: &Transcript<'_>) -> Outcome {
    let requests = Wire::new(transcript).at(&Part::Faulted, Site::Token);
    let requests = requests.filter(|e| e.request.url.contains('?') && proof(e).is_some());
    each(requests, "htu without query", |exchange| {
        let (_, claims) = proof(exchange)?;
        let htu = claims.get("htu")?.as_str()?;
        htu.contains('?').then(|| format!("`{htu}`"))
    })
}

fn is_made_anew(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(failed) = wire.twisted() else { return nothing("no failure") };
    let sent = wire.at(&Part::Faulted, Site::Par).filter(|e| e.id != failed.id);
    each(sent, "a new proof", |exchange| {
        let (before, now) = (failed.request.header("dpop")?, exchange.request.header("dpop")?);
        (before == now).then(|| "the proof of the request that failed".to_owned())
    })
}
