//! How a confidential client revokes.
//!
//! # What it does
//!
//! Makes a client with a key and a metadata document, lets it log in and log out at a correct
//! network, and looks at the revocation.
//!
//! # Why it matters
//!
//! A server refuses a revocation of a confidential client that does not authenticate, and the tokens
//! live on.
//!
//! # What a conforming peer does
//!
//! Authenticates the revocation like every other request to its server.
//!
//! # How to fix
//!
//! Send the revocation through the function that authenticates requests to the token endpoint.
//!
//! # References
//!
//! RFC 7009, section 2.1; RFC 7521, section 4.2.

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Site, Tier};

use crate::client::assertions::is_sent;
use crate::client::rows::{LOGOUT, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.client-auth.revocation",
    role: Role::Client,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("revocation.rs"),
    script: Script::Watch { steps: LOGOUT, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[holds(
        "client.client-auth.absent-at-revocation",
        "A confidential client revokes without an assertion",
        "RFC7521-4.2-01",
        &["client.assertion.not-at-revocation"],
        |t| is_sent(t, Site::Revocation),
    )],
};
