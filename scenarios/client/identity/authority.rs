//! Whether the server may speak for the account that comes back.
//!
//! # What it does
//!
//! Lets a client log in with the URL of a PDS. The account of the token answer belongs to another
//! server, or its own server says something else by then.
//!
//! # Why it matters
//!
//! Any server can say that any account has logged in. Only the way from the DID back to the server
//! shows that it may.
//!
//! # What a conforming peer does
//!
//! Resolves the DID of sub itself, asks its PDS for the authorization server, fetches the metadata
//! of that, and compares the issuer.
//!
//! # How to fix
//!
//! Do after every token answer what you do at the beginning of a login with a DID, and compare the
//! issuer at the end of it with that of the login.
//!
//! # References
//!
//! atproto OAuth profile, section "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Family, Input, Role, Script, Settings, Site, Step, Tier, Twist, When,
};

use crate::client::rows::{LOGIN, covering, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.authority",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("authority.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings { input: Input::Pds, ..Settings::USUAL },
    },
    judge: trap,
    cases: &[
        covering(
            stops(
                Step::Callback,
                "client.identity.account-of-other-server",
                "sub is an account of another server",
                "ATP-DISC-017",
                &["client.identity.skip-sub-authority"],
                Twist::new(Site::Token, Alter::Member("/sub", "\"{foreign_did}\"")),
            ),
            &["ATP-TOK-008"],
        ),
        stops(
            Step::Callback,
            "client.identity.issuer-changed-during-login",
            "The metadata of the server names another issuer by then",
            "ATP-TOK-009",
            &["client.as-metadata.issuer-checked-once"],
            Twist::new(Site::ServerMetadata, Alter::Member("/issuer", "\"{other}\""))
                .when(When::During(Step::Callback)),
        ),
    ],
};
