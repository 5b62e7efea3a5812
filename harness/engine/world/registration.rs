//! A confidential client: what it is told of itself, and what the world knows of it.
//!
//! The network takes whatever assertion such a client sends, so that one deviation does not hide the
//! next ones: the world reads it leniently, notes what it is, and hands on a correct one in its
//! place.

use std::sync::Arc;

use atproof_protocol::client_assertion::{self, ASSERTION_TYPE, Spec};
use atproof_protocol::http::{Request, Response};
use atproof_protocol::jwk::{PublicJwk, SigningKey};
use atproof_protocol::{base64url, form, jws};
use serde_json::{Value, json};

use super::site;
use crate::model::{Settings, Site};
use crate::stage::{Host, Page, Stream};

/// Where its document is found: a name that nobody on the internet has, and that no client takes for
/// a reserved one.
const ORIGIN: &str = "https://client.internal";

const DOCUMENT: &str = "/oauth/client-metadata.json";

/// The redirect URIs that the document declares. The client is told to use the first.
const REDIRECTS: [&str; 2] = ["/callback", "/oauth/callback"];

/// Name of its key.
const KID: &str = "key-of-the-client";

/// Name of a key in the document that the client does not have.
const OTHER_KID: &str = "key-of-the-day-before";

/// A key of secp256k1 for the client, and its public half: atproof signs with P-256 alone.
pub(super) const K256: &str = r#"{"kty":"EC","crv":"secp256k1","alg":"ES256K","use":"sig","kid":"key-of-the-client","x":"VrMoswyL9YOeJAWHR4eUCL2zYkHcnC58YZ-qErKSCWc","y":"q3zZ_46n_U9CGx4Z9S6VXUl6LIMoWmqP9yxXfWwv1JA","d":"CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk"}"#;
pub(super) const K256_PUBLIC: &str = r#"{"kty":"EC","crv":"secp256k1","alg":"ES256K","use":"sig","kid":"key-of-the-client","x":"VrMoswyL9YOeJAWHR4eUCL2zYkHcnC58YZ-qErKSCWc","y":"q3zZ_46n_U9CGx4Z9S6VXUl6LIMoWmqP9yxXfWwv1JA"}"#;

/// A confidential client as its network knows it.
pub(super) struct Registration {
    client_id: String,
    key: SigningKey,
    /// The document, with another key before its own.
    document: Value,
    host: Arc<Host>,
}

impl Registration {
    /// A new one, with keys of its own.
    pub(super) fn new(random: &mut Stream) -> Self {
        let (key, other) = (random.key(), random.key());
        let client_id = format!("{ORIGIN}{DOCUMENT}");
        let redirect_uris = REDIRECTS.map(|path| format!("{ORIGIN}{path}"));
        let keys =
            [named(other.public().to_value(), OTHER_KID), named(key.public().to_value(), KID)];
        let document = json!({
            "client_id": client_id,
            "client_name": "atproof",
            "client_uri": ORIGIN,
            "application_type": "web",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "redirect_uris": redirect_uris,
            "scope": Settings::USUAL.scope,
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "dpop_bound_access_tokens": true,
            "jwks": {"keys": keys},
        });
        let host = Arc::new(Host::new(ORIGIN));
        host.publish(DOCUMENT, Page::json(document.to_string()));
        Self { client_id, key, document, host }
    }

    /// Where its document is served.
    pub(super) fn host(&self) -> Arc<Host> {
        self.host.clone()
    }

    /// Writes into the arguments of `init` who the client is.
    pub(super) fn tell(&self, arguments: &mut Value) {
        let [path, _] = REDIRECTS;
        for (name, value) in [
            ("client_id", json!(self.client_id)),
            ("redirect_uri", json!(format!("{ORIGIN}{path}"))),
            ("client_metadata", self.document.clone()),
            ("jwk", named(self.key.private_jwk(), KID)),
        ] {
            arguments[name] = value;
        }
    }

