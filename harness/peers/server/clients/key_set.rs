//! The key sets of confidential clients (RFC 7517, section 5).

use serde_json::Value;

use super::assertion::is_usable;
use super::fetching::What;
use super::{Client, KeySource};
use crate::Fault;
use crate::server::refusal::Refusal;
use crate::server::state::Server;

/// Members of a JWK that hold private or symmetric key material.
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl Server {
    /// The key set of a client; `again` where it shall be fetched whether or not it is known.
    pub(super) fn client_keys(
        &mut self,
        source: &KeySource,
        again: bool,
    ) -> Result<Value, Refusal> {
        let wrong = |text| Refusal::new(400, "invalid_client_metadata", text);
        let (text, fetched) = match source {
            KeySource::Inline(text) => (text.clone(), None),
            KeySource::At(url) => match self.documents.recall(url, self.now()) {
                Some(text) if !again => (text, None),
                _ => {
                    let fetched = self.fetched(url, What::KeySet)?;
                    (fetched.text.clone(), Some(fetched))
                }
            },
        };
        let set: Value = serde_json::from_str(&text).unwrap_or_default();
        let keys = self.key_list(&set);
        if let (KeySource::At(url), Some(fetched)) = (source, fetched)
            && (keys.is_some() || self.has(Fault::AsKeySetInvalidCached))
        {
            let now = self.now();
            self.documents.keep(url, now, fetched);
        }
        let keys = keys.ok_or_else(|| wrong("the key set is no object with a list of keys"))?;
        let trusted =
            matches!(source, KeySource::At(_)) && self.has(Fault::AsKeySetFetchedUnchecked);
        if holds_private_key(&keys) && !self.has(Fault::AsClientPrivateKeyPublished) && !trusted {
            return Err(wrong("the key set holds a private key"));
        }
        // A key that cannot be used is no reason to do without the others (RFC 7517, section 5).
        for key in keys.iter().filter(|key| !is_usable(key)) {
            let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
            let fault = match (text("kty"), text("crv")) {
                ("EC", "P-256") => Fault::AsKeySetBrokenKeyFails,
                ("EC", _) => Fault::AsKeySetUnknownCurveFails,
                _ => continue,
            };
            if self.has(fault) {
                return Err(wrong("a key of the set cannot be used"));
            }
        }
        Ok(Value::Array(keys))
    }

    /// The keys of a set, which is an object with a list of them (RFC 7517, section 5).
    fn key_list(&self, set: &Value) -> Option<Vec<Value>> {
        let keys = set.get("keys");
        if let Some(list) = set.as_array()
            && self.has(Fault::AsKeySetBareList)
        {
            return Some(list.clone());
        }
        if let Some(key) = keys.filter(|keys| keys.is_object())
            && self.has(Fault::AsKeySetSingleKey)
        {
            return Some(vec![key.clone()]);
        }
        if set.is_null() && self.has(Fault::AsClientKeysOptional) {
            return Some(Vec::new());
        }
        keys.and_then(Value::as_array).cloned()
    }

    /// Whether a broken server takes an assertion that it has no key for.
    pub(super) fn trusts_unverified(&mut self, source: &KeySource) -> bool {
        let absent = matches!(source, KeySource::Inline(text) if text == "null");
        let empty = self.has(Fault::AsClientKeySetEmpty)
            && self.client_keys(source, false).is_ok_and(|keys| keys == Value::Array(Vec::new()));
        let missing = matches!(source, KeySource::At(_))
            && self.has(Fault::AsKeySetAbsentTrusted)
            && self.client_keys(source, false).is_err();
        absent && self.has(Fault::AsClientKeysOptional) || empty || missing
    }

    /// Whether the document allows what a session of this client does. Only a server that asks for
    /// more than the profile does has an answer other than yes.
    pub(in crate::server) fn check_still_declared(
        &self,
        client: &Client,
        granted: &str,
    ) -> Result<(), Refusal> {
        let Some(document) = self.document_of(client) else { return Ok(()) };
        let grants = document.value("grant_types").unwrap_or_default();
        let refreshes =
            grants.as_array().is_some_and(|list| list.iter().any(|g| g == "refresh_token"));
        if !refreshes && self.has(Fault::AsRefreshGrantTypeChecked) {
            return Err(Refusal::new(400, "unauthorized_client", "the client no longer refreshes"));
        }
        let scope = document.text("scope").unwrap_or_default();
        let declared = crate::server::scope::values(&scope);
        if !crate::server::scope::is_within(granted, &declared)
            && self.has(Fault::AsRefreshDeclaredScopeChecked)
        {
            return Err(Refusal::invalid_grant("the client no longer declares the scope"));
        }
        Ok(())
    }
}

pub(super) fn holds_private_key(keys: &[Value]) -> bool {
    let mut members = keys.iter().filter_map(Value::as_object).flat_map(|key| key.keys());
    members.any(|name| PRIVATE_MEMBERS.contains(&name.as_str()))
}
