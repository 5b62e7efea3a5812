//! A request that is not yet on the wire: typed parts, to which one edit is applied.

use super::ClientKey;
use atproof_protocol::client_assertion;
use atproof_protocol::dpop;
use atproof_protocol::form;
use atproof_protocol::http::{Headers, Request};
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::record::Action;

use crate::model::{Change, Edit, Encoding};

const FORM: &str = "application/x-www-form-urlencoded";

/// A request in parts.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Kind of message.
    pub action: Action,
    /// Method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Header fields other than those of body and proof.
    pub headers: Headers,
    /// Parameters of a form body.
    pub form: Option<Vec<(String, String)>>,
    /// What the DPoP proof is made with, if there is one.
    pub proof: Option<Proof>,
    /// What the client authenticates with, if it does.
    pub assertion: Option<Assertion>,
    /// What the proof names as its URI, where that is not the URI of this request.
    pub htu: Option<String>,
    /// The one thing that is changed.
    pub edit: Edit,
}

/// What a DPoP proof is made with.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Key of the session.
    pub key: SigningKey,
    /// Key that [`Edit::OtherKey`] uses instead.
    pub other_key: SigningKey,
    /// Access token for `ath`.
    pub access_token: Option<String>,
}

/// What a client assertion is made with.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Key of the client.
    pub key: ClientKey,
    /// The client.
    pub client_id: String,
    /// Whom the assertion is for.
    pub issuer: String,
    /// The token endpoint of that server.
    pub token_endpoint: String,
    /// A URL of ours that nobody has a reason to fetch.
    pub bait: String,
}

impl Assertion {
    fn spec<'a>(&'a self, endpoint: &'a str, fresh: &'a Fresh) -> client_assertion::Spec<'a> {
        client_assertion::Spec {
            client_id: &self.client_id,
            issuer: &self.issuer,
            endpoint,
            token_endpoint: &self.token_endpoint,
            kid: &self.key.kid,
            jti: &fresh.assertion,
            iat: fresh.iat,
            bait: &self.bait,
        }
    }
}

/// The parts of a proof that are new on each attempt.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) jti: String,
    /// `jti` of the client assertion.
    pub(super) assertion: String,
    pub(super) iat: i64,
    pub(super) nonce: Option<String>,
}

impl Draft {
    /// A GET request.
    pub fn get(action: Action, url: impl Into<String>) -> Self {
        Self {
            action,
            method: "GET".to_owned(),
            url: url.into(),
            headers: Headers::new(),
            form: None,
            proof: None,
            assertion: None,
            htu: None,
            edit: Edit::None,
        }
    }

    /// A POST request with a form body.
    pub fn post(action: Action, url: impl Into<String>, form: &[(&str, &str)]) -> Self {
        let pairs = form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Self { method: "POST".to_owned(), form: Some(pairs), ..Self::get(action, url) }
    }

    /// The same request with one thing changed.
    #[must_use]
    pub fn edit(mut self, edit: &Edit) -> Self {
        self.edit = *edit;
        self
    }

    /// The same request with one more header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The same request with a proof by this key.
    #[must_use]
    pub fn prove(mut self, proof: Proof) -> Self {
        self.proof = Some(proof);
        self
    }

    /// The same request with a client assertion, where there is one.
    #[must_use]
    pub fn authenticate(mut self, assertion: Option<Assertion>) -> Self {
        self.assertion = assertion;
        self
    }

    /// The client assertion of this request with this `jti`, made at this time, with the edit where
    /// it is about assertions.
    pub fn made_assertion(&self, jti: &str, iat: i64, edit: &Edit) -> Option<String> {
        let assertion = self.assertion.as_ref()?;
        let fresh = Fresh { jti: String::new(), assertion: jti.to_owned(), iat, nonce: None };
        let named = match edit {
            Edit::Assertion(name) => client_assertion::mutation(name),
            _ => None,
        };
        let mutation = named.map(|named| &named.mutation);
        client_assertion::forge(&assertion.spec(&self.url, &fresh), &assertion.key.key, mutation)
    }

    /// The same request with this client assertion as it is, instead of a new one on each attempt.
    #[must_use]
    pub fn present(mut self, assertion: &str) -> Self {
        self.assertion = None;
        let form = self.form.get_or_insert_default();
        let kind = client_assertion::ASSERTION_TYPE;
        form.push(("client_assertion_type".to_owned(), kind.to_owned()));
        form.push(("client_assertion".to_owned(), assertion.to_owned()));
        self
    }

