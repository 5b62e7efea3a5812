//! Logins with a DID.
//!
//! # What it does
//!
//! Lets a client log in with the DID of an account that claims no handle.
//!
//! # Why it matters
//!
//! A broken handle is no reason to lock somebody out: the DID is who the account is.
//!
//! # What a conforming peer does
//!
//! Logs in, and shows no handle.
//!
//! # How to fix
//!
//! Treat the handle as a name to show, and the DID as the key of the account.
//!
//! # References
//!
//! atproto Handle specification, section "Usage and Implementation Guidelines".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Input, Role, Script, Settings, Site, Tier, Twist};

use crate::client::rows::{LOGIN, goes_on};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.by-did",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("by_did.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings { input: Input::Did, ..Settings::USUAL },
    },
    judge: trap,
    cases: &[goes_on(
        "client.identity.handle-demanded",
        "The DID document claims no handle",
        "ATP-IDENT-030",
        &["client.identity.handle-required"],
        Twist::new(Site::Did, Alter::WithoutMember("/alsoKnownAs")),
    )],
};
