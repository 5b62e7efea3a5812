//! Proofs for a URL with a query.
//!
//! # What it does
//!
//! Lets a client ask the PDS for a path with a query, and reads htu.
//!
//! # Why it matters
//!
//! Most requests to a PDS have a query. A proof with the query in htu is refused by every server
//! that compares it.
//!
//! # What a conforming peer does
//!
//! Leaves query and fragment out of htu.
//!
//! # How to fix
//!
//! Cut the URL at the first ? or # before it goes into the proof.
//!
//! # References
//!
//! RFC 9449, section 4.2.

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Outcome, Role, Script, Settings, Site, Tier, Transcript};

use crate::client::rows::{LOGIN, holds};
use crate::client::values::each;
use atproof_engine::judge::{Wire, proof};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop.query",
    role: Role::Client,
    area: "dpop",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("query.rs"),
    script: Script::Watch {
        steps: LOGIN,
        settings: Settings {
            path: "/xrpc/com.atproto.server.getSession?lang=de",
            ..Settings::USUAL
        },
    },
    judge: trap,
    cases: &[holds(
        "client.dpop.htu-with-query-at-resource",
        "htu has the query of the request to the PDS",
        "RFC9449-4.2-06",
        &["client.dpop.htu-query-at-resource"],
        leaves_query_out,
    )],
};

fn leaves_query_out(transcript: &Transcript<'_>) -> Outcome {
    let requests = Wire::new(transcript).at(&Part::Control, Site::Resource);
    each(requests.filter(|e| proof(e).is_some()), "htu without query", |exchange| {
        let (_, claims) = proof(exchange)?;
        let htu = claims.get("htu")?.as_str()?;
        htu.contains(['?', '#']).then(|| format!("`{htu}`"))
    })
}
