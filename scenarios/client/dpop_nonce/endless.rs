//! Servers that ask for another nonce every time.
//!
//! # What it does
//!
//! Lets a client log in to a network where one endpoint answers every request with a demand for a
//! new nonce, and counts how often it tries.
//!
//! # Why it matters
//!
//! A client that obeys without end floods the server with requests, and leaves its user waiting.
//!
//! # What a conforming peer does
//!
//! Tries again with the nonce that came with the demand, a few times at most, and then fails.
//!
//! # How to fix
//!
//! Retry once after a demand. A second demand for the same request is an error.
//!
//! # References
//!
//! RFC 9449, sections 8 and 9.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist};

use crate::client::proofs::is_bounded;
use crate::client::rows::{SESSION, holds_with};
use crate::client::surveys::counts_attempts;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop-nonce.endless",
    role: Role::Client,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("endless.rs"),
    script: Script::Walk { steps: SESSION, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds_with(
            "client.dpop-nonce.endless-at-par",
            "Every pushed request is answered with a demand for a nonce",
            "RFC9449-8-06",
            &["client.nonce.retry-forever"],
            Twist::new(Site::Par, DEMAND),
            |t| is_bounded(t, Site::Par),
        ),
        holds_with(
            "client.dpop-nonce.endless-at-token",
            "Every code exchange is answered with a demand for a nonce",
            "RFC9449-8-06",
            &["client.nonce.retry-forever-at-token"],
            Twist::new(Site::Token, DEMAND),
            |t| is_bounded(t, Site::Token),
        ),
        holds_with(
            "client.dpop-nonce.endless-at-refresh",
            "Every refresh is answered with a demand for a nonce",
            "RFC9449-8-06",
            &["client.nonce.retry-forever", "client.nonce.recursive-plugin"],
            Twist::new(Site::Refresh, DEMAND),
            |t| is_bounded(t, Site::Refresh),
        ),
        holds_with(
            "client.dpop-nonce.endless-at-resource",
            "Every resource request is answered with a demand for a nonce",
            "RFC9449-8-06",
            &["client.nonce.retry-forever-at-resource"],
            Twist::new(Site::Resource, CHALLENGE),
            |t| is_bounded(t, Site::Resource),
        ),
        holds_with(
            "client.dpop-nonce.attempts",
            "How often a client tries when every push is answered with a demand for a nonce",
            "ATP-NONCE-020",
            &["client.nonce.retry-forever"],
            Twist::new(Site::Par, DEMAND),
            |t| counts_attempts(t, Site::Par),
        ),
    ],
};

/// How authorization servers ask (RFC 9449, section 8).
const DEMAND: Alter = Alter::Instead(
    400,
    &[("DPoP-Nonce", "{nonce}"), ("Cache-Control", "no-store")],
    r#"{"error":"use_dpop_nonce","error_description":"a nonce is needed"}"#,
);

/// How resource servers ask (RFC 9449, section 9).
const CHALLENGE: Alter = Alter::Instead(
    401,
    &[
        ("DPoP-Nonce", "{nonce}"),
        (
            "WWW-Authenticate",
            r#"DPoP error="use_dpop_nonce", error_description="a nonce is needed""#,
        ),
    ],
    r#"{"error":"use_dpop_nonce","message":"a nonce is needed"}"#,
);
