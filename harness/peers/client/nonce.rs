//! Nonces (RFC 9449, sections 8 and 9): whose they are, and when a server asks for one.

use atproof_protocol::http::Response;
use atproof_protocol::identifier::Origin;
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::challenge::{self, Challenge};

use super::error::Reason;
use super::response::{is_success, member};
use super::state::Client;
use crate::{ClientFault, ClientVariant, Occasion};

impl Client {
    /// The newest nonce of a server.
    pub(super) fn nonce(&self, key: &SigningKey, server: &Origin) -> Option<String> {
        let mut memory = self.memory();
        if self.has(ClientFault::NonceStaleShadow)
            && let Some(nonce) = memory.session.as_ref().and_then(|held| held.nonce.clone())
            && memory.session.as_ref().is_some_and(|held| held.session.iss == *server)
        {
            return Some(nonce);
        }
        let place = self.place_of_nonce(key, server);
        // It stays in use until there is another (RFC 9449, section 8.2).
        match self.has(ClientFault::NonceForgotten) {
            true => memory.nonces.remove(&place),
            false => memory.nonces.get(&place).cloned(),
        }
    }

    /// A new nonce may come with any answer (RFC 9449, section 8.2).
    pub(super) fn keep_nonce(
        &self,
        key: &SigningKey,
        server: &Origin,
        response: &Response,
        attempt: usize,
    ) {
        let Some(nonce) = self.supplied_nonce(response) else { return };
        let is_ignored = (attempt > 1 && self.has(ClientFault::NonceNoUpdateAfterRetry))
            || (is_success(response.status) && self.has(ClientFault::NonceSuccessIgnored));
        if is_ignored {
            return;
        }
        let place = self.place_of_nonce(key, server);
        let mut memory = self.memory();
        if self.has(ClientFault::NonceFirstKept) && memory.nonces.contains_key(&place) {
            return;
        }
        memory.nonces.insert(place, nonce.to_owned());
    }

    /// Nonces are kept for each server and each session (atproto OAuth spec, DPoP).
    fn place_of_nonce(&self, key: &SigningKey, server: &Origin) -> (String, String) {
        let owner = match self.has(ClientFault::NonceHostKeyOnly) {
            true => String::new(),
            false => key.public().thumbprint(),
        };
        let server = match self.has(ClientFault::NonceGlobal) {
            true => String::new(),
            false => server.to_string(),
        };
        (owner, server)
    }

    pub(super) fn supplied_nonce<'a>(&self, response: &'a Response) -> Option<&'a str> {
        let nonce = match self.has(ClientFault::NonceCaseSensitiveHeader) {
            true => {
                let mut fields = response.headers.iter().filter(|(name, _)| *name == "DPoP-Nonce");
                fields.next().and_then(|(_, value)| std::str::from_utf8(value).ok())
            }
            false => response.headers.get("DPoP-Nonce"),
        };
        nonce.filter(|nonce| !nonce.is_empty())
    }

    /// What there is to try again with, after so many attempts (RFC 9449, section 8).
    pub(super) fn check_retry(
        &self,
        response: &Response,
        attempt: usize,
        occasion: Occasion,
    ) -> Result<(), Reason> {
        let is_endless =
            self.has(ClientFault::NonceRetryForever) || self.has_at(&ENDLESS_AT, occasion);
        if self.supplied_nonce(response).is_none()
            && !self.has(ClientFault::NonceRetryWithout)
            && !is_endless
        {
            return Err(Reason::NonceMissing);
        }
        let most = match self.takes(ClientVariant::NonceTwoRetries) {
            _ if is_endless => ENDLESS,
            true => 2,
            false => 1,
        };
        if attempt > most {
            return Err(Reason::NonceAgain);
        }
        Ok(())
    }

    /// Authorization servers ask with 400 in the body (RFC 9449, section 8), resource servers with
    /// 401 in a challenge (section 9).
    pub(super) fn demands_nonce(&self, response: &Response, occasion: Occasion) -> bool {
        if self.has_at(&DEAF, occasion) {
            return false;
        }
        let in_body = || {
            self.object(response).is_ok_and(|body| member(&body, "error") == Some(USE_DPOP_NONCE))
        };
        let has_nonce = self.supplied_nonce(response).is_some();
        match response.status {
            400 if self.has(ClientFault::NonceRetryOnAny400) => has_nonce,
            400 => in_body() && !self.has(ClientFault::NonceNotRetriedAtServer),
            401 if self.has(ClientFault::NonceRetryOnAny401) => has_nonce,
            401 if self.has(ClientFault::NonceBodyOnly) => in_body(),
            401 if self.has(ClientFault::NonceSubstringMatch) => challenges(response)
                .iter()
                .any(|field| String::from_utf8_lossy(field).contains(USE_DPOP_NONCE)),
            401 => {
                let error = self.challenge_error(response);
                error.is_some_and(|error| error == USE_DPOP_NONCE)
                    && !self.has(ClientFault::NonceNotRetriedAtResource)
            }
            _ => false,
        }
    }

    /// The `error` of the DPoP challenge. Parameters that it does not know are ignored (RFC 9449,
    /// section 7.1).
    pub(super) fn challenge_error(&self, response: &Response) -> Option<String> {
        let fields = challenges(response);
        let (challenges, _) = challenge::parse(&fields);
        let is_due = |challenge: &&Challenge| match self.has(ClientFault::RsChallengeCase) {
            true => challenge.scheme == "DPoP",
            false => challenge.is("DPoP"),
        };
        let most = if self.has(ClientFault::RsFirstChallengeOnly) { 1 } else { usize::MAX };
        let challenge = challenges.iter().take(most).find(is_due)?;
        let is_quoted = |field: &&[u8]| String::from_utf8_lossy(field).contains("error=\"");
        if self.has(ClientFault::RsQuotedOnly) && !fields.iter().any(is_quoted) {
            return None;
        }
        let is_known = |name: &str| ["error", "error_description", "algs", "realm"].contains(&name);
        if self.has(ClientFault::RsChallengeParametersRefused)
            && !challenge.params.iter().all(|(name, _)| is_known(name))
        {
            return None;
        }
        challenge.param("error").map(str::to_owned)
    }
}

/// Where a demand can be missed alone.
const DEAF: [(ClientFault, Occasion); 2] = [
    (ClientFault::NonceNotRetriedAtToken, Occasion::Exchange),
    (ClientFault::NonceNotRetriedAtRefresh, Occasion::Refresh),
];

const ENDLESS_AT: [(ClientFault, Occasion); 2] = [
    (ClientFault::NonceRetryForeverAtToken, Occasion::Exchange),
    (ClientFault::NonceRetryForeverAtResource, Occasion::Resource),
];

const USE_DPOP_NONCE: &str = "use_dpop_nonce";

/// How often a client tries again that never stops: enough to be seen, and an end.
pub(super) const ENDLESS: usize = 24;

fn challenges(response: &Response) -> Vec<&[u8]> {
    response.headers.all("www-authenticate").collect()
}
