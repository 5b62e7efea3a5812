//! Nonces for pushed authorization requests, over time.
//!
//! # What it does
//!
//! Asks for the nonce on offer, waits, and asks again; uses a nonce eleven minutes after it was
//! handed out, and a proof eleven minutes after it was made; uses the nonce before the current one
//! right after the change.
//!
//! # Why it matters
//!
//! Only a nonce that ends limits for how long a proof made in advance is of use. But where the old
//! one ends in the same moment in which the new one begins, requests under way are refused.
//!
//! # What a conforming peer does
//!
//! Hands out another nonce within five minutes, takes the one before it for a while, and refuses
//! older ones with `use_dpop_nonce`.
//!
//! # How to fix
//!
//! Make a new nonce every minute or two, and accept the last two or three.
//!
//! # References
//!
//! RFC 9449, sections 8 and 8.2; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;

use crate::server::answers::{NONCE, PROOF};
use crate::server::rotation::{self, Subject};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.par-rotation",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[Need::Patience],
    source: include_str!("par_rotation.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const STALE: &str = "server.dpop-nonce.par-nonce-stale";
const CAPTURED: &str = "server.dpop-nonce.par-proof-made-in-advance";
const NOT_ROTATED: &str = "server.dpop-nonce.par-nonce-not-rotated";

const CASES: &[Case] = &[
    Case {
        id: STALE,
        title: "A nonce is used eleven minutes after it was handed out",
        clause: "RFC9449-8-04",
        covers: &["ATP-NONCE-004"],
        killers: &["as.nonce.never-expires"],
        edit: Edit::Story("the nonce of eleven minutes before instead of the current one"),
        expect: Expectation::Refused(&[NONCE, PROOF]),
    },
    Case {
        id: CAPTURED,
        title: "A proof that was made eleven minutes before is accepted",
        clause: "RFC9449-11.1-01",
        covers: &["ATP-DPOP-008"],
        killers: &["as.dpop.proof-never-expires"],
        edit: Edit::Story("a proof of eleven minutes before, with the nonce of then"),
        expect: Expectation::Refused(&[NONCE, PROOF]),
    },
    Case {
        id: NOT_ROTATED,
        title: "The same nonce is handed out for more than five minutes",
        clause: "ATP-NONCE-004",
        covers: &[],
        killers: &["as.nonce.never-rotates"],
        edit: Edit::Story("the nonce on offer, and the one six minutes later"),
        expect: Expectation::Holds(rotation::rotates),
    },
    Case {
        id: "server.dpop-nonce.par-previous-nonce-refused",
        title: "The nonce before the current one is refused right after the change",
        clause: "ATP-NONCE-008",
        covers: &[],
        killers: &["as.nonce.no-overlap"],
        edit: Edit::Story("the nonce before the current one, right after the change"),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        match case.id {
            STALE => rotation::stale(stage, Subject::Par).await,
            CAPTURED => rotation::captured(stage, Subject::Par).await,
            NOT_ROTATED => rotation::over_six_minutes(stage, Subject::Par).await,
            _ => rotation::previous(stage, Subject::Par).await,
        }
    })
}
