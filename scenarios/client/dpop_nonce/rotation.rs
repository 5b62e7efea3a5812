//! Nonces that are no longer good when they are used, and answers without one.
//!
//! # What it does
//!
//! Lets a client log in, ask and refresh. One answer gives a nonce that the server will not take,
//! so that the next request is met with a demand; or it has no nonce, or spells the name of the
//! field in small letters.
//!
//! # Why it matters
//!
//! Nonces change while a client thinks. One that cannot try again at the token endpoint loses the
//! code, and at a refresh the session.
//!
//! # What a conforming peer does
//!
//! Tries again with the nonce of the demand, at every endpoint and with the same code or refresh
//! token. Rejects answers to requests with a proof that bring no nonce.
//!
//! # How to fix
//!
//! Let one function send all requests with a proof, and try again there.
//!
//! # References
//!
//! RFC 9449, sections 8, 8.2 and 9; RFC 9110, section 5.1; atproto OAuth profile, section
//! "Demonstrating Proof of Possession".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::rows::{covering, goes_on, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop-nonce.rotation",
    role: Role::Client,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("rotation.rs"),
    script: Script::Walk { steps: STEPS, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            goes_on(
                "client.dpop-nonce.demand-at-token",
                "A nonce is asked for at the code exchange",
                "RFC9449-8-05",
                &["client.nonce.not-retried-at-token"],
                Twist::new(Site::Par, STALE).when(When::Nth(2)),
            ),
            &["ATP-NONCE-011"],
        ),
        goes_on(
            "client.dpop-nonce.demand-at-refresh",
            "A nonce is asked for at the refresh",
            "RFC9449-8-05",
            &["client.nonce.not-retried-at-refresh"],
            Twist::new(Site::Token, STALE).when(When::Nth(1)),
        ),
        goes_on(
            "client.dpop-nonce.field-in-lower-case",
            "The name of the field is dpop-nonce",
            "ATP-NONCE-015",
            &["client.nonce.case-sensitive-header"],
            Twist::new(Site::Par, Alter::Spelled("dpop-nonce")),
        ),
        stops(
            Step::Start,
            "client.dpop-nonce.missing-at-par",
            "The answer to the pushed request has no nonce",
            "ATP-NONCE-012",
            &["client.nonce.missing-accepted"],
            Twist::new(Site::Par, NONE).when(When::Accepted),
        ),
        stops(
            Step::Callback,
            "client.dpop-nonce.missing-at-token",
            "The answer to the code exchange has no nonce",
            "ATP-NONCE-012",
            &["client.nonce.missing-accepted-at-token"],
            Twist::new(Site::Token, NONE).when(When::Accepted),
        ),
        stops(
            Step::Request,
            "client.dpop-nonce.missing-at-resource",
            "The answer of the resource has no nonce",
            "ATP-NONCE-012",
            &["client.nonce.missing-accepted-at-resource"],
            Twist::new(Site::Resource, NONE).when(When::After(Step::Request)),
        ),
        stops(
            Step::Refresh,
            "client.dpop-nonce.missing-at-refresh",
            "The answer to the refresh has no nonce",
            "ATP-NONCE-012",
            &["client.nonce.missing-accepted-at-refresh"],
            Twist::new(Site::Refresh, NONE).when(When::Accepted),
        ),
    ],
};

/// The last step is the one that comes last in the contract as well.
const STEPS: &[Step] = &[Step::Start, Step::Callback, Step::Request, Step::Request, Step::Refresh];

/// The server will not know this one, and ask for another.
const STALE: Alter = Alter::Header("DPoP-Nonce", "{nonce}");

const NONE: Alter = Alter::WithoutHeader("DPoP-Nonce");
