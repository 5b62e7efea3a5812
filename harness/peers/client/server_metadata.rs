//! Authorization server metadata (RFC 8414), with what the profile makes binding.

use atproof_protocol::identifier::Origin;
use serde_json::Value;

use super::error::Reason;
use super::fetch::member;
use super::state::Client;

/// An authorization server that keeps to the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AuthorizationServer {
    pub(super) issuer: Origin,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) pushed_authorization_request_endpoint: String,
    pub(super) revocation_endpoint: Option<String>,
}

impl Client {
    /// The server of an issuer, for a resource where one led to it. A server that breaks any of the
    /// rules is not used.
    pub(super) async fn server_metadata(
        &self,
        issuer: &Origin,
        resource: Option<&Origin>,
    ) -> Result<AuthorizationServer, Reason> {
        let url = format!("{issuer}/.well-known/oauth-authorization-server");
        let document = self.metadata(&url).await?;
        // RFC 8414, section 3.3: identical, without normalisation.
        let found = member(&document, "issuer").ok_or(Reason::Member("issuer"))?;
        if found != issuer.as_str() {
            let (expected, found) = (issuer.to_string(), found.to_owned());
            return Err(Reason::Issuer { expected, found });
        }
        self.check_flags(&document)?;
        self.check_lists(&document)?;
        self.check_resource(&document, resource)?;
        let required = |name| self.endpoint(&document, name)?.ok_or(Reason::Member(name));
        Ok(AuthorizationServer {
            issuer: issuer.clone(),
            authorization_endpoint: required("authorization_endpoint")?,
            token_endpoint: required("token_endpoint")?,
            pushed_authorization_request_endpoint: required(
                "pushed_authorization_request_endpoint",
            )?,
            revocation_endpoint: self.endpoint(&document, "revocation_endpoint")?,
        })
    }

    fn check_flags(&self, document: &Value) -> Result<(), Reason> {
        let is_true = |name: &str| document.get(name) == Some(&Value::Bool(true));
        if let Some(&name) = TRUE.iter().find(|name| !is_true(name)) {
            return Err(Reason::Member(name));
        }
        let registration = "require_request_uri_registration";
        if document.get(registration).is_some() && !is_true(registration) {
            return Err(Reason::Member(registration));
        }
        Ok(())
    }

    fn check_lists(&self, document: &Value) -> Result<(), Reason> {
        for &(name, value) in &LISTED {
            if !texts(document, name).ok_or(Reason::Member(name))?.contains(&value) {
                return Err(Reason::Member(name));
            }
        }
        for &(name, value) in &NOT_LISTED {
            if texts(document, name).ok_or(Reason::Member(name))?.contains(&value) {
                return Err(Reason::Member(name));
            }
        }
        Ok(())
    }

    /// A server that lists its resources lists the one that led to it (RFC 9728, section 4).
    fn check_resource(&self, document: &Value, resource: Option<&Origin>) -> Result<(), Reason> {
        let name = "protected_resources";
        let (Some(resource), Some(_)) = (resource, document.get(name)) else { return Ok(()) };
        match texts(document, name) {
            Some(listed) if listed.contains(&resource.as_str()) => Ok(()),
            _ => Err(Reason::Member(name)),
        }
    }

    /// An endpoint is a URL that this client may use, without a fragment (RFC 6749, sections 3.1
    /// and 3.2).
    fn endpoint(&self, document: &Value, name: &'static str) -> Result<Option<String>, Reason> {
        match document.get(name) {
            None => Ok(None),
            Some(Value::String(url)) if self.config.permits(url) && !url.contains('#') => {
                Ok(Some(url.clone()))
            }
            Some(_) => Err(Reason::Member(name)),
        }
    }
}

/// Members that are true (atproto OAuth spec, Authorization Servers).
const TRUE: [&str; 3] = [
    "authorization_response_iss_parameter_supported",
    "require_pushed_authorization_requests",
    "client_id_metadata_document_supported",
];

/// Values that a list must have (atproto OAuth spec, Authorization Servers).
const LISTED: [(&str, &str); 9] = [
    ("response_types_supported", "code"),
    ("grant_types_supported", "authorization_code"),
    ("grant_types_supported", "refresh_token"),
    ("code_challenge_methods_supported", "S256"),
    ("token_endpoint_auth_methods_supported", "none"),
    ("token_endpoint_auth_methods_supported", "private_key_jwt"),
    ("token_endpoint_auth_signing_alg_values_supported", "ES256"),
    ("scopes_supported", "atproto"),
    ("dpop_signing_alg_values_supported", "ES256"),
];

/// Values that a list must not have (atproto OAuth spec, Authorization Servers; RFC 9449, section
/// 5.1).
const NOT_LISTED: [(&str, &str); 3] = [
    ("code_challenge_methods_supported", "plain"),
    ("token_endpoint_auth_signing_alg_values_supported", "none"),
    ("dpop_signing_alg_values_supported", "none"),
];

/// The strings of a list that has nothing else.
fn texts<'a>(document: &'a Value, name: &str) -> Option<Vec<&'a str>> {
    document.get(name)?.as_array()?.iter().map(Value::as_str).collect()
}