    /// Whether the edit makes a difference to this request. Some do not on some targets: a default
    /// port cannot be spelled out where the port is another.
    pub(super) fn is_changed(&self, nonce: Option<&str>) -> bool {
        if let Edit::Nonce(change) = self.edit {
            return nonce.is_some_and(|nonce| change.apply(nonce) != nonce);
        }
        if let (Edit::Assertion(name), Some(assertion)) = (self.edit, &self.assertion) {
            let fresh =
                Fresh { jti: String::new(), assertion: "jti".to_owned(), iat: 0, nonce: None };
            let spec = assertion.spec(&self.url, &fresh);
            return client_assertion::mutation(name).is_some_and(|named| {
                client_assertion::applies(&spec, &assertion.key.key, &named.mutation)
            });
        }
        let (Edit::Proof(name), Some(proof)) = (self.edit, &self.proof) else { return true };
        let request = Request::new(self.method.clone(), self.url.clone());
        let spec = dpop::Spec {
            htm: &request.method,
            htu: request.htu(),
            jti: "jti",
            iat: 0,
            nonce: Some("nonce"),
            access_token: proof.access_token.as_deref(),
        };
        dpop::mutation(name).is_some_and(|named| dpop::applies(&spec, &proof.key, &named.mutation))
    }

    /// The bytes-to-be, with the edit applied. The proof is made last, so that it fits every edit
    /// but its own.
    pub(super) fn request(&self, fresh: &Fresh) -> Request {
        let mut request = Request {
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: Vec::new(),
        };
        let mut pairs = self.form.clone();
        if let (Some(pairs), Some(assertion)) = (&mut pairs, &self.assertion) {
            let named = match self.edit {
                Edit::Assertion(name) => client_assertion::mutation(name),
                _ => None,
            };
            let spec = assertion.spec(&self.url, fresh);
            let mutation = named.map(|named| &named.mutation);
            if let Some(text) = client_assertion::forge(&spec, &assertion.key.key, mutation) {
                let kind = client_assertion::ASSERTION_TYPE.to_owned();
                pairs.push(("client_assertion_type".to_owned(), kind));
                pairs.push(("client_assertion".to_owned(), text));
            }
        }
        let mut encoding = None;
        match self.edit {
            Edit::Parameter(change) => {
                if let Some(pairs) = &mut pairs {
                    change.apply(pairs);
                }
            }
            Edit::Query(change) => request.url = edit_query(&request.url, change),
            Edit::Method(method) => {
                request.method = method.to_owned();
                // These have no body; what they ask for stands in the query.
                encoding = matches!(method, "GET" | "HEAD").then_some(Encoding::Query);
            }
            Edit::Encoding(other) => encoding = Some(other),
            Edit::PathSuffix(suffix) => request.url.push_str(suffix),
            Edit::Field(_)
            | Edit::Proof(_)
            | Edit::OtherKey
            | Edit::WithoutNonce
            | Edit::Nonce(_)
            | Edit::Credentials(_)
            | Edit::Assertion(_)
            | Edit::Document(_)
            | Edit::Delivery(_)
            | Edit::KeySet(_)
            | Edit::KeySetDelivery(_)
            | Edit::RedirectUri(_)
            | Edit::ClientId(_)
            | Edit::None
            | Edit::Story(_)
            | Edit::Twist(_)
            | Edit::Twists(_)
            | Edit::Network(_)
            | Edit::Layout(..) => {}
        }
        if let Some(pairs) = pairs {
            write_form(&mut request, &pairs, encoding);
        }
        for value in self.proofs(&request, fresh) {
            request.headers.push("DPoP", value);
        }
        if let Edit::Field(change) = self.edit {
            edit_field(&mut request.headers, change);
        }
        request
    }

    fn proofs(&self, request: &Request, fresh: &Fresh) -> Vec<Vec<u8>> {
        let Some(proof) = &self.proof else { return Vec::new() };
        let nonce = match (self.edit, fresh.nonce.as_deref()) {
            (Edit::WithoutNonce, _) => None,
            (Edit::Nonce(change), Some(nonce)) => Some(change.apply(nonce)),
            (_, nonce) => nonce.map(str::to_owned),
        };
        let spec = dpop::Spec {
            htm: &request.method,
            htu: self.htu.as_deref().unwrap_or_else(|| request.htu()),
            jti: &fresh.jti,
            iat: fresh.iat,
            nonce: nonce.as_deref(),
            access_token: proof.access_token.as_deref(),
        };
        let (key, mutation) = match self.edit {
            Edit::OtherKey => (&proof.other_key, None),
            Edit::Proof(name) => (&proof.key, dpop::mutation(name)),
            _ => (&proof.key, None),
        };
        dpop::forge(&spec, key, mutation.map(|named| &named.mutation))
    }
}

