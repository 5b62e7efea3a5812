//! What is examined.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A server as observed in discovery. Goes into the head of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What the user named: handle, DID, PDS URL or issuer.
    pub input: String,
    /// Origin of the PDS.
    pub resource: String,
    /// Issuer of the authorization server, as the PDS names it.
    pub issuer: String,
    /// DID of the account, where the target was named by its account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did: Option<String>,
    /// Endpoints from the authorization server metadata.
    pub endpoints: Endpoints,
    /// `scopes_supported` of the authorization server.
    pub scopes_supported: Vec<String>,
    /// Our client.
    pub client: Client,
    /// Path on the PDS that answers 200 to any valid access token.
    pub resource_path: String,
    /// `client` where that is what is examined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl Target {
    /// A target of which nothing is known but its name: where discovery begins.
    pub fn named(input: &str) -> Self {
        Self {
            input: input.to_owned(),
            resource: String::new(),
            issuer: String::new(),
            did: None,
            endpoints: Endpoints::default(),
            scopes_supported: Vec::new(),
            client: Client::localhost(),
            resource_path: String::new(),
            role: None,
        }
    }
}

impl Target {
    /// A client, by its own name.
    pub fn client(name: &str) -> Self {
        Self { role: Some("client".to_owned()), ..Self::named(name) }
    }

    /// Whether this is a client.
    pub fn is_client(&self) -> bool {
        self.role.as_deref() == Some("client")
    }
}

/// Endpoints of an authorization server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// `pushed_authorization_request_endpoint` (RFC 9126).
    pub par: String,
    /// `authorization_endpoint`.
    pub authorization: String,
    /// `token_endpoint`.
    pub token: String,
    /// `revocation_endpoint` (RFC 7009), where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation: Option<String>,
}

/// The client that atproof plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`.
    pub client_id: String,
    /// `redirect_uri` of ordinary requests.
    pub redirect_uri: String,
    /// `scope` of ordinary requests.
    pub scope: String,
}

impl Client {
    /// The development client of the profile: a `http://localhost` client_id that describes itself.
    pub fn localhost() -> Self {
        Self {
            client_id: "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback\
                        &scope=atproto%20transition%3Ageneric"
                .to_owned(),
            redirect_uri: "http://127.0.0.1/callback".to_owned(),
            scope: "atproto".to_owned(),
        }
    }
}

/// An account on the target and its password.
#[derive(Clone)]
pub struct Account {
    /// Handle, DID or other login name.
    pub identifier: String,
    /// The password; never shown.
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("identifier", &self.identifier)
            .field("password", &"<password>")
            .finish()
    }
}
