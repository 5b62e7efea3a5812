//! The challenge in which a PDS asks for a nonce.
//!
//! # What it does
//!
//! Lets a client log in and ask for something. The first answer of the PDS is a demand for a nonce,
//! spelled in another legal way.
//!
//! # Why it matters
//!
//! The challenge is where a resource server asks. What stands in the body is its own affair, and
//! challenges grow new parameters.
//!
//! # What a conforming peer does
//!
//! Reads the DPoP challenge, ignores the parameters that it does not know, and tries again.
//!
//! # How to fix
//!
//! Parse `WWW-Authenticate` into challenges and parameters, and look for `error` in the one for
//! DPoP.
//!
//! # References
//!
//! RFC 9449, sections 7.1 and 9; RFC 9110, section 11.6.1.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist, When};

use crate::client::rows::{LOGIN, goes_on};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop-nonce.challenge",
    role: Role::Client,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("challenge.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        goes_on(
            "client.dpop-nonce.challenge-alone",
            "The PDS asks for a nonce in its challenge and not in the body",
            "ATP-NONCE-018",
            &["client.nonce.body-only"],
            Twist::new(Site::Resource, Alter::Body("application/json", "{}")).when(When::Nth(1)),
        ),
        goes_on(
            "client.dpop-nonce.challenge-with-more",
            "The challenge has a parameter that nobody knows",
            "RFC9449-7.1-07",
            &["client.rs.challenge-parameters-refused"],
            Twist::new(Site::Resource, Alter::Header("WWW-Authenticate", MORE)).when(When::Nth(1)),
        ),
    ],
};

const MORE: &str = r#"DPoP x_unknown="1", error="use_dpop_nonce", algs="ES256""#;