    /// The document, for a client that fetches its own.
    pub(super) fn page(&self, request: &Request) -> Option<Response> {
        let is_own = site::origin(&request.url) == ORIGIN;
        is_own.then(|| {
            let page = self.host.visit(request.target());
            Response { status: page.status, headers: page.headers, body: page.body }
        })
    }

    /// The same request with a correct assertion, for the server at this issuer.
    pub(super) fn authenticated(
        &self,
        request: Request,
        of: Site,
        issuer: &str,
        (jti, iat): (&str, i64),
    ) -> Request {
        if !site::takes_form(of) {
            return request;
        }
        let endpoint = request.url.as_str();
        let spec = Spec {
            client_id: &self.client_id,
            issuer,
            endpoint,
            token_endpoint: endpoint,
            kid: KID,
            jti,
            iat,
            bait: "",
        };
        let Some(assertion) = client_assertion::forge(&spec, &self.key, None) else {
            return request;
        };
        let request = anonymous(request, of);
        let mut pairs = form::parse(&request.body).0;
        for (name, value) in
            [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)]
        {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        if !pairs.iter().any(|(name, _)| name == "client_id") {
            pairs.push(("client_id".to_owned(), self.client_id.clone()));
        }
        request.body(site::FORM, form::encode(&pairs))
    }

    /// What a judge may ask of the assertion of a request.
    pub(super) fn facts(&self, request: &Request) -> Option<Value> {
        let text = site::parameter(request, "client_assertion")?;
        let defects = match jws::Compact::parse(&text) {
            Ok(compact) => compact.defects(),
            Err(defects) => defects,
        };
        let session = request.headers.get("dpop").and_then(jws::decode_unverified);
        let session = session
            .and_then(|(header, _)| PublicJwk::public_part(header.get("jwk")?).ok())
            .is_some_and(|key| is_signed(&text, &key));
        let signer = match is_signed(&text, &self.key.public()) {
            true => Some(KID),
            false if session => Some("the key of the DPoP proof"),
            false => None,
        };
        let mut facts = json!({
            "defects": defects.iter().map(|d| d.detail.clone()).collect::<Vec<_>>(),
            "signer": signer,
            "signature_length": signature(&text).map(|bytes| bytes.len()),
        });
        if let Some((header, claims)) = jws::decode_unverified(&text) {
            facts["header"] = without_key(header);
            facts["claims"] = claims;
        }
        Some(facts)
    }
}

/// Parameters by which a client authenticates.
const OWN: [&str; 3] = ["client_assertion", "client_assertion_type", "client_secret"];

/// The same request of a public client, which has nothing to authenticate with: some do all the
/// same, and servers refuse that.
pub(super) fn anonymous(request: Request, of: Site) -> Request {
    let mut pairs = form::parse(&request.body).0;
    let count = pairs.len();
    pairs.retain(|(name, _)| !OWN.contains(&name.as_str()));
    match site::takes_form(of) && pairs.len() < count {
        true => request.body(site::FORM, form::encode(&pairs)),
        false => request,
    }
}

fn named(mut jwk: Value, kid: &str) -> Value {
    for (name, value) in [("kid", kid), ("alg", "ES256"), ("use", "sig")] {
        jwk[name] = json!(value);
    }
    jwk
}

/// A key in a header has no meaning here, and may be a private one.
fn without_key(mut header: Value) -> Value {
    if let Some(members) = header.as_object_mut() {
        members.remove("jwk");
    }
    header
}

fn signature(text: &str) -> Option<Vec<u8>> {
    base64url::decode(text.rsplit('.').next()?).ok()
}

/// Whether a JWT, however else it is wrong, is signed with this key.
fn is_signed(text: &str, key: &PublicJwk) -> bool {
    let Some((input, _)) = text.rsplit_once('.') else { return false };
    signature(text).is_some_and(|signature| jws::verify_es256(key, input.as_bytes(), &signature))
}