fn write_form(request: &mut Request, pairs: &[(String, String)], encoding: Option<Encoding>) {
    let body = form::encode(pairs);
    match encoding {
        None => {
            request.headers.set("Content-Type", FORM);
            request.body = body.into_bytes();
        }
        Some(Encoding::Json) => {
            let object: serde_json::Map<String, serde_json::Value> =
                pairs.iter().map(|(n, v)| (n.clone(), v.clone().into())).collect();
            request.headers.set("Content-Type", "application/json");
            request.body = serde_json::Value::Object(object).to_string().into_bytes();
        }
        Some(Encoding::TextPlain) => {
            request.headers.set("Content-Type", "text/plain");
            request.body = body.into_bytes();
        }
        Some(Encoding::NoMediaType) => request.body = body.into_bytes(),
        Some(Encoding::Multipart) => {
            request.headers.set("Content-Type", "multipart/form-data; boundary=atproof");
            let part = |(name, value): &(String, String)| {
                let field = format!("Content-Disposition: form-data; name=\"{name}\"");
                format!("--atproof\r\n{field}\r\n\r\n{value}\r\n")
            };
            let parts: String = pairs.iter().map(part).collect();
            request.body = format!("{parts}--atproof--\r\n").into_bytes();
        }
        Some(Encoding::Escaped) => {
            let escape = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
            let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", escape(value)));
            request.headers.set("Content-Type", FORM);
            request.body = pairs.collect::<Vec<_>>().join("&").into_bytes();
        }
        Some(Encoding::Tail(tail)) => {
            request.headers.set("Content-Type", FORM);
            request.body = (body + tail).into_bytes();
        }
        Some(Encoding::Query) => {
            if request.method == "POST" {
                request.headers.set("Content-Type", FORM);
            }
            request.url.push(if request.url.contains('?') { '&' } else { '?' });
            request.url.push_str(&body);
        }
        Some(Encoding::Empty) => request.headers.set("Content-Type", FORM),
    }
}

/// A URL that a browser opens, with its edit applied.
pub fn edit_url(url: &str, edit: &Edit) -> String {
    match edit {
        Edit::Query(change) => edit_query(url, *change),
        _ => url.to_owned(),
    }
}

fn edit_query(url: &str, change: Change) -> String {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let mut pairs = form::parse(query.as_bytes()).0;
    change.apply(&mut pairs);
    match form::encode(&pairs) {
        query if query.is_empty() => base.to_owned(),
        query => format!("{base}?{query}"),
    }
}

fn edit_field(headers: &mut Headers, change: Change) {
    let mut pairs: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()))
        .collect();
    change.apply(&mut pairs);
    *headers = pairs.into_iter().collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;
    use crate::stage::Stream;

    fn fresh() -> Fresh {
        Fresh { jti: "j".into(), assertion: "a".into(), iat: 1, nonce: Some("n".into()) }
    }

    fn draft() -> Draft {
        let mut stream = Stream::seeded(0, "draft");
        let proof =
            Proof { key: stream.key(), other_key: stream.key(), access_token: Some("t".into()) };
        Draft::post(Action::Par, "https://as/par", &[("a", "1"), ("b", "x y")]).prove(proof)
    }

    #[test]
    fn an_edit_changes_one_thing() {
        let control = draft().request(&fresh());
        assert_eq!(control.body, b"a=1&b=x+y");
        let row = |edit: Edit| draft().edit(&edit).request(&fresh());
        let removed = row(Edit::Parameter(Change::Remove("a")));
        assert_eq!(removed.body, b"b=x+y");
        assert_eq!(removed.headers, control.headers);
        let field = row(Edit::Field(Change::Remove("DPoP")));
        assert_eq!(field.headers.count("dpop"), 0);
        assert_eq!(field.body, control.body);
        assert_ne!(row(Edit::OtherKey).headers, control.headers);
        let query = row(Edit::Encoding(Encoding::Query));
        assert_eq!((query.url.as_str(), query.body.len()), ("https://as/par?a=1&b=x+y", 0));
    }

    #[test]
    fn the_proof_follows_the_method() {
        let request = draft().edit(&Edit::Method("PUT")).request(&fresh());
        let proof = request.headers.get("dpop").unwrap();
        let (_, claims) = atproof_protocol::jws::decode_unverified(proof).unwrap();
        assert_eq!(claims["htm"], "PUT");
    }

    #[test]
    fn query_edits_keep_the_rest() {
        let url = "https://as/authorize?client_id=c&request_uri=r";
        let change = Change::Set("request_uri", Text::Is("other"));
        assert_eq!(edit_query(url, change), "https://as/authorize?client_id=c&request_uri=other");
        assert_eq!(edit_query("https://as/a?x=1", Change::Remove("x")), "https://as/a");
    }
}
