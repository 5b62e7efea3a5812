//! Servers that want an assertion for somebody else, or none, or never take one.
//!
//! # What it does
//!
//! Makes a client with a key and a metadata document. The metadata of the server lead it elsewhere,
//! or do not offer its way to authenticate, or the server refuses every assertion.
//!
//! # Why it matters
//!
//! A server that gets an assertion with another server in `aud` can log in there as the client. A
//! client that tries again and again with `invalid_client` in hand is shut out for the rest of the
//! day.
//!
//! # What a conforming peer does
//!
//! Writes the issuer of the server into `aud`, whatever else its metadata say, does not use a server
//! that has no use for its assertions, and takes a refusal for an end.
//!
//! # How to fix
//!
//! Take `aud` from the issuer that was checked against the URL of the metadata, and from no other
//! member.
//!
//! # References
//!
//! draft-ietf-oauth-rfc7523bis, section 4; atproto OAuth profile, sections "Confidential Client
//! Authentication" and "Authorization Servers".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};
use atproof_protocol::record::Part;

use crate::client::assertions::is_for_issuer;
use crate::client::proofs::is_bounded;
use crate::client::rows::{RENEWED, covering, holds_with, stops};

/// The refusal of an assertion.
const INVALID_CLIENT: Alter =
    Alter::Instead(401, &[("Cache-Control", "no-store")], "{\"error\":\"invalid_client\"}");

/// The family.
pub static FAMILY: Family = Family {
    id: "client.client-auth.mix-up",
    role: Role::Client,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("mix_up.rs"),
    script: Script::Walk { steps: RENEWED, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[
        covering(
            holds_with(
                "client.client-auth.aud-led-astray",
                "token_endpoint is at another server, which then stands in aud",
                "RFC7523BIS-4-01",
                &["client.assertion.aud-endpoint"],
                Twist::new(
                    Site::ServerMetadata,
                    Alter::Member("/token_endpoint", "\"{other}/oauth/token\""),
                ),
                |t| is_for_issuer(t, &Part::Faulted),
            ),
            &["ATP-CAUTH-011"],
        ),
        stops(
            Step::Start,
            "client.client-auth.method-not-offered",
            "The server announces no way for confidential clients",
            "ATP-DISC-010",
            &["client.as-metadata.auth-methods-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/token_endpoint_auth_methods_supported", "[\"none\"]"),
            ),
        ),
        stops(
            Step::Start,
            "client.client-auth.es256-not-offered",
            "The server announces no algorithm that the client has a key for",
            "ATP-DISC-010",
            &["client.as-metadata.auth-alg-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/token_endpoint_auth_signing_alg_values_supported", "[\"ES384\"]"),
            ),
        ),
        holds_with(
            "client.client-auth.refused-at-token",
            "The server refuses every assertion at the code exchange",
            "ATP-ERR-004",
            &["client.token.retry-storm"],
            Twist::new(Site::Token, INVALID_CLIENT),
            |t| is_bounded(t, Site::Token),
        ),
        holds_with(
            "client.client-auth.refused-at-refresh",
            "The server refuses every assertion at the refresh",
            "ATP-ERR-004",
            &["client.token.retry-storm"],
            Twist::new(Site::Refresh, INVALID_CLIENT),
            |t| is_bounded(t, Site::Refresh),
        ),
    ],
};
