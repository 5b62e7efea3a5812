//! A handle that changes during a session.
//!
//! # What it does
//!
//! Gives the handle of the account to another account after the login, and lets the client refresh.
//!
//! # Why it matters
//!
//! Handles change and DIDs do not. A session that hangs on the handle ends when the user takes a
//! new name, or goes over to whoever has the old one.
//!
//! # What a conforming peer does
//!
//! Goes on with the account that signed in.
//!
//! # How to fix
//!
//! Key sessions by DID, and resolve the DID when anything has to be looked up.
//!
//! # References
//!
//! atproto OAuth profile, section "Tokens and Session Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Edit, Family, Role, Script, Settings, Site, Step, Tier, Twist, When,
};

use crate::client::rows::{RENEWED, goes_on};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.session.handle",
    role: Role::Client,
    area: "session",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("handle.rs"),
    script: Script::Walk { steps: RENEWED, settings: Settings::USUAL },
    judge: trap,
    cases: &[Case {
        edit: Edit::Twists(&[
            Twist::new(Site::Did, RENAMED).when(When::During(Step::Refresh)),
            Twist::new(Site::Handle, Alter::Member("/did", "\"{other_did}\""))
                .when(When::During(Step::Refresh)),
        ]),
        ..goes_on(
            "client.session.ends-with-handle",
            "The account gets another handle during its session",
            "ATP-SESS-007",
            &["client.session.bound-to-handle"],
            Twist::new(Site::Did, RENAMED),
        )
    }],
};

const RENAMED: Alter = Alter::Member("/alsoKnownAs", "[\"at://renamed.atproof.test\"]");
