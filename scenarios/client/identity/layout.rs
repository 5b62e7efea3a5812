//! Networks that are laid out in another way, and as correct.
//!
//! # What it does
//!
//! Lets a client log in where the account has a `did:web`, and where the user types the URL of an
//! authorization server that is no PDS.
//!
//! # Why it matters
//!
//! Accounts live in many places. A client that knows one layout only shuts the others out.
//!
//! # What a conforming peer does
//!
//! Logs in.
//!
//! # How to fix
//!
//! Follow the documents from the account to its authorization server, whatever their origins are.
//!
//! # References
//!
//! atproto OAuth profile, sections "Identity Authentication" and "Authorization Servers"; atproto DID
//! specification, section "Blessed DID Methods".

use atproof_engine::judge::trap;
use atproof_engine::model::{Case, Edit, Expectation, Family, Input, Role, Script, Settings, Tier};

use crate::client::rows::LOGIN;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.layout",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("layout.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        Case {
            id: "client.identity.did-web-refused",
            title: "The account has a did:web",
            clause: "ATP-IDENT-004",
            covers: &[],
            killers: &["client.identity.did-web-unsupported"],
            edit: Edit::Layout(
                "the account has a did:web",
                Settings { did_web: true, ..Settings::USUAL },
            ),
            expect: Expectation::Completes,
        },
        Case {
            id: "client.identity.server-refused",
            title: "The user types the URL of the authorization server",
            clause: "ATP-DISC-003",
            covers: &["ATP-DISC-002"],
            killers: &["client.rs-metadata.no-as-fallthrough"],
            edit: Edit::Layout(
                "the user types the URL of the authorization server",
                Settings { input: Input::Issuer, ..Settings::USUAL },
            ),
            expect: Expectation::Completes,
        },
    ],
};
