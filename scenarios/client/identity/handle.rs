//! Handles that lead to an account which does not claim them.
//!
//! # What it does
//!
//! Lets a client begin a login with a handle. The DID document claims another handle, or the handle
//! leads to another account.
//!
//! # Why it matters
//!
//! Whoever controls a domain can point it at any DID. Only the claim in the DID document shows that the
//! account wants the name.
//!
//! # What a conforming peer does
//!
//! Resolves the handle to a DID, reads the DID document, and stops unless the first handle in it is the
//! one that it came from.
//!
//! # How to fix
//!
//! After resolving, compare the handle with the first `at://` entry of `alsoKnownAs`.
//!
//! # References
//!
//! atproto Handle specification, section "Handle Resolution"; atproto OAuth profile, section "Identity
//! Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Edit, Family, Role, Script, Settings, Site, Step, Tier, Twist, When,
};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.handle",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("handle.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[Case {
        // However the client looks it up.
        edit: Edit::Twists(&[
            Twist::new(Site::Handle, Alter::Member("/did", "\"{other_did}\"")),
            Twist::new(Site::Handle, Alter::Body("text/plain", "{other_did}"))
                .when(When::Of("/.well-known/atproto-did")),
            Twist::new(Site::Record, Alter::Body("text/plain", "did={other_did}")),
        ]),
        ..stops(
            Step::Start,
            "client.identity.handle-of-other-account",
            "The handle leads to an account that has another one",
            "ATP-IDENT-002",
            &["client.identity.handle-unclaimed"],
            Twist::new(Site::Handle, Alter::Member("/did", "\"{other_did}\"")),
        )
    }],
};
