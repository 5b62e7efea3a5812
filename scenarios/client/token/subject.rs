//! Logins that begin with a server, and end with an account.
//!
//! # What it does
//!
//! Lets a client log in with the URL of a PDS, for sign-in alone. The token answer names an account that lives elsewhere.
//!
//! # Why it matters
//!
//! No account was named when such a login began. If the answer alone says who it is, any server can sign
//! anybody in.
//!
//! # What a conforming peer does
//!
//! Resolves `sub`, and takes it only where the PDS of that account leads back to the server that answered.
//!
//! # How to fix
//!
//! Resolve the DID of the answer anew, from its document to the authorization server, and compare the
//! issuer with the one of the login.
//!
//! # References
//!
//! atproto OAuth profile, sections "Tokens and Session Lifetime" and "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Family, Input, Role, Script, Settings, Site, Step, Tier, Twist,
};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.token.subject",
    role: Role::Client,
    area: "token",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("subject.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings { input: Input::Pds, scope: "atproto", ..Settings::USUAL },
    },
    judge: trap,
    cases: &[stops(
        Step::Callback,
        "client.token.sign-in-of-other-server",
        "A login for sign-in alone ends with an account of another server",
        "ATP-AUTHZ-034",
        &["client.identity.sign-in-unverified"],
        Twist::new(Site::Token, Alter::Member("/sub", "\"{foreign_did}\"")),
    )],
};
