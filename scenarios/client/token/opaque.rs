//! Servers whose tokens look unlike those of the reference implementation.
//!
//! # What it does
//!
//! Lets a client log in to a correct network that issues random access tokens instead of JWTs.
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
//! the token.
//!
//! # References
//!
//! RFC 6749, section 1.4; atproto OAuth profile, section "Tokens and Session Lifetime".

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
    cases: &[covering(
        bears(
            "client.token.opaque-refused",
            "The access token is no JWT",
            "ATP-TOK-010",
            &["client.token.decode-as-jwt"],
            "legal.opaque-access-tokens",
        ),
        &["OAUTH21-1.4-01"],
    )],
};
