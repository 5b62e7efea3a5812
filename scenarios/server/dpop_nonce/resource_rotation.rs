//! Nonces for requests to resources, over time.
//!
//! # What it does
//!
//! Asks for the nonce on offer, waits, and asks again; uses a nonce eleven minutes after it was
//! handed out, and a proof eleven minutes after it was made; uses the nonce before the current one
//! right after the change. The access token is renewed where it would end first.
//!
//! # Why it matters
//!
//! Only a nonce that ends limits for how long a proof made in advance is of use. But where the old
//! one ends in the same moment in which the new one begins, requests under way are refused.
//!
//! # What a conforming peer does
//!
//! Hands out another nonce within five minutes, takes the one before it for a while, and refuses
//! older ones with 401 and `use_dpop_nonce`.
//!
//! # How to fix
//!
//! Make a new nonce every minute or two, and accept the last two or three.
//!
//! # References
//!
//! RFC 9449, sections 8.2 and 9; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;

use crate::server::answers::RESOURCE;
use crate::server::rotation::{self, Subject};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.resource-rotation",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Patience],
    source: include_str!("resource_rotation.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const STALE: &str = "server.dpop-nonce.resource-nonce-stale";
const CAPTURED: &str = "server.dpop-nonce.resource-proof-made-in-advance";
const NOT_ROTATED: &str = "server.dpop-nonce.resource-nonce-not-rotated";

const CASES: &[Case] = &[
    Case {
        id: STALE,
        title: "A nonce is used at a resource eleven minutes after it was handed out",
        clause: "RFC9449-4.3-R10",
        covers: &["ATP-NONCE-005"],
        killers: &["rs.nonce.never-expires"],
        edit: Edit::Story("the nonce of eleven minutes before instead of the current one"),
        expect: Expectation::Refused(&[RESOURCE]),
    },
    Case {
        id: CAPTURED,
        title: "A proof that was made eleven minutes before is accepted at a resource",
        clause: "RFC9449-4.3-R11",
        covers: &[],
        killers: &["rs.dpop.proof-never-expires"],
        edit: Edit::Story("a proof of eleven minutes before, with the nonce of then"),
        expect: Expectation::Refused(&[RESOURCE]),
    },
    Case {
        id: NOT_ROTATED,
        title: "The same nonce is handed out at a resource for more than five minutes",
        clause: "ATP-NONCE-005",
        covers: &[],
        killers: &["rs.nonce.never-rotates"],
        edit: Edit::Story("the nonce on offer, and the one six minutes later"),
        expect: Expectation::Holds(rotation::rotates),
    },
    Case {
        id: "server.dpop-nonce.resource-previous-nonce-refused",
        title: "The nonce before the current one is refused at a resource right after the change",
        clause: "ATP-NONCE-009",
        covers: &[],
        killers: &["rs.nonce.no-overlap"],
        edit: Edit::Story("the nonce before the current one, right after the change"),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let subject = Subject::Resource(Box::new(stage.grant().await?));
        match case.id {
            STALE => rotation::stale(stage, subject).await,
            CAPTURED => rotation::captured(stage, subject).await,
            NOT_ROTATED => rotation::over_six_minutes(stage, subject).await,
            _ => rotation::previous(stage, subject).await,
        }
    })
}
