//! What a client sends for PKCE, over two honest logins.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network, and looks at the challenges that it pushes and
//! the verifiers that it sends with the codes.
//!
//! # Why it matters
//!
//! With a fresh verifier for each login, a code that leaks is worth nothing.
//!
//! # What a conforming peer does
//!
//! Sends `code_challenge` with the method `S256`, made from a new random verifier every time.
//!
//! # How to fix
//!
//! Draw 32 random bytes for each login, and send `code_challenge_method=S256` along.
//!
//! # References
//!
//! RFC 7636, sections 4.1 to 4.5; atproto OAuth profile, section "Authorization Request Fields".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::proofs::{differs, is_sent, method_is_s256};
use crate::client::rows::{TWICE, covering, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.pkce.honest",
    role: Role::Client,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.pkce.challenge-absent",
                "A request is pushed without code_challenge",
                "RFC7636-4.3-02",
                &["client.pkce.none"],
                |t| is_sent(t, "code_challenge"),
            ),
            &["ATP-PKCE-001"],
        ),
        covering(
            holds(
                "client.pkce.method-not-s256",
                "The challenge is made by another method than S256",
                "ATP-PKCE-006",
                &["client.pkce.plain"],
                method_is_s256,
            ),
            &["RFC7636-4.2-01"],
        ),
        covering(
            holds(
                "client.pkce.challenge-repeated",
                "Two logins have the same challenge",
                "ATP-PKCE-002",
                &["client.pkce.constant-verifier"],
                |t| differs(t, "code_challenge"),
            ),
            &["RFC9700-2.1.1-02"],
        ),
    ],
};
