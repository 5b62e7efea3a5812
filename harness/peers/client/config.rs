//! Who the client is.

use atproof_engine::stage::ClientKey;
use atproof_protocol::identifier::{ClientId, Origin, redirect_uri};
use atproof_protocol::jwk::{PublicJwk, SigningKey};
use atproof_protocol::{base64url, form};
use serde_json::Value;

use crate::{ClientFault, ClientSwitches};

/// What a client is made with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its identifier. A bare `http://localhost` is completed with scope and redirect URI.
    pub client_id: String,
    /// Where the user comes back to.
    pub redirect_uri: String,
    /// The scopes that its metadata declares.
    pub scope: String,
    /// Base URL of the did:plc directory.
    pub plc_url: String,
    /// Base URL of a service with `com.atproto.identity.resolveHandle`, which stands in for DNS.
    pub handle_resolver: Option<String>,
    /// Whether plain http is good enough on loopback, as in development.
    pub allow_loopback_http: bool,
    /// Its metadata document, where it has one.
    pub client_metadata: Option<Value>,
    /// The key that it authenticates with. A public client has none.
    pub key: Option<ClientKey>,
    /// What it does wrong, or differently.
    pub switches: ClientSwitches,
}

/// Why a client cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A member of the request `init` that is missing or of the wrong type.
    #[error("the member `{0}` is missing or wrong")]
    Member(&'static str),
    /// An identifier that is none.
    #[error("the client_id {0}")]
    ClientId(String),
    /// A redirect URI that is not declared.
    #[error("the redirect_uri is not one that the client declares")]
    RedirectUri,
    /// A key that is none, or of another kind than P-256.
    #[error("the key is no P-256 key with a kid")]
    Key,
    /// A document that no server would take.
    #[error("the client_metadata {0}")]
    Document(&'static str),
    /// A client that is declared confidential, without a key.
    #[error("private_key_jwt needs a key")]
    KeyMissing,
}

impl Config {
    /// A public client without a resolver, for names only.
    pub fn new(client_id: &str, redirect_uri: &str, scope: &str, plc_url: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scope: scope.to_owned(),
            plc_url: plc_url.to_owned(),
            handle_resolver: None,
            allow_loopback_http: false,
            client_metadata: None,
            key: None,
            switches: ClientSwitches::default(),
        }
    }

    /// The client that a request `init` of the driver contract describes.
    ///
    /// # Errors
    ///
    /// Names the member that is missing or wrong.
    pub fn from_init(init: &Value, switches: ClientSwitches) -> Result<Self, ConfigError> {
        let text = |name| init.get(name).and_then(Value::as_str).ok_or(ConfigError::Member(name));
        let given = |name: &str| init.get(name).filter(|value| !value.is_null());
        let key = given("jwk").map(|jwk| client_key(jwk, &switches)).transpose()?;
        Ok(Self {
            handle_resolver: text("handle_resolver_url").ok().map(str::to_owned),
            allow_loopback_http: given("allow_http") == Some(&Value::Bool(true)),
            client_metadata: given("client_metadata").cloned(),
            key,
            switches,
            ..Self::new(
                text("client_id")?,
                text("redirect_uri")?,
                text("scope")?,
                text("plc_url").unwrap_or(PLC_DIRECTORY),
            )
        })
    }

    /// Completes and checks what the client is made with.
    pub(super) fn checked(mut self) -> Result<Self, ConfigError> {
        if self.client_id == LOCALHOST {
            self.client_id = self.development_client_id();
        }
        // The identifier is the whole URL of the document (atproto OAuth spec, Clients).
        if self.switches.has(ClientFault::ClientIdOriginOnly)
            && let Some(origin) = Origin::of(&self.client_id).filter(|origin| !origin.is_loopback())
        {
            self.client_id = origin.to_string();
            return Ok(self);
        }
        let read = ClientId::parse(&self.client_id);
        let declared = match (&read, &self.client_metadata) {
            (Err(defect), _) if !self.switches.has(ClientFault::ClientIdUnchecked) => {
                return Err(ConfigError::ClientId(defect.detail.clone()));
            }
            (Ok(ClientId::Loopback { redirect_uris, .. }), _) => Some(redirect_uris.clone()),
            (_, metadata) => metadata.as_ref().map(redirect_uris),
        };
        let is_declared = |declared: &String| {
            redirect_uri::matches(declared, &self.redirect_uri)
                // The port of a loopback address is free (RFC 8252, section 7.3).
                && (declared == &self.redirect_uri
                    || !self.switches.has(ClientFault::RedirectLoopbackPortCompare))
        };
        if declared.is_some_and(|declared| !declared.iter().any(is_declared)) {
            return Err(ConfigError::RedirectUri);
        }
        let method = self.client_metadata.as_ref().and_then(|m| m.get(AUTH_METHOD));
        if method.and_then(Value::as_str) == Some("private_key_jwt") && self.key.is_none() {
            return Err(ConfigError::KeyMissing);
        }
        if !self.switches.has(ClientFault::ClientMetadataUnchecked) {
            self.check_document().map_err(ConfigError::Document)?;
        }
        Ok(self)
    }

    /// What would show only when a server refuses it (atproto OAuth spec, Client ID Metadata
    /// Document).
    fn check_document(&self) -> Result<(), &'static str> {
        let (Some(document), Some(own)) = (&self.client_metadata, &self.key) else { return Ok(()) };
        if document.get("client_id").and_then(Value::as_str) != Some(&self.client_id) {
            return Err("is about another client_id");
        }
        if document.get("dpop_bound_access_tokens") != Some(&Value::Bool(true)) {
            return Err("does not bind tokens to a key");
        }
        let keys = match (document.get("jwks"), document.get("jwks_uri")) {
            (Some(set), None) => set.get("keys").and_then(Value::as_array),
            (None, Some(_)) => return Ok(()),
            (Some(_), Some(_)) => return Err("has both jwks and jwks_uri"),
            (None, None) => return Err("has no keys"),
        };
        let keys = keys.ok_or("has a jwks without keys")?;
        if keys.iter().any(|key| !key.is_object() || key.get("d").is_some()) {
            return Err("has a key that is no public one");
        }
        let is_own = |key: &&Value| key.get("kid").and_then(Value::as_str) == Some(&own.kid);
        let published = keys.iter().find(is_own).ok_or("lacks the key of the client")?;
        let public = PublicJwk::public_part(published).ok();
        let is_same = public.is_some_and(|public| public == own.key.public());
        match is_same || self.switches.has(ClientFault::JoseEs256k) {
            true => Ok(()),
            false => Err("gives the key of the client another value"),
        }
    }

    /// Servers read what a development client declares from the query of its identifier (atproto
    /// OAuth spec, Localhost Client Development).
    fn development_client_id(&self) -> String {
        let redirect_uri = form::percent_encode(&self.redirect_uri);
        let mut client_id = format!("{LOCALHOST}?redirect_uri={redirect_uri}");
        if !self.switches.has(ClientFault::ClientIdLocalhostNoScope) {
            client_id.push_str("&scope=");
            client_id.push_str(&form::percent_encode(&self.scope));
        }
        client_id
    }

    /// The redirect URI that comes first in the metadata document.
    pub(super) fn first_redirect_uri(&self) -> String {
        let declared = self.client_metadata.as_ref().map(redirect_uris).unwrap_or_default();
        declared.into_iter().next().unwrap_or_else(|| self.redirect_uri.clone())
    }
}

