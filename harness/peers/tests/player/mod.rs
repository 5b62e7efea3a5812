//! A client made by hand: it signs its own proofs and reads answers as leniently as it can, so that
//! it gets through with any fault that leaves correct requests alone.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;

use atproof_engine::stage::{Clock, Stream};
use atproof_peers::{Config, Server, Switches};
use atproof_protocol::http::{Request, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) const CLIENT: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback\
    &scope=atproto%20transition%3Ageneric";
pub(crate) const REDIRECT: &str = "http://127.0.0.1/callback";
pub(crate) const SESSION: &str = "https://pds.atproof.test/xrpc/com.atproto.server.getSession";
pub(crate) const START: i64 = 1_750_000_000;

/// A request with its proof, before it is signed. Each field may be changed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) header: Value,
    pub(crate) claims: Value,
    /// Written instead of the claims.
    pub(crate) raw_claims: Option<String>,
    /// Changes the signed proof.
    pub(crate) mangle: fn(String) -> String,
    pub(crate) field_name: &'static str,
    /// Whether there is a proof at all.
    pub(crate) proven: bool,
    pub(crate) key: SigningKey,
    pub(crate) headers: Vec<(String, String)>,
    /// Sent instead of the form.
    pub(crate) body: Option<(&'static str, String)>,
}

pub(crate) struct Player {
    pub(crate) server: Server,
    pub(crate) clock: Clock,
    pub(crate) key: SigningKey,
    pub(crate) stream: Stream,
    pub(crate) nonces: BTreeMap<String, String>,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) endpoints: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) state: String,
    pub(crate) verifier: String,
    pub(crate) request_uri: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) code: String,
    pub(crate) login: Login,
}

impl Player {
    pub(crate) fn new(ids: &[&str]) -> Self {
        let clock = Clock::at(START);
        let config = Config::embedded().with(Switches::parse(ids).unwrap());
        let mut server = Server::new(config, Stream::seeded(1, "server"), clock.clone());
        let issuer = if ids.contains(&"legal.same-origin") { "pds" } else { "auth" };
        let url = format!("https://{issuer}.atproof.test/.well-known/oauth-authorization-server");
        let metadata = server.handle(&Request::new("GET", url)).json().unwrap_or_default();
        let mut stream = Stream::seeded(2, "client");
        let mut endpoints = json!({});
        for (member, path) in [
            ("pushed_authorization_request_endpoint", "par"),
            ("authorization_endpoint", "authorize"),
            ("token_endpoint", "token"),
            ("revocation_endpoint", "revoke"),
        ] {
            let usual = format!("https://auth.atproof.test/oauth/{path}");
            let url = metadata[member].as_str().unwrap_or(&usual);
            endpoints[path] = json!(url.trim_end_matches('#').replace("http:", "https:"));
        }
        Self {
            key: SigningKey::from_slice(&stream.block()).unwrap(),
            server,
            clock,
            stream,
            nonces: BTreeMap::new(),
            cookies: BTreeMap::new(),
            client_id: CLIENT.to_owned(),
            redirect_uri: REDIRECT.to_owned(),
            scope: "atproto".to_owned(),
            endpoints,
        }
    }

    pub(crate) fn endpoint(&self, name: &str) -> String {
        self.endpoints[name].as_str().unwrap().to_owned()
    }

    pub(crate) fn wait(&self, seconds: i64) {
        let Clock::Virtual(millis) = &self.clock else { unreachable!() };
        millis.fetch_add(seconds * 1000, std::sync::atomic::Ordering::SeqCst);
    }

    pub(crate) fn token(&mut self) -> String {
        self.stream.token()
    }

