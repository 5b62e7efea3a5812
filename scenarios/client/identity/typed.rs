//! Things that a user types and that are no account.
//!
//! # What it does
//!
//! Lets a client begin a login with text that is no handle and no DID, or one that nobody can have,
//! or with a handle in capitals.
//!
//! # Why it matters
//!
//! What is typed goes into URLs. Text that is looked up without a look at it reaches other paths
//! and other hosts than the ones it names.
//!
//! # What a conforming peer does
//!
//! Checks the syntax first, and asks nobody about what cannot be an account. Writes handles in
//! lower case, and leaves DIDs as they are.
//!
//! # How to fix
//!
//! Parse the text as a handle or a DID before the first request.
//!
//! # References
//!
//! atproto Handle specification; atproto DID specification.

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Input, Role, Script, Settings, Step, Tier,
};

use crate::client::route::{asks_nobody, looks_up_no_did};
use crate::client::rows::LOGIN;
use crate::client::surveys::looks_or_refuses;

/// A DID of 2049 characters.
const TOO_LONG: &str = match std::str::from_utf8(&LETTERS) {
    Ok(text) => text,
    Err(_) => "",
};

const LETTERS: [u8; 2049] = {
    let (mut letters, start) = ([b'a'; 2049], b"did:plc:");
    let mut at = 0;
    while at < start.len() {
        letters[at] = start[at];
        at += 1;
    }
    letters
};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.typed",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("typed.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        Case {
            id: "client.identity.handle-with-hyphen",
            title: "The user types a name that begins with a hyphen",
            clause: "ATP-IDENT-018",
            covers: &[],
            killers: &["client.identity.handle-syntax"],
            edit: Edit::Layout(
                "the user types a name that begins with a hyphen",
                Settings { input: Input::Typed("-alice.{domain}"), ..Settings::USUAL },
            ),
            expect: Expectation::Holds(asks_nobody),
        },
        Case {
            id: "client.identity.handle-under-reserved-domain",
            title: "The user types a handle under a reserved domain",
            clause: "ATP-IDENT-015",
            covers: &[],
            killers: &["client.identity.handle-tld-unchecked"],
            edit: Edit::Layout(
                "the user types a handle under a reserved domain",
                Settings { input: Input::Typed("alice.internal"), ..Settings::USUAL },
            ),
            expect: Expectation::Holds(asks_nobody),
        },
        Case {
            id: "client.identity.placeholder-typed",
            title: "The user types handle.invalid",
            clause: "ATP-IDENT-016",
            covers: &[],
            killers: &["client.identity.handle-invalid-taken"],
            edit: Edit::Layout(
                "the user types handle.invalid",
                Settings { input: Input::Typed("handle.invalid"), ..Settings::USUAL },
            ),
            expect: Expectation::Holds(asks_nobody),
        },
        Case {
            id: "client.identity.capitals-kept",
            title: "The user types the handle in capitals",
            clause: "ATP-IDENT-017",
            covers: &[],
            killers: &["client.identity.handle-case"],
            edit: Edit::Layout(
                "the user types the handle in capitals",
                Settings { input: Input::Typed("ALICE.{domain}"), ..Settings::USUAL },
            ),
            expect: Expectation::Completes,
        },
        Case {
            id: "client.identity.did-rewritten",
            title: "The user types the DID in capitals",
            clause: "ATP-IDENT-029",
            covers: &[],
            killers: &["client.identity.did-case"],
            edit: Edit::Layout(
                "the user types the DID in capitals",
                Settings {
                    input: Input::Typed("did:plc:ALICEAAAAAAAAAAAAAAAAAAA"),
                    ..Settings::USUAL
                },
            ),
            expect: Expectation::RefusedAt(Step::Start),
        },
        Case {
            id: "client.identity.did-of-other-method",
            title: "The user types a DID of a method that nobody supports",
            clause: "ATP-IDENT-028",
            covers: &[],
            killers: &["client.identity.did-any-method"],
            edit: Edit::Layout(
                "the user types a DID of a method that nobody supports",
                Settings {
                    input: Input::Typed(
                        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
                    ),
                    ..Settings::USUAL
                },
            ),
            expect: Expectation::Holds(looks_up_no_did),
        },
        Case {
            id: "client.identity.did-with-path",
            title: "The user types a DID with a path in it",
            clause: "ATP-IDENT-028",
            covers: &[],
            killers: &["client.identity.did-unescaped"],
            edit: Edit::Layout(
                "the user types a DID with a path in it",
                Settings { input: Input::Typed("did:plc:../../alice"), ..Settings::USUAL },
            ),
            expect: Expectation::Holds(looks_up_no_did),
        },
        Case {
            id: "client.identity.did-too-long",
            title: "The user types a DID of 2049 characters",
            clause: "ATP-IDENT-037",
            covers: &[],
            killers: &["client.identity.did-too-long"],
            edit: Edit::Layout(
                "the user types a DID of 2049 characters",
                Settings { input: Input::Typed(TOO_LONG), ..Settings::USUAL },
            ),
            expect: Expectation::Holds(looks_up_no_did),
        },
        Case {
            id: "client.identity.at-sign-typed",
            title: "The user types the handle with a leading @",
            clause: "ATP-IDENT-019",
            covers: &[],
            killers: &["client.identity.at-sign-stripped"],
            edit: Edit::Layout(
                "the user types the handle with a leading @",
                Settings { input: Input::Typed("@{handle}"), ..Settings::USUAL },
            ),
            expect: Expectation::Holds(looks_or_refuses),
        },
    ],
};
