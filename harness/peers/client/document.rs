//! What the client publishes about itself (atproto OAuth spec, Client ID Metadata Document).

use serde_json::{Value, json};

use super::state::Client;
use crate::ClientFault;

impl Client {
    /// The metadata document that belongs at the identifier of the client.
    pub fn client_metadata(&self) -> Value {
        let config = &self.config;
        let mut document = config.client_metadata.clone().unwrap_or_else(|| {
            json!({
                "application_type": "web",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "redirect_uris": [config.redirect_uri],
                "scope": config.scope,
                "token_endpoint_auth_method": "none",
                "dpop_bound_access_tokens": true,
            })
        });
        let Some(members) = document.as_object_mut() else { return document };
        let client_id = match self.has(ClientFault::ClientMetadataOtherId) {
            true => format!("{}/", config.client_id),
            false => config.client_id.clone(),
        };
        members.insert("client_id".to_owned(), client_id.into());
        if config.key.is_some() {
            members.insert("token_endpoint_auth_method".to_owned(), "private_key_jwt".into());
            members.insert("token_endpoint_auth_signing_alg".to_owned(), "ES256".into());
            let is_as_told = self.has(ClientFault::ClientMetadataUnchecked);
            if !members.contains_key("jwks_uri") && !is_as_told {
                members.insert("jwks".to_owned(), self.key_set());
            }
        }
        if self.has(ClientFault::ClientMetadataJwksBareArray)
            && let Some(set) = members.get_mut("jwks")
        {
            *set = set.get("keys").cloned().unwrap_or_default();
        }
        if self.has(ClientFault::ClientMetadataBothKeyMembers) {
            members.insert("jwks".to_owned(), self.key_set());
            members.insert("jwks_uri".to_owned(), "https://app.atproof.test/jwks.json".into());
        }
        if self.has(ClientFault::ClientMetadataConfidentialNoKeys) {
            members.remove("jwks");
            members.remove("jwks_uri");
        }
        if self.has(ClientFault::ClientMetadataNoDpopBound) {
            members.remove("dpop_bound_access_tokens");
        }
        if self.has(ClientFault::ClientMetadataNoRefreshGrant) {
            members.insert("grant_types".to_owned(), json!(["authorization_code"]));
        }
        document
    }

    /// The key set that belongs at `jwks_uri`, or into the document.
    pub fn key_set(&self) -> Value {
        let keys: Vec<Value> = self.config.key.iter().map(|key| self.published(key)).collect();
        if self.has(ClientFault::JoseJwksArray) {
            return Value::Array(keys);
        }
        json!({ "keys": keys })
    }

    fn published(&self, own: &atproof_engine::stage::ClientKey) -> Value {
        let mut jwk = match self.has(ClientFault::ClientMetadataPrivateKey) {
            true => own.key.private_jwk(),
            false => own.key.public().to_value(),
        };
        if let Some(members) = jwk.as_object_mut() {
            members.insert("kid".to_owned(), own.kid.as_str().into());
            members.insert("alg".to_owned(), "ES256".into());
        }
        match self.has(ClientFault::ClientMetadataJwksStrings) {
            true => Value::from(jwk.to_string()),
            false => jwk,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use atproof_engine::stage::{ClientKey, Clock, Stream};
    use atproof_protocol::jwk::SigningKey;

    use super::*;
    use crate::client::Config;
    use crate::{ClientSwitches, Embedded};

    fn client(ids: &[&str]) -> Client {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap();
        let config = Config {
            key: Some(ClientKey { key, kid: "one".to_owned() }),
            switches: ClientSwitches::parse(ids).unwrap(),
            ..Config::new(
                "https://app.test/c.json",
                "https://app.test/cb",
                "atproto",
                "https://plc.test",
            )
        };
        let clock = Clock::at(0);
        let server = Embedded::new(crate::Config::embedded(), 1, clock.clone());
        Client::new(config, Arc::new(server), clock, Stream::seeded(1, "client")).unwrap()
    }

    #[test]
    fn a_confidential_client_publishes_its_key() {
        let document = client(&[]).client_metadata();
        assert_eq!(document["client_id"], "https://app.test/c.json");
        assert_eq!(document["jwks"]["keys"][0]["kid"], "one");
        assert!(document["jwks"]["keys"][0].get("d").is_none());
    }

    #[test]
    fn each_fault_of_documents_shows() {
        let right = (client(&[]).client_metadata(), client(&[]).key_set());
        for row in crate::CLIENT_FAULTS {
            let is_shown = row.id.0.starts_with("client.client-metadata.")
                && row.fault != ClientFault::ClientMetadataUnchecked;
            if is_shown || row.fault == ClientFault::JoseJwksArray {
                let client = client(&[row.id.0]);
                assert_ne!((client.client_metadata(), client.key_set()), right, "{}", row.fault);
            }
        }
    }
}
