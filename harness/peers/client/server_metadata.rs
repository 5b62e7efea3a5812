//! Authorization server metadata (RFC 8414), with what the profile makes binding.

use atproof_protocol::identifier::Origin;
use serde_json::Value;

use super::error::Reason;
use super::fetch::Kind;
use super::response::{member, visible};
use super::state::Client;
use crate::ClientFault;

/// An authorization server that keeps to the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AuthorizationServer {
    pub(super) issuer: Origin,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    /// Missing only where a client does without.
    pub(super) pushed_authorization_request_endpoint: Option<String>,
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
        let name = "oauth-authorization-server";
        let url = self.metadata_url(issuer, name, ClientFault::AsMetadataOtherPath);
        let document = self.metadata(&KIND, &url).await?;
        self.check_named(&document, issuer)?;
        self.check_flags(&document)?;
        self.check_lists(&document)?;
        self.check_resource(&document, resource)?;
        // An endpoint is enough (RFC 9126, section 5).
        if self.has(ClientFault::AsMetadataParNeedsFlag)
            && document.get("request_uri_parameter_supported") == Some(&Value::Bool(false))
        {
            return Err(Reason::Member("request_uri_parameter_supported"));
        }
        let required = |name| self.endpoint(&document, name)?.ok_or(Reason::Member(name));
        let name = "pushed_authorization_request_endpoint";
        let pushed = match self.has(ClientFault::AsMetadataNoParFallback) {
            true => self.endpoint(&document, name)?,
            false => Some(required(name)?),
        };
        Ok(AuthorizationServer {
            issuer: issuer.clone(),
            authorization_endpoint: self.authorization_endpoint(&document)?,
            token_endpoint: match self.has(ClientFault::AsMetadataTokenEndpointGuessed) {
                true => format!("{issuer}/oauth/token"),
                false => required("token_endpoint")?,
            },
            pushed_authorization_request_endpoint: pushed,
            revocation_endpoint: self.endpoint(&document, "revocation_endpoint")?,
        })
    }

    /// RFC 8414, section 3.3: identical, without normalisation.
    fn check_named(&self, document: &Value, issuer: &Origin) -> Result<(), Reason> {
        let found = member(document, "issuer").ok_or(Reason::Member("issuer"))?;
        let is_alike = self.has(ClientFault::AsMetadataIssuerNormalised)
            && Origin::of(found).as_ref() == Some(issuer)
            || self.has(ClientFault::AsMetadataIssuerTrimmed) && visible(found) == issuer.as_str();
        if found == issuer.as_str() || is_alike || self.has(ClientFault::AsMetadataSkipIssuerMatch)
        {
            return Ok(());
        }
        let (expected, found) = (issuer.to_string(), found.to_owned());
        Err(Reason::Issuer { expected, found })
    }

    fn check_flags(&self, document: &Value) -> Result<(), Reason> {
        let is_true = |name: &str| match document.get(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) => {
                text == "true" && self.has(ClientFault::AsMetadataTypesLenient)
            }
            _ => false,
        };
        let broken = TRUE.iter().find(|(name, unchecked)| !is_true(name) && !self.has(*unchecked));
        if let Some(&(name, _)) = broken {
            return Err(Reason::Member(name));
        }
        let registration = "require_request_uri_registration";
        if document.get(registration).is_some()
            && !is_true(registration)
            && !self.has(ClientFault::AsMetadataRegistrationUnchecked)
        {
            return Err(Reason::Member(registration));
        }
        Ok(())
    }

    fn check_lists(&self, document: &Value) -> Result<(), Reason> {
        for &(name, value, unchecked) in &LISTED {
            let listed = self.texts(document, name).unwrap_or_default();
            if !listed.contains(&value) && !self.has(unchecked) {
                return Err(Reason::Member(name));
            }
        }
        for &(name, value, unchecked) in &NOT_LISTED {
            let listed = self.texts(document, name).unwrap_or_default();
            if listed.contains(&value) && !self.has(unchecked) {
                return Err(Reason::Member(name));
            }
        }
        Ok(())
    }

    /// A server that lists its resources lists the one that led to it (RFC 9728, section 4).
    fn check_resource(&self, document: &Value, resource: Option<&Origin>) -> Result<(), Reason> {
        let name = "protected_resources";
        let (Some(resource), Some(_)) = (resource, document.get(name)) else { return Ok(()) };
        if self.has(ClientFault::AsMetadataProtectedResourcesUnchecked) {
            return Ok(());
        }
        match self.texts(document, name) {
            Some(listed) if listed.contains(&resource.as_str()) => Ok(()),
            _ => Err(Reason::Member(name)),
        }
    }

    /// The user is sent there, so it is looked at like any other URL before.
    fn authorization_endpoint(&self, document: &Value) -> Result<String, Reason> {
        let name = "authorization_endpoint";
        if self.has(ClientFault::AsMetadataAnyScheme) {
            return member(document, name).map(str::to_owned).ok_or(Reason::Member(name));
        }
        self.endpoint(document, name)?.ok_or(Reason::Member(name))
    }

    /// An endpoint is a URL that this client may use, without a fragment (RFC 6749, sections 3.1
    /// and 3.2).
    fn endpoint(&self, document: &Value, name: &'static str) -> Result<Option<String>, Reason> {
        let may_have_fragment = self.has(ClientFault::AsMetadataEndpointFragment);
        match document.get(name) {
            None => Ok(None),
            Some(Value::String(url))
                if self.config.permits(url) && (may_have_fragment || !url.contains('#')) =>
            {
                Ok(Some(url.clone()))
            }
            Some(_) => Err(Reason::Member(name)),
        }
    }

    /// The strings of a list that has nothing else.
    fn texts<'a>(&self, document: &'a Value, name: &str) -> Option<Vec<&'a str>> {
        match document.get(name)? {
            Value::Array(values) => values.iter().map(Value::as_str).collect(),
            Value::String(text) if self.has(ClientFault::AsMetadataTypesLenient) => {
                Some(text.split(' ').collect())
            }
            _ => None,
        }
    }
}