    pub(crate) fn draft(&mut self, method: &str, url: &str, pairs: &[(&str, &str)]) -> Draft {
        let now = self.clock.now();
        let htu = url.split('?').next().unwrap();
        let mut claims = json!({ "jti": self.token(), "htm": method, "htu": htu, "iat": now });
        if let Some(nonce) = self.nonces.get(&origin(url)) {
            claims["nonce"] = json!(nonce);
        }
        Draft {
            method: method.to_owned(),
            url: url.to_owned(),
            pairs: pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            header: json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(&self.key) }),
            claims,
            raw_claims: None,
            mangle: |proof| proof,
            field_name: "DPoP",
            proven: true,
            key: self.key.clone(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Sends a draft as it is.
    pub(crate) fn send_once(&mut self, draft: &Draft) -> Response {
        let mut request = Request::new(draft.method.as_str(), draft.url.as_str());
        for (name, value) in &draft.headers {
            request.headers.push(name.as_str(), value.as_bytes());
        }
        if draft.proven {
            request.headers.push(draft.field_name, (draft.mangle)(draft.sign()));
        }
        if let Some((media_type, body)) = &draft.body {
            request = request.body(media_type, body.as_bytes());
        } else if draft.method == "POST" {
            request = request.body("application/x-www-form-urlencoded", form(&draft.pairs));
        } else if !draft.pairs.is_empty() {
            request.url = format!("{}?{}", request.url, form(&draft.pairs));
        }
        let response = self.server.handle(&request);
        if let Some(nonce) = response.headers.get("dpop-nonce") {
            self.nonces.insert(origin(&draft.url), nonce.to_owned());
        }
        response
    }

    /// Sends a draft, and again with the nonce that the server asks for.
    pub(crate) fn send(&mut self, draft: &Draft) -> Response {
        let mut response = self.send_once(draft);
        if response.status == 429 {
            response = self.send_once(draft);
        }
        let Some(nonce) = self.nonces.get(&origin(&draft.url)).cloned() else { return response };
        if response.status < 400 || draft.claims["nonce"] == json!(nonce) {
            return response;
        }
        let mut again = draft.clone();
        again.claims["nonce"] = json!(nonce);
        if again.claims["jti"].is_string() {
            again.claims["jti"] = json!(self.token());
        }
        self.send_once(&again)
    }

    pub(crate) fn par_draft(&mut self) -> (Draft, Login) {
        let login =
            Login { state: self.token(), verifier: self.token(), request_uri: String::new() };
        let (client_id, redirect_uri, scope) =
            (self.client_id.clone(), self.redirect_uri.clone(), self.scope.clone());
        let url = self.endpoint("par");
        let draft = self.draft(
            "POST",
            &url,
            &[
                ("client_id", &client_id),
                ("response_type", "code"),
                ("redirect_uri", &redirect_uri),
                ("scope", &scope),
                ("state", &login.state),
                ("code_challenge", &challenge(&login.verifier)),
                ("code_challenge_method", "S256"),
            ],
        );
        (draft, login)
    }

    pub(crate) fn push(&mut self) -> Login {
        let (draft, login) = self.par_draft();
        let response = self.send(&draft);
        let request_uri = response.member("request_uri");
        Login { request_uri: request_uri.unwrap_or_else(|| panic!("{response}")), ..login }
    }

    pub(crate) fn authorization_url(&self, request_uri: &str) -> String {
        let endpoint = self.endpoint("authorize");
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        let pairs = [("client_id", self.client_id.as_str()), ("request_uri", request_uri)];
        let pairs = pairs.map(|(n, v)| (n.to_owned(), v.to_owned()));
        format!("{endpoint}{separator}{}", form(&pairs))
    }

    /// Opens a page with the cookies of the browser.
    pub(crate) fn browse(&mut self, request: Request) -> Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = request.header("Cookie", cookies.join("; "));
        let response = self.server.handle(&request);
        for field in response.headers.all("set-cookie") {
            let field = std::str::from_utf8(field).unwrap().split(';').next().unwrap();
            let (name, value) = field.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }

    /// Goes through the pages with a decision; the answer is the redirect to the client or a page.
    pub(crate) fn visit(&mut self, url: &str, who: &str, decision: &str) -> Response {
        let mut response = self.browse(Request::new("GET", url));
        for _ in 0..4 {
            let location = response.headers.get("location").map(str::to_owned);
            let ours = location.filter(|location| location.contains("/authorize?"));
            if let Some(location) = ours {
                response = self.browse(Request::new("GET", location));
                continue;
            }
            let page = String::from_utf8(response.body.clone()).unwrap();
            let Some(action) = between(&page, "action=\"", "\"") else { return response };
            let mut pairs = filled_fields(&page);
            if page.contains("type=\"password\"") {
                pairs.push(("identifier".to_owned(), format!("{who}.atproof.test")));
                pairs.push(("password".to_owned(), format!("{who}-password")));
            }
            if page.contains("name=\"decision\"") {
                pairs.push(("decision".to_owned(), decision.to_owned()));
            }
            let url = format!("{}{action}", origin(url));
            let request = Request::new("POST", url);
            let request = request.body("application/x-www-form-urlencoded", form(&pairs));
            response = self.browse(request);
        }
        response
    }

    /// The parameters of the redirect that approval of a request ends with.
    pub(crate) fn approve(&mut self, login: &Login) -> BTreeMap<String, String> {
        let url = self.authorization_url(&login.request_uri);
        let response = self.visit(&url, "alice", "accept");
        callback(&response).unwrap_or_else(|| panic!("{response:?}"))
    }

    pub(crate) fn code(&mut self) -> (String, Login) {
        let login = self.push();
        let code = self.approve(&login)["code"].clone();
        (code, login)
    }

    pub(crate) fn exchange_draft(&mut self, code: &str, login: &Login) -> Draft {
        let (client_id, redirect_uri) = (self.client_id.clone(), self.redirect_uri.clone());
        let url = self.endpoint("token");
        self.draft(
            "POST",
            &url,
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("client_id", &client_id),
                ("redirect_uri", &redirect_uri),
                ("code_verifier", &login.verifier),
            ],
        )
    }

