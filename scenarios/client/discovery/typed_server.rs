//! What becomes of the name of a server that a user types.
//!
//! # What it does
//!
//! Lets the user type the URL of the PDS with a slash, with a path, or without the scheme, and
//! records what the client asks for first.
//!
//! # Why it matters
//!
//! No text says how a typed name becomes the origin to ask. Clients differ, and users type what
//! they see in their browser.
//!
//! # What a conforming peer does
//!
//! Any: the text is silent. One that refuses says so before it asks anybody.
//!
//! # How to fix
//!
//! Nothing is wrong here.
//!
//! # References
//!
//! atproto OAuth profile, section "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Input, Role, Script, Settings, Step, Tier,
};

use crate::client::surveys::looks_first;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.typed-server",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("typed_server.rs"),
    script: Script::Walk {
        steps: &[Step::Start],
        settings: Settings { input: Input::Pds, ..Settings::USUAL },
    },
    judge: trap,
    cases: &[
        typed(
            "client.discovery.typed-with-slash",
            "The user types the URL of the PDS with a slash at its end",
            &["client.identity.server-slash-refused"],
            "{pds}/",
        ),
        typed(
            "client.discovery.typed-with-path",
            "The user types the URL of the PDS with a path",
            &["client.identity.server-path-refused"],
            "{pds}/xrpc/_health",
        ),
        typed(
            "client.discovery.typed-without-scheme",
            "The user types the URL of the PDS without the scheme",
            &["client.identity.server-name-taken"],
            "{pds_name}",
        ),
    ],
};

const fn typed(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    text: &'static str,
) -> Case {
    let settings = Settings { input: Input::Typed(text), ..Settings::USUAL };
    Case {
        id,
        title,
        clause: "ATP-DISC-015",
        covers: &[],
        killers,
        edit: Edit::Layout("the user types it in another way", settings),
        expect: Expectation::Holds(looks_first),
    }
}
