//! DIDs of the method web that lead nowhere in atproto.
//!
//! # What it does
//!
//! Lets a client begin a login with a did:web that has a path, a port, or an address for a host.
//!
//! # Why it matters
//!
//! Whoever types it chooses where the client goes. atproto knows hosts alone, so that nothing else
//! needs to be looked at.
//!
//! # What a conforming peer does
//!
//! Asks nobody.
//!
//! # How to fix
//!
//! Parse the DID, and refuse anything after did:web: that is no domain name.
//!
//! # References
//!
//! atproto DID specification, section "Blessed DID Methods".

use atproof_engine::judge::trap;
use atproof_engine::model::{Case, Edit, Expectation, Family, Input, Role, Script, Settings, Tier};

use crate::client::route::looks_up_no_did;
use crate::client::rows::LOGIN;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.typed-did-web",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("typed_did_web.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::NAMED },
    judge: trap,
    cases: &[
        Case {
            id: "client.identity.did-web-with-path",
            title: "The user types a did:web with a path",
            clause: "ATP-IDENT-020",
            covers: &[],
            killers: &["client.identity.did-web-path"],
            edit: Edit::Layout(
                "the user types a did:web with a path",
                Settings { input: Input::Typed("did:web:pds.{domain}:alice"), ..Settings::NAMED },
            ),
            expect: Expectation::Holds(looks_up_no_did),
        },
        Case {
            id: "client.identity.did-web-with-port",
            title: "The user types a did:web with a port",
            clause: "ATP-IDENT-021",
            covers: &[],
            killers: &["client.identity.did-web-port"],
            edit: Edit::Layout(
                "the user types a did:web with a port",
                Settings { input: Input::Typed("did:web:pds.{domain}%3A8443"), ..Settings::NAMED },
            ),
            expect: Expectation::Holds(looks_up_no_did),
        },
        Case {
            id: "client.identity.did-web-at-address",
            title: "The user types a did:web at an address",
            clause: "ATP-IDENT-020",
            covers: &["ATP-DISC-012"],
            killers: &["client.ssrf.validate-before-parse"],
            edit: Edit::Layout(
                "the user types a did:web at an address",
                Settings { input: Input::Typed("did:web:127.0.0.1"), ..Settings::NAMED },
            ),
            expect: Expectation::Holds(looks_up_no_did),
        },
    ],
};
