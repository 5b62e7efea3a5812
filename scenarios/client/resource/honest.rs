//! What a client sends to the PDS in an honest session.
//!
//! # What it does
//!
//! Lets a client log in to a correct network, ask for something, refresh and ask again, and reads the
//! requests that have its token.
//!
//! # Why it matters
//!
//! A token in a URL stands in logs, one in a field for proxies is read by them, and one without its proof
//! is a bearer token.
//!
//! # What a conforming peer does
//!
//! Sends every request to the PDS of the account, with the token in `Authorization` alone and a proof
//! beside it.
//!
//! # How to fix
//!
//! Take the PDS from the DID document, and write the token into that one field.
//!
//! # References
//!
//! RFC 6750, section 2; RFC 9449, sections 7 and 7.1; RFC 9700, section 4.3.2; atproto OAuth profile,
//! section "Demonstrating Proof of Possession".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::grants::{has_both, has_one_token, tells_no_proxy};
use crate::client::rows::{SESSION, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.resource.honest",
    role: Role::Client,
    area: "resource",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: SESSION, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds(
            "client.resource.token-without-proof",
            "A request has a token without a proof, or a proof without a token",
            "RFC9449-7-01",
            &["client.dpop.not-at-resource"],
            has_both,
        ),
        holds(
            "client.resource.token-twice",
            "A request has its token in two places",
            "RFC6750-2-01",
            &["client.rs.token-twice"],
            has_one_token,
        ),
        holds(
            "client.resource.token-for-proxies",
            "The token is sent to proxies",
            "RFC9449-7.1-08",
            &["client.rs.proxy-authorization"],
            tells_no_proxy,
        ),
    ],
};
