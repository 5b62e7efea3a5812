//! The signatures of client assertions.
//!
//! # What it does
//!
//! Makes a client with a key and a metadata document, lets it log in, and looks at the form of the
//! signature of every assertion.
//!
//! # Why it matters
//!
//! A signature in DER is right for a certificate and wrong for a JWT. Proofs and assertions often come
//! from two libraries, so that one may be right and the other wrong.
//!
//! # What a conforming peer does
//!
//! Writes an ES256 signature as 64 bytes, two numbers of 32 bytes each.
//!
//! # How to fix
//!
//! Ask the library for the format of IEEE P1363, or convert, with zeros on the left.
//!
//! # References
//!
//! RFC 7518, section 3.4.

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::assertions::has_64_bytes;
use crate::client::rows::{LOGIN, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.jose.assertion",
    role: Role::Client,
    area: "jose",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("assertion.rs"),
    script: Script::Watch { steps: LOGIN, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[holds(
        "client.jose.assertion-signature-length",
        "The ES256 signature of an assertion does not have 64 bytes",
        "RFC7518-3.4-02",
        &["client.assertion.signature-der"],
        has_64_bytes,
    )],
};
