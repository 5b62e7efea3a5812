//! DPoP proofs that hold the private key, sent with requests to a resource.
//!
//! # What it does
//!
//! Reads from a resource with a grant of its own and a correct proof, then with a proof whose `jwk`
//! also has the private member `d`, then with a correct one again. The key is given away by that,
//! and used for nothing else.
//!
//! # Why it matters
//!
//! A client that sends its private key with every request has no secret left. The sooner it is
//! refused, the fewer logs have the key.
//!
//! # What a conforming peer does
//!
//! Refuses the proof with 401 and `invalid_dpop_proof`.
//!
//! # How to fix
//!
//! Refuse a `jwk` with any private member (`d` for elliptic curves) before anything else is done
//! with it.
//!
//! # References
//!
//! RFC 9449, section 4.3, step 7; RFC 7518, section 6.2.2.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::RESOURCE;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.private-key",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("private_key.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.resource.dpop-jwk-private",
    title: "The proof holds its private key",
    clause: "RFC9449-4.3-R07",
    covers: &[],
    killers: &["rs.jose.accept-private-jwk"],
    edit: Edit::Proof("jwk-private"),
    expect: Expectation::Refused(&[RESOURCE]),
}];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        for (part, edit) in [
            (Part::Control, Edit::None),
            (Part::Faulted, case.edit),
            (Part::ControlAgain, Edit::None),
        ] {
            stage.enter(part);
            let draft = stage.resource(&grant);
            stage.send_edited(draft, &edit).await?;
        }
        Ok(())
    })
}
