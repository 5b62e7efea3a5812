//! A native client on a port of its own.
//!
//! # What it does
//!
//! Makes a development client that declares a loopback address without port, and gives it a redirect
//! URI at that address with one.
//!
//! # Why it matters
//!
//! The system gives a native client whatever port is free, and servers take every one. A library that
//! compares ports ends logins that would succeed.
//!
//! # What a conforming peer does
//!
//! Pushes the redirect URI as it is, and takes what comes back there.
//!
//! # How to fix
//!
//! Leave the port out where loopback redirect URIs are compared.
//!
//! # References
//!
//! RFC 8252, section 7.3.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist};

use crate::client::rows::{LOGIN, goes_on};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.localhost-client.port",
    role: Role::Client,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("port.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[goes_on(
        "client.localhost-client.port-refused",
        "The redirect URI has a port, the declared one has none",
        "RFC8252-7.3-03",
        &["client.redirect.loopback-port-compare"],
        Twist::new(
            Site::Client,
            Alter::Member("/redirect_uri", "\"http://127.0.0.1:49321/callback\""),
        ),
    )],
};
