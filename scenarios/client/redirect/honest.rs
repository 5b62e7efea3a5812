//! The redirect URI of an honest login.
//!
//! # What it does
//!
//! Lets a client log in to a correct network, and looks at the redirect URI that it pushes.
//!
//! # Why it matters
//!
//! The server sends the code to this place. It is compared with what the client declares, so that
//! one that is left out or of another kind ends the login at strict servers.
//!
//! # What a conforming peer does
//!
//! A native client with a loopback address sends the address, not a name.
//!
//! # How to fix
//!
//! Send the URI that the client was configured with, as it is.
//!
//! # References
//!
//! atproto OAuth profile, sections "Authorization Request Flow" and "Clients"; RFC 8252, sections
//! 7.3 and 8.3.

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::route::{comes_back_to_an_address, comes_back_to_loopback};
use crate::client::rows::{LOGIN, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.redirect.honest",
    role: Role::Client,
    area: "redirect",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds(
            "client.redirect.uri-of-other-kind",
            "The redirect_uri is not one of a native client",
            "ATP-REDIR-018",
            &["client.redirect.other-kind"],
            comes_back_to_loopback,
        ),
        holds(
            "client.redirect.loopback-by-name",
            "The redirect_uri has a name for a loopback address",
            "RFC8252-7.3-02",
            &["client.redirect.localhost-name"],
            comes_back_to_an_address,
        ),
    ],
};
