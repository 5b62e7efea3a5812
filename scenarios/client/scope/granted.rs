//! Grants with another scope than the client asked for.
//!
//! # What it does
//!
//! Lets a client log in. The token answer says that less was granted, or names something that only looks
//! like the scope of the profile.
//!
//! # Why it matters
//!
//! Users may grant a part. A client that insists on everything locks them out; one that takes the rest
//! for granted promises what it cannot do.
//!
//! # What a conforming peer does
//!
//! Goes on with less, knows what it has, and stops where `atproto` is not among it.
//!
//! # How to fix
//!
//! Keep the scope of the answer with the session, split at spaces, and look for what is needed there.
//!
//! # References
//!
//! RFC 6749, section 3.3; atproto OAuth profile, sections "Authorization Scopes" and "Tokens and Session
//! Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::grants::tells_granted_scope;
use crate::client::rows::{LOGIN, goes_on, holds_with, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.scope.granted",
    role: Role::Client,
    area: "scope",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("granted.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        goes_on(
            "client.scope.less-granted-refused",
            "Less than the requested scope is granted",
            "ATP-SCOPE-014",
            &["client.scope.exact-equal"],
            Twist::new(Site::Token, Alter::Member("/scope", "\"atproto\"")),
        ),
        holds_with(
            "client.scope.requested-taken-for-granted",
            "The client takes the requested scope for the granted one",
            "RFC6749-3.3-05",
            &["client.scope.assumed"],
            Twist::new(Site::Token, Alter::Member("/scope", "\"atproto\"")),
            tells_granted_scope,
        ),
        stops(
            Step::Callback,
            "client.scope.atproto-in-longer-value",
            "The granted scope has atproto only as a part of another value",
            "ATP-TOK-006",
            &["client.scope.substring"],
            Twist::new(Site::Token, Alter::Member("/scope", "\"atproto.test transition:generic\"")),
        ),
    ],
};
