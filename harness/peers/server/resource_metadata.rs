//! Protected resource metadata of the PDS (RFC 9728).

use atproof_protocol::http::Response;
use serde_json::{Map, Value, json};

use super::state::Server;
use crate::Fault;

impl Server {
    /// `/.well-known/oauth-protected-resource`.
    pub(super) fn resource_metadata(&self) -> Response {
        if self.has(Fault::RsMetadataMissing) {
            return Response::new(404);
        }
        if self.has(Fault::RsMetadataRedirect) {
            let elsewhere = format!("{}/resource.json", self.config.pds);
            return Response::new(302).header("Location", elsewhere);
        }
        let status = if self.has(Fault::RsMetadataStatus203) { 203 } else { 200 };
        let mut response = self.resource_metadata_document(status);
        if self.has(Fault::RsMetadataContentTypeText) {
            response.headers.set("Content-Type", "text/plain");
        }
        response
    }

    /// The document, wherever it is served.
    pub(super) fn resource_metadata_document(&self, status: u16) -> Response {
        let mut document = Map::new();
        let mut set = |name: &str, value: Value| drop(document.insert(name.to_owned(), value));
        if !self.has(Fault::RsMetadataNoResource) {
            set("resource", json!(self.resource_identifier()));
        }
        set("authorization_servers", self.authorization_servers());
        let scopes = match self.has(Fault::RsMetadataEmptyArray) {
            true => json!([]),
            false => json!(["atproto", "transition:generic"]),
        };
        if !self.has(Fault::RsMetadataNoScopes) {
            set("scopes_supported", scopes);
        }
        let methods = match self.has(Fault::RsMetadataBearerMethodsBody) {
            true => json!(["body"]),
            false => json!(["header"]),
        };
        set("bearer_methods_supported", methods);
        if self.has(Fault::RsMetadataJwksUriHttp) {
            let keys = format!("{}/keys", self.config.pds);
            set("jwks_uri", json!(keys.replacen("https:", "http:", 1)));
        }
        if self.has(Fault::RsMetadataSigningAlgNone) {
            set("resource_signing_alg_values_supported", json!(["none"]));
        }
        let bound = match self.has(Fault::RsMetadataBooleanAsString) {
            true => json!("true"),
            false => json!(true),
        };
        set("dpop_bound_access_tokens_required", bound);
        set("dpop_signing_alg_values_supported", json!(self.proof_algorithms()));
        set("resource_documentation", json!("https://atproto.com"));
        self.metadata_response(status, document)
    }

    fn resource_identifier(&self) -> String {
        if self.has(Fault::RsMetadataOtherResource) {
            return "https://other-resource.test".to_owned();
        }
        let end = if self.has(Fault::RsMetadataResourceFragment) { "#" } else { "" };
        format!("{}{end}", self.config.pds)
    }

    /// Exactly one, as the profile asks.
    fn authorization_servers(&self) -> Value {
        let issuer = self.issuer();
        let entry = if self.has(Fault::RsMetadataServerWithoutScheme) {
            issuer.split("://").nth(1).unwrap_or_default().to_owned()
        } else if self.has(Fault::RsMetadataServerWithPath) {
            format!("{issuer}/oauth")
        } else if self.has(Fault::RsMetadataServerDefaultPort) {
            format!("{issuer}:443")
        } else if self.has(Fault::RsMetadataNamesWrongServer) {
            "https://no-server.test".to_owned()
        } else if self.has(Fault::RsMetadataNamesItself) {
            self.config.pds.clone()
        } else {
            issuer.to_owned()
        };
        if self.has(Fault::RsMetadataServersString) {
            return json!(entry);
        }
        if self.has(Fault::RsMetadataTwoServers) {
            return json!([entry, "https://second-server.test"]);
        }
        json!([entry])
    }
}
