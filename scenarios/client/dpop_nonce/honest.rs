//! The nonces of a client in an honest login, request and refresh, where every answer has a new one.
//!
//! # What it does
//!
//! Lets a client log in to a correct network that asks for nonces and gives a new one with every
//! answer, ask for something, refresh and ask again, and follows every nonce from the answer to the
//! proof.
//!
//! # Why it matters
//!
//! A nonce shows that a proof was made now. A client that clings to old ones, or mixes those of two
//! servers, pays for every request with a refused one, or never gets through.
//!
//! # What a conforming peer does
//!
//! Tries again with the nonce of a demand, keeps the newest one of each server and each session,
//! and copies it as it is.
//!
//! # How to fix
//!
//! Keep nonces by origin and session. Replace one whenever an answer to a request with a proof
//! brings another, whatever its status.
//!
//! # References
//!
//! RFC 9449, sections 8, 8.2 and 9; atproto OAuth profile, section "Demonstrating Proof of
//! Possession".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Site, Step, Tier};

use crate::client::nonces::{is_carried, is_exact, is_newest, is_obeyed, is_of_server};
use crate::client::rows::{covering, holds};
use crate::client::surveys::first_proofs;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop-nonce.honest",
    role: Role::Client,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: STEPS, settings: ROTATING },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.dpop-nonce.demand-ignored-at-par",
                "A demand for a nonce at the pushed request is not met",
                "ATP-NONCE-011",
                &["client.nonce.not-retried-at-server"],
                |t| is_obeyed(t, Site::Par),
            ),
            &["RFC9449-8-05"],
        ),
        covering(
            holds(
                "client.dpop-nonce.demand-ignored-at-resource",
                "A demand for a nonce at the resource is not met",
                "ATP-NONCE-018",
                &["client.nonce.not-retried-at-resource"],
                |t| is_obeyed(t, Site::Resource),
            ),
            &["RFC9449-9-03"],
        ),
        holds(
            "client.dpop-nonce.nonce-absent",
            "A proof has no nonce although the server gave one",
            "RFC9449-4.2-09",
            &["client.nonce.never-sent"],
            is_carried,
        ),
        covering(
            holds(
                "client.dpop-nonce.nonce-old",
                "A proof has an older nonce than the last answer",
                "RFC9449-8.2-01",
                &[
                    "client.nonce.success-ignored",
                    "client.nonce.first-kept",
                    "client.nonce.no-update-after-retry",
                    "client.nonce.stale-shadow",
                ],
                is_newest,
            ),
            &["ATP-NONCE-019"],
        ),
        holds(
            "client.dpop-nonce.nonce-altered",
            "A proof has a nonce that nobody gave",
            "RFC9449-8.1-02",
            &["client.nonce.altered"],
            is_exact,
        ),
        holds(
            "client.dpop-nonce.nonce-of-other-server",
            "A proof has the nonce of another server",
            "RFC9449-9-02",
            &["client.nonce.global"],
            is_of_server,
        ),
        holds(
            "client.dpop-nonce.first-proofs",
            "Whether the first proof for a server has a nonce",
            "ATP-NONCE-023",
            &["client.nonce.global"],
            first_proofs,
        ),
    ],
};

/// A second refresh shows what became of the nonce of the first.
const STEPS: &[Step] =
    &[Step::Start, Step::Callback, Step::Request, Step::Refresh, Step::Request, Step::Refresh];

const ROTATING: Settings = Settings { variants: &["legal.nonce-every-answer"], ..Settings::USUAL };