/// The directory that clients know by themselves.
const PLC_DIRECTORY: &str = "https://plc.directory";

const LOCALHOST: &str = "http://localhost";
const AUTH_METHOD: &str = "token_endpoint_auth_method";

fn redirect_uris(metadata: &Value) -> Vec<String> {
    let uris = metadata.get("redirect_uris").and_then(Value::as_array).into_iter().flatten();
    uris.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Only ES256 is sure to be understood (atproto OAuth spec, Confidential Client Authentication).
fn client_key(jwk: &Value, switches: &ClientSwitches) -> Result<ClientKey, ConfigError> {
    let text = |name| jwk.get(name).and_then(Value::as_str);
    let key = match switches.has(ClientFault::JoseEs256k) {
        true => text("d")
            .and_then(|d| base64url::decode(d).ok()?.try_into().ok())
            .and_then(|secret| SigningKey::from_bytes(&secret)),
        false => SigningKey::from_private_jwk(jwk),
    };
    let kid = text("kid").map(str::to_owned);
    key.zip(kid).map(|(key, kid)| ClientKey { key, kid }).ok_or(ConfigError::Key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(client_id: &str, redirect_uri: &str) -> Result<Config, ConfigError> {
        Config::new(client_id, redirect_uri, "atproto transition:generic", "https://plc.test")
            .checked()
    }

    #[test]
    fn completes_the_identifier_of_a_development_client() {
        let config = made("http://localhost", "http://127.0.0.1:8080/cb").unwrap();
        let expected = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fcb\
            &scope=atproto%20transition%3Ageneric";
        assert_eq!(config.client_id, expected);
    }

    #[test]
    fn refuses_identifiers_and_redirect_uris() {
        for id in ["my-app", "https://user@host.test/c.json", "https://host.test/c.json#f"] {
            assert!(
                matches!(made(id, "https://host.test/cb"), Err(ConfigError::ClientId(_))),
                "{id}"
            );
        }
        let id = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb";
        made(id, "http://127.0.0.1:5000/cb").unwrap();
        assert_eq!(made(id, "http://127.0.0.1/other").unwrap_err(), ConfigError::RedirectUri);
    }

    #[test]
    fn reads_the_request_init() {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap();
        let mut jwk = key.private_jwk();
        jwk["kid"] = json!("one");
        let mut init = json!({"client_id": "https://app.test/c.json", "redirect_uri":
            "https://app.test/cb", "scope": "atproto", "plc_url": "https://plc.test",
            "allow_http": true, "jwk": jwk,
            "client_metadata": {"client_id": "https://app.test/c.json",
                "dpop_bound_access_tokens": true, "jwks_uri": "https://app.test/jwks.json",
                "redirect_uris": ["https://app.test/cb"],
                "token_endpoint_auth_method": "private_key_jwt"}});
        let read = |init: &Value| Config::from_init(init, ClientSwitches::default());
        let config = read(&init).unwrap().checked().unwrap();
        assert_eq!(config.key.unwrap().key.public(), key.public());
        init["jwk"]["crv"] = json!("secp256k1");
        assert_eq!(read(&init).unwrap_err(), ConfigError::Key);
        init["jwk"] = Value::Null;
        assert_eq!(read(&init).unwrap().checked().unwrap_err(), ConfigError::KeyMissing);
        init["scope"] = json!(1);
        assert_eq!(read(&init).unwrap_err(), ConfigError::Member("scope"));
    }
}
