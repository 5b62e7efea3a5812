//! The document that a confidential client says it uses.
//!
//! # What it does
//!
//! Makes a client with a key and a metadata document, and reads the document and the key set that its
//! driver gives back with `init`: what the library would publish.
//!
//! # Why it matters
//!
//! Many libraries write the document themselves, from a few options. What they leave out or add is
//! seen by every server, and first by the one at which the login fails.
//!
//! # What a conforming peer does
//!
//! Publishes its public keys, by value or by reference, says that its tokens are bound to keys, and
//! declares the grants that it uses.
//!
//! # How to fix
//!
//! Read the document with the rules of the profile before it is published.
//!
//! # References
//!
//! atproto OAuth profile, section "Client ID Metadata Document"; RFC 7517, sections 4.1 and 9.2; RFC
//! 7591, section 2.

use atproof_engine::judge::{Wire, trap};
use atproof_engine::model::{Family, Outcome, Role, Script, Settings, Site, Tier, Transcript};
use atproof_protocol::metadata::client;
use atproof_protocol::record::{Exchange, Part};
use serde_json::Value;

use crate::client::assertions::{init, told};
use crate::client::rows::{RENEWED, covering, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.client-metadata.document",
    role: Role::Client,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("document.rs"),
    script: Script::Watch { steps: RENEWED, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.client-metadata.publishes-other-id",
                "The document of the client has another client_id",
                "ATP-CMD-005",
                &["client.client-metadata.other-id"],
                |t| lacks(t, &["client-id-missing", "client-id-mismatch"]),
            ),
            &["CIMD-4.1-02"],
        ),
        covering(
            holds(
                "client.client-metadata.publishes-no-keys",
                "The document of the client has no keys",
                "ATP-CMD-020",
                &["client.client-metadata.confidential-no-keys"],
                |t| lacks(t, &["keys-missing", "no-signing-key"]),
            ),
            &["RFC7591-2-07"],
        ),
        holds(
            "client.client-metadata.publishes-bare-array",
            "The jwks of the document of the client is an array",
            "ATP-CMD-020",
            &["client.client-metadata.jwks-bare-array"],
            |t| lacks(t, &["jwks-without-keys"]),
        ),
        covering(
            holds(
                "client.client-metadata.publishes-keys-twice",
                "The document of the client has both jwks and jwks_uri",
                "RFC7591-2-01",
                &["client.client-metadata.both-key-members"],
                |t| lacks(t, &["keys-twice"]),
            ),
            &["ATP-CMD-021"],
        ),
        covering(
            holds(
                "client.client-metadata.publishes-private-key",
                "The document of the client has a private key",
                "RFC7517-9.2-01",
                &["client.client-metadata.private-key"],
                |t| lacks(t, &["private-key"]),
            ),
            &["ATP-CMD-023"],
        ),
        holds(
            "client.client-metadata.publishes-keys-as-text",
            "The keys of the client are strings",
            "RFC7517-4.1-01",
            &["client.client-metadata.jwks-strings"],
            |t| lacks(t, &["kty-missing"]),
        ),
        holds(
            "client.client-metadata.publishes-unbound-tokens",
            "The document of the client does not bind tokens to keys",
            "ATP-CMD-019",
            &["client.client-metadata.no-dpop-bound"],
            |t| lacks(t, &["tokens-not-dpop-bound"]),
        ),
        covering(
            holds(
                "client.client-metadata.publishes-no-refresh-grant",
                "The client refreshes, and its document does not declare the grant",
                "ATP-REFR-002",
                &["client.client-metadata.no-refresh-grant"],
                declares_refresh,
            ),
            &["ATP-CMD-008"],
        ),
        holds(
            "client.client-metadata.publishes-no-key-set",
            "The key set of the client is no object with keys",
            "ATP-CMD-020",
            &["client.jose.jwks-array"],
            publishes_a_key_set,
        ),
    ],
};

/// What the driver says that the client publishes.
fn published<'a>(
    transcript: &Transcript<'a>,
    name: &str,
) -> Result<(&'a Exchange, Value), Outcome> {
    let told = init(transcript, &Part::Control);
    let found = told.and_then(|exchange| Some((exchange, exchange.response()?.member(name)?)));
    found.filter(|(_, value)| !value.is_null()).ok_or_else(|| {
        Outcome::not_offered(
            format!("a driver that answers `init` with `{name}`"),
            "give back what the library would publish, where it makes it itself",
        )
    })
}

/// None of these is wrong with the document.
fn lacks(transcript: &Transcript<'_>, codes: &[&str]) -> Outcome {
    let (exchange, document) = match published(transcript, "client_metadata") {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let client_id = told(transcript, &Part::Control, "client_id").unwrap_or_default();
    let reading =
        client::read(document.to_string().as_bytes(), client_id.as_str().unwrap_or_default());
    let is_meant = |code: &str| codes.iter().any(|own| code.split('.').nth(1) == Some(own));
    match reading.defects.iter().find(|defect| is_meant(defect.code)) {
        Some(defect) => {
            Outcome::violated("a document that servers take", defect.to_string(), exchange)
        }
        None => Outcome::kept("not in the document that the driver shows"),
    }
}

fn declares_refresh(transcript: &Transcript<'_>) -> Outcome {
    let (exchange, document) = match published(transcript, "client_metadata") {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let refreshes = Wire::new(transcript).at(&Part::Control, Site::Refresh).next().is_some();
    let grants = document.get("grant_types").and_then(Value::as_array);
    let is_declared = grants.is_some_and(|grants| grants.contains(&"refresh_token".into()));
    match (refreshes, is_declared) {
        (true, false) => Outcome::violated("grant_types with refresh_token", "none", exchange),
        (_, true) => Outcome::kept("grant_types has refresh_token"),
        (false, false) => Outcome::kept("it does not refresh"),
    }
}

fn publishes_a_key_set(transcript: &Transcript<'_>) -> Outcome {
    let (exchange, set) = match published(transcript, "jwks") {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    match set.get("keys").and_then(Value::as_array) {
        Some(keys) => Outcome::kept(format!("an object with {} keys", keys.len())),
        None => Outcome::violated("an object with keys", "something else", exchange),
    }
}
