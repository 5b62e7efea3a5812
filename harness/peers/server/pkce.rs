//! PKCE (RFC 7636): S256 only, as the profile asks.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::login_request::LoginRequest;
use super::refusal::Refusal;
use super::state::Server;
use crate::Fault;
use crate::codec::base64url;
use crate::codec::form::Params;

/// A code challenge with its method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) value: String,
    pub(super) method: Method,
}

/// How the challenge was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// By SHA-256.
    S256,
    /// Not at all. Never taken by a correct server.
    Plain,
}

/// Challenges that were seen.
#[derive(Debug, Default)]
pub(super) struct Challenges {
    used: BTreeSet<String>,
    /// The last one of each client and key.
    latest: BTreeMap<(String, Option<String>), Challenge>,
}

impl Server {
    /// Reads the challenge of an authorization request (RFC 7636, sections 4.3 and 4.4).
    pub(super) fn read_challenge(&self, params: &Params) -> Result<Option<Challenge>, Refusal> {
        let Some(value) = params.value("code_challenge") else {
            if self.has(Fault::AsPkceOptional) || self.has(Fault::AsPkceDowngrade) {
                return Ok(None);
            }
            return Err(Refusal::invalid_request("code_challenge is missing"));
        };
        let other_case = |name: &str| name.eq_ignore_ascii_case("S256");
        let method = match params.value("code_challenge_method") {
            Some("S256") if !self.has(Fault::AsPkceS256Refused) => Method::S256,
            Some("plain")
                if self.has(Fault::AsPkceAllowPlain) || self.has(Fault::AsPkceS256Refused) =>
            {
                Method::Plain
            }
            Some(name) if other_case(name) && self.has(Fault::AsPkceMethodCasefold) => Method::S256,
            Some(name)
                if name != "plain"
                    && !other_case(name)
                    && self.has(Fault::AsPkceUnknownMethodAsS256) =>
            {
                Method::S256
            }
            // Without a method the challenge would be plain (RFC 7636, section 4.3).
            None if self.has(Fault::AsPkceDefaultS256) => Method::S256,
            _ => return Err(Refusal::invalid_request("code_challenge_method must be S256")),
        };
        let value =
            if self.has(Fault::AsPkceLaxChallenge) { value.trim_end_matches('=') } else { value };
        let canonical = base64url::canonical(value);
        let value = if self.has(Fault::AsJoseNoncanonicalB64) { canonical.as_str() } else { value };
        let well_formed = match method {
            // 256 bits in base64url without padding (RFC 7636, section 4.2).
            Method::S256 => value.len() == 43 && base64url::decode(value).is_some(),
            Method::Plain => is_verifier(value),
        };
        if !well_formed {
            return Err(Refusal::invalid_request("code_challenge is malformed"));
        }
        if self.challenges.used.contains(value) && !self.has(Fault::AsPkceChallengeReuse) {
            return Err(Refusal::invalid_request("code_challenge was used before"));
        }
        Ok(Some(Challenge { value: value.to_owned(), method }))
    }

    /// Notes the challenge of a request that was accepted: the profile lets each be used once.
    pub(super) fn note_challenge(&mut self, request: &LoginRequest) {
        let Some(challenge) = &request.challenge else { return };
        self.challenges.used.insert(challenge.value.clone());
        let owner = (request.client.id.clone(), request.jkt.clone());
        self.challenges.latest.insert(owner, challenge.clone());
    }

    /// Compares the verifier of a code exchange (RFC 7636, section 4.6).
    pub(super) fn check_verifier(
        &self,
        params: &Params,
        request: &LoginRequest,
    ) -> Result<(), Refusal> {
        let owner = || (request.client.id.clone(), request.jkt.clone());
        let challenge = if self.has(Fault::AsPkceChallengePerClient) {
            self.challenges.latest.get(&owner())
        } else {
            request.challenge.as_ref()
        };
        let Some(challenge) = challenge else {
            // Somebody took the challenge out on the way (RFC 9700, section 2.1.1).
            if params.value("code_verifier").is_some() && !self.has(Fault::AsPkceDowngrade) {
                return Err(Refusal::invalid_grant("there was no code_challenge"));
            }
            return Ok(());
        };
        let verifier = match params.presented("code_verifier") {
            None if self.has(Fault::AsPkceVerifierOptional) => return Ok(()),
            Some("") if self.has(Fault::AsPkceEmptyVerifier) => return Ok(()),
            None | Some("") => return Err(Refusal::invalid_request("code_verifier is missing")),
            Some(verifier) => verifier,
        };
        self.check_verifier_grammar(verifier)?;
        let transformed = match challenge.method {
            Method::S256 => base64url::encode(Sha256::digest(verifier)),
            Method::Plain => verifier.to_owned(),
        };
        let good = transformed == challenge.value
            || self.has(Fault::AsPkceVerifierUnchecked)
            || verifier == challenge.value && self.has(Fault::AsPkceIgnoreStoredMethod);
        if good { Ok(()) } else { Err(Refusal::invalid_grant("code_verifier does not match")) }
    }

    /// RFC 7636, section 4.1.
    fn check_verifier_grammar(&self, verifier: &str) -> Result<(), Refusal> {
        if self.has(Fault::AsPkceAnyVerifier) {
            return Ok(());
        }
        let length =
            has_verifier_length(verifier) || self.has(Fault::AsPkceVerifierLengthUnchecked);
        let charset =
            verifier.bytes().all(is_unreserved) || self.has(Fault::AsPkceVerifierCharsetUnchecked);
        let good = length && charset;
        if good { Ok(()) } else { Err(Refusal::invalid_grant("code_verifier is malformed")) }
    }
}

fn is_verifier(text: &str) -> bool {
    has_verifier_length(text) && text.bytes().all(is_unreserved)
}

fn has_verifier_length(text: &str) -> bool {
    (43..=128).contains(&text.len())
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}
