//! How a client pushes its authorization request, over two honest logins.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network, and looks at the pushed requests and at the URL
//! that the user is sent to.
//!
//! # Why it matters
//!
//! What is pushed cannot be read or changed on its way through the browser. What stands in the URL
//! as well, can.
//!
//! # What a conforming peer does
//!
//! Posts the parameters as a form, and sends the user off with `client_id` and `request_uri` alone.
//!
//! # How to fix
//!
//! Encode the body as `application/x-www-form-urlencoded`, and build the URL from those two
//! parameters.
//!
//! # References
//!
//! RFC 9126, sections 2.1 and 4; atproto OAuth profile, section "Authorization Request Flow".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::proofs::{nothing_pushed_in_url, pushes_a_form};
use crate::client::rows::{TWICE, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.par.honest",
    role: Role::Client,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds(
            "client.par.body-not-a-form",
            "The pushed request is no form",
            "ATP-PAR-003",
            &["client.par.json-body"],
            pushes_a_form,
        ),
        holds(
            "client.par.parameters-in-url",
            "Parameters that were pushed stand in the URL as well",
            "ATP-PAR-006",
            &["client.par.parameters-in-url"],
            nothing_pushed_in_url,
        ),
    ],
};
