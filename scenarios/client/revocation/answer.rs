//! Revocations that fail, or are answered in an odd way.
//!
//! # What it does
//!
//! Lets a client log in and log out. The revocation is answered with a body that nobody needs, with an
//! error, or is not offered at all.
//!
//! # Why it matters
//!
//! Users who log out want to be out, whatever the server says; and if a token is still alive, somebody
//! should know.
//!
//! # What a conforming peer does
//!
//! Forgets the session in any case, ignores the body of a success, and after 503 tries again or says so.
//!
//! # How to fix
//!
//! Delete the session first, or in any case. Look at the status of the answer alone.
//!
//! # References
//!
//! RFC 7009, sections 2.2 and 2.2.1; RFC 8414, section 2.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist};

use crate::client::grants::{is_gone, minds_failure, stays_home};
use crate::client::rows::{LOGOUT, covering, goes_on, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.revocation.answer",
    role: Role::Client,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("answer.rs"),
    script: Script::Walk { steps: LOGOUT, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        goes_on(
            "client.revocation.body-read",
            "The answer has a body that is no JSON",
            "RFC7009-2.2-02",
            &["client.revoke.body-read"],
            Twist::new(Site::Revocation, DONE),
        ),
        // The profile does not ask for a revocation, so that no text says what a logout tells of one.
        covering(
            holds_with(
                "client.revocation.failure-ignored",
                "The server cannot revoke the token now",
                "ATP-REVOKE-005",
                &["client.revoke.any-answer"],
                Twist::new(Site::Revocation, BUSY),
                minds_failure,
            ),
            &["RFC7009-2.2.1-02"],
        ),
        holds_with(
            "client.revocation.session-kept",
            "The session stays because its revocation failed",
            "ATP-REVOKE-005",
            &["client.revoke.fail-closed"],
            Twist::new(Site::Revocation, BUSY),
            is_gone,
        ),
        holds_with(
            "client.revocation.redirect-to-other-server",
            "The revocation is redirected to another server",
            "RFC9700-4.14.2-05",
            &["client.revoke.follow-redirect"],
            Twist::new(Site::Revocation, Alter::Redirect(307, "{other}{path}")),
            stays_home,
        ),
    ],
};

const BUSY: Alter = Alter::Instead(
    503,
    &[("DPoP-Nonce", "{nonce}"), ("Retry-After", "1")],
    r#"{"error":"temporarily_unavailable"}"#,
);

/// A success with a note for people.
const DONE: Alter =
    Alter::Instead(200, &[("Content-Type", "text/plain"), ("DPoP-Nonce", "{nonce}")], "revoked");
