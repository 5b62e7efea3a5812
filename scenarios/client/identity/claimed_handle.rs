//! The handle of an account that signs in by its DID.
//!
//! # What it does
//!
//! Lets the user type a DID, and looks whether anybody is asked about the handle that the DID
//! document claims.
//!
//! # Why it matters
//!
//! Whoever has an account can write any handle into its DID document. Shown to others without a
//! look at where it leads, it is the name of somebody else.
//!
//! # What a conforming peer does
//!
//! Looks the claimed handle up before it shows it. One that shows no handle need not.
//!
//! # How to fix
//!
//! Resolve the claimed handle, and take it only where it leads back to the DID.
//!
//! # References
//!
//! atproto Handle specification, section "Handle Resolution".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Input, Role, Script, Settings, Tier};

use crate::client::rows::{LOGIN, holds};
use crate::client::surveys::looks_up_claim;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.claimed-handle",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("claimed_handle.rs"),
    script: Script::Watch {
        steps: LOGIN,
        settings: Settings { input: Input::Did, ..Settings::USUAL },
    },
    judge: trap,
    cases: &[holds(
        "client.identity.claim-not-looked-up",
        "Whether the handle of an account that signs in by its DID is looked up",
        "ATP-IDENT-002",
        &["client.identity.one-way-handle"],
        looks_up_claim,
    )],
};