/// Members that are true (atproto OAuth spec, Authorization Servers).
const TRUE: [(&str, ClientFault); 3] = [
    ("authorization_response_iss_parameter_supported", ClientFault::AsMetadataIssFlagUnchecked),
    ("require_pushed_authorization_requests", ClientFault::AsMetadataParFlagUnchecked),
    ("client_id_metadata_document_supported", ClientFault::AsMetadataDocumentFlagUnchecked),
];

/// Values that a list must have (atproto OAuth spec, Authorization Servers).
const LISTED: [(&str, &str, ClientFault); 9] = [
    ("response_types_supported", "code", ClientFault::AsMetadataResponseTypesUnchecked),
    ("grant_types_supported", "authorization_code", ClientFault::AsMetadataGrantTypesUnchecked),
    ("grant_types_supported", "refresh_token", ClientFault::AsMetadataGrantTypesUnchecked),
    ("code_challenge_methods_supported", "S256", ClientFault::AsMetadataPkceUnchecked),
    ("token_endpoint_auth_methods_supported", "none", ClientFault::AsMetadataAuthMethodsUnchecked),
    (
        "token_endpoint_auth_methods_supported",
        "private_key_jwt",
        ClientFault::AsMetadataAuthMethodsUnchecked,
    ),
    (
        "token_endpoint_auth_signing_alg_values_supported",
        "ES256",
        ClientFault::AsMetadataAuthAlgUnchecked,
    ),
    ("scopes_supported", "atproto", ClientFault::AsMetadataScopesUnchecked),
    ("dpop_signing_alg_values_supported", "ES256", ClientFault::AsMetadataDpopAlgUnchecked),
];

/// Values that a list must not have (atproto OAuth spec, Authorization Servers; RFC 9449, section
/// 5.1).
const NOT_LISTED: [(&str, &str, ClientFault); 3] = [
    ("code_challenge_methods_supported", "plain", ClientFault::AsMetadataPlainTaken),
    (
        "token_endpoint_auth_signing_alg_values_supported",
        "none",
        ClientFault::AsMetadataAllowNoneAlg,
    ),
    ("dpop_signing_alg_values_supported", "none", ClientFault::AsMetadataDpopNoneTaken),
];

const KIND: Kind = Kind {
    any_success: ClientFault::AsMetadataAnySuccess,
    any_status: ClientFault::AsMetadataStatusUnchecked,
    follows: ClientFault::AsMetadataFollowRedirect,
    any_media_type: ClientFault::AsMetadataAnyMediaType,
    unknown_members: ClientFault::AsMetadataUnknownMembersRefused,
    members: &[
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "pushed_authorization_request_endpoint",
        "revocation_endpoint",
        "jwks_uri",
        "scopes_supported",
        "subject_types_supported",
        "response_types_supported",
        "response_modes_supported",
        "grant_types_supported",
        "code_challenge_methods_supported",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
        "authorization_response_iss_parameter_supported",
        "require_pushed_authorization_requests",
        "require_request_uri_registration",
        "client_id_metadata_document_supported",
        "protected_resources",
        "ui_locales_supported",
        "display_values_supported",
        "request_parameter_supported",
        "request_uri_parameter_supported",
        "request_object_signing_alg_values_supported",
        "request_object_encryption_alg_values_supported",
        "request_object_encryption_enc_values_supported",
        "prompt_values_supported",
        "introspection_endpoint",
        "registration_endpoint",
    ],
};
