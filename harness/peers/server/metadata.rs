//! Authorization server metadata (RFC 8414) with the members that the profile asks for.

use atproof_protocol::http::Response;
use serde_json::{Map, Value, json};

use super::answer::json_response;
use super::state::Server;
use crate::codec::base64url;
use crate::{Fault, Variant};

/// Members of a metadata document while it is put together.
struct Document(Map<String, Value>);

impl Document {
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

impl Server {
    /// `/.well-known/oauth-authorization-server`.
    pub(super) fn server_metadata(&self) -> Response {
        if self.has(Fault::AsMetadataMissing) {
            return Response::new(404);
        }
        if self.has(Fault::AsMetadataRedirect) {
            let elsewhere = format!("{}/metadata.json", self.issuer());
            return Response::new(302).header("Location", elsewhere);
        }
        let status = if self.has(Fault::AsMetadataStatus203) { 203 } else { 200 };
        let mut response = self.server_metadata_document(status);
        if self.has(Fault::AsMetadataContentTypeText) {
            response.headers.set("Content-Type", "text/plain");
        }
        response
    }

    /// The document, wherever it is served.
    pub(super) fn server_metadata_document(&self, status: u16) -> Response {
        let mut document = Document(Map::new());
        self.add_issuer(&mut document);
        self.add_endpoints(&mut document);
        self.add_grants(&mut document);
        self.add_authentication(&mut document);
        self.add_flags(&mut document);
        self.metadata_response(status, document.0)
    }

    fn add_issuer(&self, document: &mut Document) {
        let issuer = self.issuer();
        let issuer = if self.has(Fault::AsMetadataIssuerSlash) {
            format!("{issuer}/")
        } else if self.has(Fault::AsMetadataOtherIssuer) {
            "https://other-issuer.test".to_owned()
        } else if self.has(Fault::AsMetadataIssuerHttp) {
            issuer.replacen("https:", "http:", 1)
        } else if self.has(Fault::AsMetadataIssuerDefaultPort) {
            format!("{issuer}:443")
        } else if self.has(Fault::AsMetadataIssuerPath) {
            format!("{issuer}/oauth")
        } else if self.has(Fault::AsMetadataIssuerQuery) {
            format!("{issuer}?v=1")
        } else {
            issuer.to_owned()
        };
        document.set("issuer", issuer);
    }

    fn add_endpoints(&self, document: &mut Document) {
        let fragment = |fault| if self.has(fault) { "#" } else { "" };
        if !self.has(Fault::AsMetadataNoAuthorizationEndpoint) {
            let query = self.endpoints().authorization_query;
            let end = fragment(Fault::AsMetadataAuthorizationEndpointFragment);
            let url = format!("{}{query}{end}", self.endpoint("/authorize"));
            document.set("authorization_endpoint", url);
        }
        if !self.has(Fault::AsMetadataNoTokenEndpoint) {
            let end = fragment(Fault::AsMetadataTokenEndpointFragment);
            document.set("token_endpoint", format!("{}{end}", self.endpoint("/token")));
        }
        if !self.has(Fault::AsMetadataNoParEndpoint) {
            document.set("pushed_authorization_request_endpoint", self.endpoint("/par"));
        }
        if !self.varies(Variant::NoRevocation) {
            let url = if self.has(Fault::AsMetadataDanglingEndpoint) {
                self.endpoint("/revocation")
            } else {
                self.endpoint("/revoke")
            };
            let url = if self.has(Fault::AsMetadataEndpointElsewhere) {
                "https://elsewhere.test/revoke".to_owned()
            } else {
                url
            };
            let url = if self.has(Fault::AsMetadataEndpointHttp) {
                url.replacen("https:", "http:", 1)
            } else {
                url
            };
            document.set("revocation_endpoint", url);
        }
        if self.has(Fault::AsIntrospectionOpen) {
            document.set("introspection_endpoint", self.endpoint("/introspect"));
        }
        if !self.varies(Variant::NoJwksUri) {
            document.set("jwks_uri", self.endpoint("/jwks"));
        }
    }

    fn add_grants(&self, document: &mut Document) {
        let mut scopes = vec!["transition:generic", "transition:email", "transition:chat.bsky"];
        if self.has(Fault::AsMetadataTransitionUnlisted) {
            scopes.remove(0);
        }
        if !self.has(Fault::AsMetadataNoScopeAtproto) {
            scopes.insert(0, "atproto");
        }
        if self.has(Fault::AsMetadataScopePrefixes) {
            scopes.extend(["repo", "blob", "rpc"]);
        }
        document.set("scopes_supported", scopes);
        let mut response_types = vec!["code"];
        if self.has(Fault::AsMetadataNoResponseTypeCode) {
            response_types = vec!["none"];
        }
        if self.has(Fault::AsMetadataImplicitOffered) {
            response_types.push("token");
        }
        document.set("response_types_supported", response_types);
        let response_modes = if self.has(Fault::AsMetadataMemberTypeWrong) {
            json!("query")
        } else {
            json!(["query", "fragment"])
        };
        document.set("response_modes_supported", response_modes);
        let mut grant_types = Vec::new();
        if !self.has(Fault::AsMetadataNoGrantAuthorizationCode) {
            grant_types.push("authorization_code");
        }
        if !self.has(Fault::AsMetadataNoGrantRefreshToken) {
            grant_types.push("refresh_token");
        }
        document.set("grant_types_supported", grant_types);
        let mut methods = vec!["S256"];
        if self.has(Fault::AsMetadataPlainOffered) {
            methods.push("plain");
        }
        if self.has(Fault::AsMetadataOtherChallengeMethod) {
            methods.push("S512");
        }
        if !self.has(Fault::AsMetadataNoS256) {
            document.set("code_challenge_methods_supported", methods);
        }
        if self.varies(Variant::MetadataAllOptional) {
            document.set("ui_locales_supported", json!(["en", "de-CH"]));
            document.set("service_documentation", format!("{}/docs", self.issuer()));
            document.set("op_policy_uri", format!("{}/policy", self.issuer()));
            document.set("op_tos_uri", format!("{}/terms", self.issuer()));
            document.set("subject_types_supported", json!(["public"]));
            document.set("display_values_supported", json!(["page", "popup", "touch"]));
            document.set("prompt_values_supported", json!(["none", "login", "consent"]));
            document.set("protected_resources", json!([self.config.pds]));
        }
        if self.has(Fault::AsMetadataEmptyArray) {
            document.set("ui_locales_supported", json!([]));
        }
    }

