//! Servers that make a client think of the method plain.
//!
//! # What it does
//!
//! Lets a client begin a login at a server that refuses its pushed request.
//!
//! # Why it matters
//!
//! With `plain`, whoever reads the request knows the verifier. A server, or whoever speaks for it,
//! must not be able to talk a client out of S256.
//!
//! # What a conforming peer does
//!
//! Fails when its request is refused, and never tries another method.
//!
//! # How to fix
//!
//! Have no code for `plain`.
//!
//! # References
//!
//! RFC 7636, section 7.2; RFC 9700, section 2.1.1; atproto OAuth profile, section "Proof Key for
//! Code Exchange".

use atproof_engine::judge::{Wire, parameter, trap};
use atproof_engine::model::{
    Alter, Family, Outcome, Role, Script, Settings, Site, Tier, Transcript, Twist, When,
};
use atproof_protocol::record::Part;

use crate::client::rows::{LOGIN, holds_with};
use crate::client::values::each;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.pkce.downgrade",
    role: Role::Client,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("downgrade.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds_with(
        "client.pkce.fallback-to-plain",
        "The server refuses a request with S256, and the client tries plain",
        "RFC7636-7.2-01",
        &["client.pkce.fallback-to-plain"],
        Twist::new(Site::Par, REFUSAL).when(When::Nth(2)),
        never_plain,
    )],
};

const REFUSAL: Alter = Alter::Instead(
    400,
    &[("DPoP-Nonce", "{nonce}"), ("Cache-Control", "no-store")],
    r#"{"error":"invalid_request","error_description":"code_challenge_method is not supported"}"#,
);

fn never_plain(transcript: &Transcript<'_>) -> Outcome {
    let pushed = Wire::new(transcript).at(&Part::Faulted, Site::Par);
    each(pushed, "S256 or nothing", |exchange| {
        let method = parameter(exchange, "code_challenge_method");
        (method.as_deref() != Some("S256")).then(|| method.unwrap_or_else(|| "plain".to_owned()))
    })
}
