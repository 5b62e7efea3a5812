//! Servers whose tokens, and answers, look unlike those of the reference implementation.
//!
//! # What it does
//!
//! Lets a client log in to a correct network that takes one of the freedoms that the texts give to token
//! answers.
//!
//! # Why it matters
//!
//! Access tokens are between the server and the PDS. A client that reads them breaks with the next server.
//!
//! # What a conforming peer does
//!
//! Logs in.
//!
//! # How to fix
//!
//! Take the account from `sub`, the scope from `scope`, the lifetime from `expires_in`, and nothing from
//! the token. Compare `token_type` without regard to case.
//!
//! # References
//!
//! RFC 6749, sections 1.4, 3.3 and 5.1; atproto OAuth profile, section "Tokens and Session Lifetime".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::rows::{LOGIN, bears, covering};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.token.opaque",
    role: Role::Client,
    area: "token",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("opaque.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            bears(
                "client.token.opaque-refused",
                "The access token is no JWT",
                "ATP-TOK-010",
                &["client.token.decode-as-jwt"],
                "legal.opaque-access-tokens",
            ),
            &["OAUTH21-1.4-01"],
        ),
        bears(
            "client.token.type-in-lower-case-refused",
            "token_type is dpop",
            "RFC9449-5-06",
            &["client.token.type-case-sensitive"],
            "legal.token-type-lower-case",
        ),
    ],
};