    fn add_authentication(&self, document: &mut Document) {
        let mut methods = Vec::new();
        if !self.has(Fault::AsMetadataNoAuthMethodNone) {
            methods.push("none");
        }
        if !self.has(Fault::AsMetadataNoAuthMethodPrivateKeyJwt) {
            methods.push("private_key_jwt");
        }
        document.set("token_endpoint_auth_methods_supported", methods);
        let mut assertion_algorithms = self.proof_algorithms().to_vec();
        if self.has(Fault::AsMetadataNoAuthAlgEs256) {
            assertion_algorithms = vec!["ES256K"];
        }
        if self.has(Fault::AsMetadataAuthAlgNone) {
            assertion_algorithms.push("none");
        }
        document.set("token_endpoint_auth_signing_alg_values_supported", assertion_algorithms);
        let mut proof_algorithms = self.proof_algorithms().to_vec();
        if self.has(Fault::AsMetadataNoDpopAlgEs256) {
            proof_algorithms = vec!["ES256K"];
        }
        if self.has(Fault::AsMetadataDpopAlgHs256) {
            proof_algorithms.push("HS256");
        }
        document.set("dpop_signing_alg_values_supported", proof_algorithms);
    }

    fn add_flags(&self, document: &mut Document) {
        let flag = |no: Fault, string: Fault| {
            if self.has(no) {
                json!(false)
            } else if self.has(string) {
                json!("true")
            } else {
                json!(true)
            }
        };
        let iss = flag(Fault::AsMetadataIssFlagFalse, Fault::AsMetadataIssFlagString);
        document.set("authorization_response_iss_parameter_supported", iss);
        let par = flag(Fault::AsMetadataParFlagFalse, Fault::AsMetadataParFlagString);
        document.set("require_pushed_authorization_requests", par);
        let documents = flag(
            Fault::AsMetadataClientIdDocumentFlagFalse,
            Fault::AsMetadataClientIdDocumentFlagString,
        );
        document.set("client_id_metadata_document_supported", documents);
        if self.has(Fault::AsMetadataRequestUriRegistrationFalse) {
            document.set("require_request_uri_registration", false);
        } else if !self.varies(Variant::NoRequestUriRegistration) {
            document.set("require_request_uri_registration", true);
        }
        document.set("protected_resources", vec![self.config.pds.clone()]);
    }

    /// Algorithms of proofs, in metadata and challenges.
    pub(super) fn proof_algorithms(&self) -> &'static [&'static str] {
        let more = self.varies(Variant::ExtraAlgorithms);
        if more { &["ES256", "ES384", "PS256", "EdDSA"] } else { &["ES256"] }
    }

    /// A metadata document as an answer.
    pub(super) fn metadata_response(
        &self,
        status: u16,
        mut document: Map<String, Value>,
    ) -> Response {
        if self.varies(Variant::MetadataExtraMembers) {
            document.insert("x_atproof".to_owned(), json!({ "nested": { "list": [1, null] } }));
        }
        let mut response = json_response(status, &Value::Object(document));
        if self.varies(Variant::MetadataContentTypeParameter) {
            response.headers.set("Content-Type", "application/json; charset=utf-8");
        }
        if self.varies(Variant::MetadataCached) {
            return response.header("Cache-Control", "max-age=300").header("ETag", "\"1\"");
        }
        if self.varies(Variant::MetadataNoCacheControl) {
            return response;
        }
        response.header("Cache-Control", "no-cache")
    }

    /// The keys that access tokens are signed with (RFC 7517).
    pub(super) fn key_set(&self) -> Response {
        let point = self.signing_key.verifying_key().to_sec1_point(false);
        let coordinates = point.as_bytes().get(1..).unwrap_or_default();
        let (x, y) = coordinates.split_at_checked(32).unwrap_or_default();
        let mut key = json!({
            "kty": "EC",
            "crv": "P-256",
            "x": base64url::encode(x),
            "y": base64url::encode(y),
            "alg": "ES256",
            "use": "sig",
            "kid": "1",
        });
        if self.has(Fault::AsJoseJwksNoKid)
            && let Some(members) = key.as_object_mut()
        {
            members.retain(|name, _| !matches!(name.as_str(), "kid" | "alg"));
        }
        if self.has(Fault::AsMetadataJwksPrivate)
            && let Some(members) = key.as_object_mut()
        {
            let d = base64url::encode(self.signing_key.to_bytes());
            members.insert("d".to_owned(), json!(d));
        }
        json_response(200, &json!({ "keys": [key] }))
    }
}
