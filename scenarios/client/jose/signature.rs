//! The signatures of a client.
//!
//! # What it does
//!
//! Lets a client log in, ask for something and refresh, and looks at the form of every signature.
//!
//! # Why it matters
//!
//! A signature in DER is right for a certificate and wrong for a JWT; servers refuse it, some only
//! now and then, when a number happens to be short.
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
use atproof_engine::model::{Family, Outcome, Role, Script, Settings, Tier, Transcript};
use atproof_protocol::jws;

use crate::client::proofs::proven;
use crate::client::rows::{SESSION, holds};
use crate::client::values::each;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.jose.signature",
    role: Role::Client,
    area: "jose",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("signature.rs"),
    script: Script::Watch { steps: SESSION, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds(
        "client.jose.signature-length",
        "An ES256 signature does not have 64 bytes",
        "RFC7518-3.4-02",
        &["client.dpop.signature-der"],
        has_64_bytes,
    )],
};

fn has_64_bytes(transcript: &Transcript<'_>) -> Outcome {
    each(proven(transcript), "64 bytes", |exchange| {
        let proof = jws::Compact::parse(exchange.request.header("dpop")?).ok()?;
        let alg = proof.header.to_value().get("alg").cloned()?;
        let length = proof.signature.len();
        (alg == "ES256" && length != 64).then(|| format!("{length} bytes"))
    })
}