    pub(crate) fn login(&mut self) -> Tokens {
        let (code, login) = self.code();
        let draft = self.exchange_draft(&code, &login);
        let response = self.send(&draft);
        Tokens {
            access: response.member("access_token").unwrap_or_else(|| panic!("{response:?}")),
            refresh: response.member("refresh_token").unwrap_or_default(),
            code,
            login,
        }
    }

    pub(crate) fn refresh_draft(&mut self, refresh_token: &str) -> Draft {
        let url = self.endpoint("token");
        let client_id = self.client_id.clone();
        self.draft(
            "POST",
            &url,
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", refresh_token),
                ("client_id", &client_id),
            ],
        )
    }

    pub(crate) fn refresh(&mut self, refresh_token: &str) -> Response {
        let draft = self.refresh_draft(refresh_token);
        self.send(&draft)
    }

    pub(crate) fn resource_draft(&mut self, access_token: &str) -> Draft {
        let mut draft = self.draft("GET", SESSION, &[]);
        draft.claims["ath"] = json!(challenge(access_token));
        draft.headers.push(("Authorization".to_owned(), format!("DPoP {access_token}")));
        draft
    }

    pub(crate) fn resource(&mut self, access_token: &str) -> Response {
        let draft = self.resource_draft(access_token);
        self.send(&draft)
    }

    pub(crate) fn revoke(&mut self, pairs: &[(&str, &str)]) -> Response {
        let url = self.endpoint("revoke");
        let client_id = self.client_id.clone();
        let mut draft = self.draft("POST", &url, pairs);
        draft.pairs.push(("client_id".to_owned(), client_id));
        self.send(&draft)
    }
}

impl Draft {
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.add(name, value);
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.pairs.retain(|(n, _)| n != name);
    }

    pub(crate) fn drop_claim(&mut self, name: &str) {
        self.claims.as_object_mut().unwrap().remove(name);
    }

    pub(crate) fn sign(&self) -> String {
        let claims = self.raw_claims.clone().unwrap_or_else(|| self.claims.to_string());
        let input = format!("{}.{}", encode(self.header.to_string()), encode(claims));
        let signature: Signature = self.key.sign(input.as_bytes());
        format!("{input}.{}", encode(signature.to_bytes()))
    }
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn challenge(text: &str) -> String {
    encode(Sha256::digest(text))
}

pub(crate) fn jwk(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
}

pub(crate) fn thumbprint(key: &SigningKey) -> String {
    let jwk = jwk(key);
    challenge(&format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]))
}

pub(crate) fn origin(url: &str) -> String {
    let end = url.match_indices('/').nth(2).map_or(url.len(), |(i, _)| i);
    url[..end].to_owned()
}

pub(crate) fn form(pairs: &[(String, String)]) -> String {
    let mut serializer = url::form_urlencoded::Serializer::new(String::new());
    serializer.extend_pairs(pairs).finish()
}

/// The parameters of a redirect to the client, in query or fragment.
pub(crate) fn callback(response: &Response) -> Option<BTreeMap<String, String>> {
    let location = response.headers.get("location")?;
    let (_, pairs) = location.split_once(['?', '#'])?;
    Some(url::form_urlencoded::parse(pairs.as_bytes()).into_owned().collect())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

fn filled_fields(page: &str) -> Vec<(String, String)> {
    let tag = |field: &str| field.split('>').next().unwrap_or_default().to_owned();
    let fields = page.split("<input type=\"").skip(1).map(tag);
    let is_filled = |field: &String| {
        field.starts_with("hidden\"")
            || field.starts_with("checkbox\"") && field.ends_with(" checked")
    };
    fields
        .filter(is_filled)
        .map(|field| {
            let name = between(&field, "name=\"", "\"").unwrap();
            let value = between(&field, "value=\"", "\"").unwrap();
            (name.to_owned(), value.replace("&#39;", "'").replace("&amp;", "&"))
        })
        .collect()
}
