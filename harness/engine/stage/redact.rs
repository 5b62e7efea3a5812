//! Redaction at the door: nothing secret gets past this module into a record.
//!
//! Secrets are recognised by where they stand (a form parameter, a JSON member, a cookie, an
//! `Authorization` field, a parameter of a redirect). From then on every occurrence, also
//! percent-encoded, is replaced by a name that is stable within the unit of play:
//! `<access_token#1>`. What a judge may ask of the value is computed here and recorded as facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use aho_corasick::AhoCorasick;
use atproof_protocol::form;
use atproof_protocol::http::{Headers, Request, Response};
use atproof_protocol::record;
use atproof_protocol::{base64url, dpop, jws};
use serde_json::{Value, json};

use crate::consent::form::hidden_fields;

/// Values shorter than this are not taken for secrets where they stand in a peer's message or in
/// a faulted request: masking them would hide the rest of the text.
const SHORTEST: usize = 8;

/// Longest body text that is kept in a record, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// Longest text that is kept of a page for people, in bytes.
const LONGEST_PAGE: usize = 2 * 1024;

/// Members of a JWK that are private (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1).
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// All secrets of a run, for the last look over its outputs.
#[derive(Debug, Default)]
pub struct Vault {
    values: Mutex<BTreeSet<String>>,
    lasting: Mutex<BTreeMap<String, &'static str>>,
    /// Texts of the suite, which are no secrets although they take the place of one.
    public: Mutex<BTreeSet<String>>,
}

impl Vault {
    /// Notes a secret that any unit may meet: a password, a cookie of a device, a shared grant.
    pub fn keep(&self, kind: &'static str, value: &str) {
        if !value.is_empty() {
            lock(&self.lasting).insert(value.to_owned(), kind);
            lock(&self.values).insert(value.to_owned());
        }
    }

    /// The first secret of the run that stands in a text, described without naming it.
    ///
    /// Asked of every output before it is closed; an answer is a fault of our own.
    pub fn leak_in(&self, text: &str) -> Option<String> {
        let values = lock(&self.values);
        let public = lock(&self.public);
        let is_searched = |value: &&String| value.len() >= SHORTEST && !public.contains(*value);
        let searched: Vec<&String> = values.iter().filter(is_searched).collect();
        // Without patterns there is nothing to find; building fails only on absurd sizes.
        let found = match AhoCorasick::new(&searched) {
            Ok(automaton) => automaton.find(text)?.start(),
            Err(_) => searched.iter().find_map(|value| text.find(value.as_str()))?,
        };
        let line = text.get(..found).map_or(0, |before| before.matches('\n').count()) + 1;
        Some(format!("a secret of the run in line {line}"))
    }

    fn note(&self, value: &str) {
        lock(&self.values).insert(value.to_owned());
    }

    fn lasting(&self) -> Vec<(String, &'static str)> {
        lock(&self.lasting).iter().map(|(value, kind)| (value.clone(), *kind)).collect()
    }
}

/// A poisoned lock only says that another thread panicked; the data are still whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The names of one unit of play.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    /// The spellings of each value, the value itself first, and its name; longest value first, so
    /// that no secret hides within another.
    names: Vec<(Vec<String>, String)>,
    counters: BTreeMap<&'static str, usize>,
    /// S256 of each value, for `ath` and `code_challenge`.
    hashes: BTreeMap<String, String>,
    /// Values that were sent where they are public. A fault may send one in the place of a secret
    /// (the challenge as the verifier); it does not become one.
    public: BTreeSet<String>,
}

impl Mask {
    /// Names the secrets of a message pair and records it without them.
    pub(crate) fn exchange(
        &mut self,
        vault: &Vault,
        request: &Request,
        response: Option<&Response>,
    ) -> (record::Request, Option<record::Response>, BTreeMap<String, Value>) {
        let mut facts = BTreeMap::new();
        self.public.extend(public_values(request));
        let mut found = request_secrets(request);
        found.extend(response.map(response_secrets).unwrap_or_default());
        for (value, kind) in vault.lasting() {
            if message_holds(request, response, &value) {
                found.push((kind, value));
            }
        }
        for (kind, value) in found {
            self.learn(vault, kind, &value, &mut facts);
        }
        self.relate(request, &mut facts);
        let recorded = record::Request {
            method: request.method.clone(),
            url: self.apply(&request.url),
            headers: self.headers(&request.headers),
            body: self.body(&request.body, LONGEST_BODY),
        };
        let answer = response.map(|response| {
            let longest =
                if response.is_media_type("text/html") { LONGEST_PAGE } else { LONGEST_BODY };
            record::Response {
                status: response.status,
                headers: self.headers(&response.headers),
                body: self.body(&response.body, longest),
            }
        });
        (recorded, answer, facts)
    }

    /// Takes a text of the suite for what it is: no secret, also without the scheme before it.
    pub(super) fn declare_public(&mut self, vault: &Vault, text: &str) {
        let credentials = text.split_once(' ').map(|(_, credentials)| credentials.trim());
        for text in [Some(text), credentials].into_iter().flatten() {
            self.public.insert(text.to_owned());
            lock(&vault.public).insert(text.to_owned());
        }
    }

    /// The text with every known secret replaced by its name.
    pub(crate) fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (spellings, name) in &self.names {
            for spelling in spellings {
                if text.contains(spelling.as_str()) {
                    text = text.replace(spelling.as_str(), name);
                }
            }
        }
        text
    }

    fn learn(
        &mut self,
        vault: &Vault,
        kind: &'static str,
        value: &str,
        facts: &mut BTreeMap<String, Value>,
    ) {
        if self.public.contains(value) || self.knows(value) {
            return;
        }
        let number = self.counters.entry(kind).or_default();
        *number += 1;
        let name = format!("<{kind}#{number}>");
        vault.note(value);
        self.hashes.insert(dpop::ath(value), name.clone());
        let longer = |(known, _): &(Vec<String>, String)| {
            known.first().is_some_and(|known| known.len() >= value.len())
        };
        let place = self.names.partition_point(longer);
        let spellings = std::iter::once(value.to_owned()).chain(encodings(value)).collect();
        self.names.insert(place, (spellings, name.clone()));
        facts.insert(name, properties(value));
    }

    fn knows(&self, value: &str) -> bool {
        self.names.iter().any(|(known, _)| known.first().is_some_and(|known| known == value))
    }

    /// Which secrets the request's proof and challenge belong to.
    fn relate(&self, request: &Request, facts: &mut BTreeMap<String, Value>) {
        let proof = request.headers.get("dpop").and_then(jws::decode_unverified);
        let ath = proof.as_ref().and_then(|(_, claims)| claims.get("ath")?.as_str());
        if let Some(name) = ath.and_then(|ath| self.hashes.get(ath)) {
            facts.insert("ath_of".to_owned(), json!(name));
        }
    }

    fn headers(&self, headers: &Headers) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| (name.to_owned(), self.apply(&String::from_utf8_lossy(value))))
            .collect()
    }

    fn body(&self, body: &[u8], longest: usize) -> record::Body {
        let Ok(text) = std::str::from_utf8(body) else {
            let cut = body.get(..longest).unwrap_or(body);
            return record::Body::Base64(base64url::encode(cut));
        };
        let mut masked = self.apply(text);
        // A JSON text may spell a secret with escapes. Where it does, what is kept is the same text
        // in its plain spelling.
        if text.contains('\\')
            && let Ok(value) = serde_json::from_str::<Value>(text)
        {
            let plain = value.to_string();
            let masked_plain = self.apply(&plain);
            let names = |text: &str| self.names.iter().map(|(_, n)| text.matches(n).count()).sum();
            let (spelled, seen): (usize, usize) = (names(&masked_plain), names(&masked));
            if spelled > seen {
                masked = masked_plain;
            }
        }
        if masked.len() <= longest {
            return record::Body::Text(masked);
        }
        // Masking comes before cutting: half a secret would not be recognised.
        let end = (0..=longest).rev().find(|i| masked.is_char_boundary(*i)).unwrap_or_default();
        let start = masked.get(..end).unwrap_or_default().to_owned();
        record::Body::Cut { start, length: body.len() }
    }
}

/// The other ways in which a value may stand in a URL, a form or a JSON text.
fn encodings(value: &str) -> impl Iterator<Item = String> + '_ {
    let percent = form::percent_encode(value);
    let plus = percent.replace("%20", "+");
    let in_form = form::encode(&[(String::new(), value.to_owned())]).split_off(1);
    let json = value.replace('\\', "\\\\").replace('"', "\\\"");
    [percent, plus, in_form, json].into_iter().filter(move |encoded| encoded != value)
}

fn message_holds(request: &Request, response: Option<&Response>, value: &str) -> bool {
    let holds =
        |bytes: &[u8]| bytes.len() >= value.len() && String::from_utf8_lossy(bytes).contains(value);
    let in_headers = |headers: &Headers| headers.iter().any(|(_, field)| holds(field));
    let body = String::from_utf8_lossy(&request.body);
    request.url.contains(value)
        || holds(&request.body)
        || encodings(value).any(|encoded| body.contains(&encoded))
        || in_headers(&request.headers)
        || response.is_some_and(|r| holds(&r.body) || in_headers(&r.headers))
}

/// What may be known of a secret: its shape, and the decoded parts of a JWT that give no access.
fn properties(value: &str) -> Value {
    let (alphabet, symbols) = alphabet(value);
    let length = value.chars().count();
    // An upper bound: characters times the size of the smallest usual alphabet that holds them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "an estimate for people, of a length far below the limits"
    )]
    let bits = (length as f64 * f64::from(symbols).log2()) as u64;
    let mut facts = json!({"length": length, "alphabet": alphabet, "max_entropy_bits": bits});
    if let (Some((mut header, claims)), Some(facts)) =
        (jws::decode_unverified(value), facts.as_object_mut())
    {
        if let Some(jwk) = header.get_mut("jwk").and_then(Value::as_object_mut) {
            jwk.retain(|name, _| !PRIVATE_MEMBERS.contains(&name.as_str()));
        }
        let harmless: serde_json::Map<String, Value> = claims
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| !matches!(name.as_str(), "jti" | "sid" | "nonce"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        facts.insert("jwt".to_owned(), json!({"header": header, "claims": harmless}));
    }
    facts
}

fn alphabet(value: &str) -> (&'static str, u32) {
    let all = |allowed: fn(char) -> bool| value.chars().all(allowed);
    if all(|c| c.is_ascii_digit()) {
        ("digits", 10)
    } else if all(|c| c.is_ascii_hexdigit()) {
        ("hex", 16)
    } else if all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        ("base64url", 64)
    } else if all(|c| c.is_ascii_graphic()) {
        ("printable", 94)
    } else {
        ("other", 128)
    }
}

/// What kind of secret a parameter, member, cookie or field of this name holds.
fn kind_of(name: &str) -> Option<&'static str> {
    match name {
        "code" => Some("code"),
        "code_verifier" => Some("code_verifier"),
        "client_assertion" => Some("client_assertion"),
        "client_secret" => Some("client_secret"),
        "access_token" | "accessJwt" => Some("access_token"),
        "refresh_token" | "refreshJwt" => Some("refresh_token"),
        "id_token" => Some("id_token"),
        "password" => Some("password"),
        "token_type" | "token_type_hint" | "token_endpoint" => None,
        _ => {
            let lower = name.to_ascii_lowercase();
            // Also the names of sessions that an account interface lists.
            let is_secret = lower.ends_with("token")
                || lower.ends_with("tokenid")
                || lower.ends_with("jwt")
                || ["csrf", "secret", "password"].iter().any(|word| lower.contains(word));
            is_secret.then_some("session_token")
        }
    }
}

/// Parameters of an authorization request that are public by their nature.
const PUBLIC_PARAMETERS: [&str; 11] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "login_hint",
    "redirect_uri",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// What a request sends as such a parameter.
fn public_values(request: &Request) -> impl Iterator<Item = String> {
    let pairs = form::parse(&request.body).0.into_iter();
    pairs.filter(|(name, _)| PUBLIC_PARAMETERS.contains(&&**name)).map(|(_, value)| value)
}

type Secrets = Vec<(&'static str, String)>;

fn request_secrets(request: &Request) -> Secrets {
    let mut secrets = url_secrets(&request.url);
    for (name, value) in request.headers.iter() {
        let Ok(value) = std::str::from_utf8(value) else { continue };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => {
                // Whatever stands there: also a credential with a wrong scheme or none.
                let token = value.split_once(' ').map_or(value, |(_, token)| token).trim();
                push(&mut secrets, "access_token", token);
            }
            "cookie" => {
                for pair in value.split(';') {
                    cookie(&mut secrets, pair);
                }
            }
            "dpop" => {
                // Proofs are public, unless one gives its private key away.
                let proof = jws::decode_unverified(value);
                let jwk = proof.and_then(|(header, _)| header.get("jwk").cloned());
                if jwk.is_some_and(|jwk| jwk.get("d").is_some()) {
                    push(&mut secrets, "proof_with_private_key", value);
                }
            }
            name => {
                if let Some(kind) = kind_of(name) {
                    push(&mut secrets, kind, value);
                }
            }
        }
    }
    if let Ok(text) = std::str::from_utf8(&request.body) {
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            json_secrets(&mut secrets, &value);
        } else {
            pairs_secrets(&mut secrets, text);
        }
    }
    secrets
}

fn response_secrets(response: &Response) -> Secrets {
    let mut secrets = Secrets::new();
    for (name, value) in response.headers.iter() {
        let Ok(value) = std::str::from_utf8(value) else { continue };
        if name.eq_ignore_ascii_case("set-cookie") {
            cookie(&mut secrets, value.split(';').next().unwrap_or_default());
        } else if name.eq_ignore_ascii_case("location") {
            secrets.extend(url_secrets(value));
        }
    }
    if let Some(value) = response.json() {
        json_secrets(&mut secrets, &value);
    } else if response.is_media_type("text/html") {
        // A hidden field that is no parameter of the request stands for the user's session.
        for (name, value) in hidden_fields(&String::from_utf8_lossy(&response.body)) {
            let kind = kind_of(&name).unwrap_or("form_field");
            if !PUBLIC_PARAMETERS.contains(&name.as_str()) {
                push(&mut secrets, kind, &value);
            }
        }
    }
    secrets
}

fn push(secrets: &mut Secrets, kind: &'static str, value: &str) {
    if value.len() >= SHORTEST {
        secrets.push((kind, value.to_owned()));
    }
}

fn cookie(secrets: &mut Secrets, pair: &str) {
    if let Some((_, value)) = pair.split_once('=') {
        push(secrets, "cookie", value.trim());
    }
}

fn url_secrets(url: &str) -> Secrets {
    let mut secrets = Secrets::new();
    if let Some((_, rest)) = url.split_once(['?', '#']) {
        for part in rest.split('#') {
            pairs_secrets(&mut secrets, part);
        }
    }
    secrets
}

fn pairs_secrets(secrets: &mut Secrets, text: &str) {
    for (name, value) in form::parse(text.as_bytes()).0 {
        if let Some(kind) = kind_of(&name) {
            push(secrets, kind, &value);
        }
    }
}

fn json_secrets(secrets: &mut Secrets, value: &Value) {
    match value {
        Value::Object(members) => {
            let is_key = members.contains_key("kty");
            for (name, value) in members {
                match value {
                    Value::String(text) => {
                        let private = is_key && PRIVATE_MEMBERS.contains(&name.as_str());
                        if private {
                            push(secrets, "private_key", text);
                        } else if let Some(kind) = kind_of(name) {
                            push(secrets, kind, text);
                        } else if text.contains("://") {
                            secrets.extend(url_secrets(text));
                        }
                    }
                    value => json_secrets(secrets, value),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| json_secrets(secrets, item)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(request: &Request, response: &Response) -> (String, BTreeMap<String, Value>) {
        let vault = Vault::default();
        vault.keep("password", "pass word");
        let mut mask = Mask::default();
        let (request, response, facts) = mask.exchange(&vault, request, Some(response));
        (serde_json::to_string_pretty(&(request, response)).unwrap(), facts)
    }

    #[test]
    fn names_secrets_wherever_they_stand() {
        let request = Request::new("POST", "https://as/token?code=code-000001")
            .header("Authorization", "DPoP token-0001")
            .header("Cookie", "a=cookie-001; b=short")
            .body(
                "application/x-www-form-urlencoded",
                "code_verifier=verifier-1&p=pass+word&q=pass%20word&client_id=public-value",
            );
        let response = Response::new(200)
            .header("Set-Cookie", "a=cookie-002; Path=/")
            .header("Location", "http://127.0.0.1/cb?code=code-000002#access_token=token-0002")
            .body(
                "application/json",
                r#"{"access_token":"token-0003","token_type":"DPoP-long-name",
                   "inner":[{"url":"https://c/?code=code-000003","sessionToken":"token-0004"}]}"#,
            );
        let (text, facts) = masked(&request, &response);
        for secret in ["code-00", "token-00", "cookie-00", "verifier-1", "pass word", "pass+word"] {
            assert!(!text.contains(secret), "{secret} stands in {text}");
        }
        for public in ["public-value", "DPoP-long-name", "short"] {
            assert!(text.contains(public), "{public} is gone from {text}");
        }
        assert!(text.contains("<code#1>") && text.contains("<access_token#2>"));
        assert!(facts.contains_key("<code_verifier#1>"));
    }

    #[test]
    fn escapes_of_json_hide_no_secret() {
        let request = Request::new("GET", "https://h/");
        let body = "{\"access_token\":\"tok\\u0065n-0001\",\"u\":\"a\\/b\"}";
        let response = Response::new(200).body("application/json", body);
        let (text, facts) = masked(&request, &response);
        assert!(text.contains("<access_token#1>"), "{text}");
        assert!(!text.contains("n-0001"), "{text}");
        assert!(facts.contains_key("<access_token#1>"));
    }

    #[test]
    fn one_value_has_one_name_and_a_longer_one_is_not_torn() {
        let vault = Vault::default();
        let mut mask = Mask::default();
        let request = Request::new("GET", "https://h/?access_token=aaaaaaaa");
        mask.exchange(&vault, &request, None);
        let request = Request::new("GET", "https://h/?code=aaaaaaaabbbb&access_token=aaaaaaaa");
        let (recorded, _, _) = mask.exchange(&vault, &request, None);
        assert_eq!(recorded.url, "https://h/?code=<code#1>&access_token=<access_token#1>");
        assert!(vault.leak_in("x aaaaaaaa y").is_some());
        assert!(vault.leak_in(&recorded.url).is_none());
    }

    #[test]
    fn hidden_fields_of_a_page_are_secrets_from_the_start() {
        let page = r#"<form><input type=hidden name=state value=public-001>
            <input type=hidden name=_x value=hidden-001></form>"#;
        let request = Request::new("GET", "https://h/");
        let (text, _) = masked(&request, &Response::new(200).body("text/html", page));
        assert!(text.contains("public-001") && text.contains("<form_field#1>"), "{text}");
    }

    #[test]
    fn a_public_value_in_the_place_of_a_secret_stays_public() {
        let (vault, mut mask) = (Vault::default(), Mask::default());
        let form = "application/x-www-form-urlencoded";
        let push = Request::new("POST", "https://h/par").body(form, "code_challenge=public-001");
        mask.exchange(&vault, &push, None);
        let token = Request::new("POST", "https://h/token").body(form, "code_verifier=public-001");
        let (recorded, _, _) = mask.exchange(&vault, &token, None);
        assert_eq!(recorded.body.text(), "code_verifier=public-001");
        assert!(vault.leak_in("public-001").is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_spelling_of_a_secret_survives(secret in "[ -~]{8,40}") {
            let pairs = [("code".to_owned(), secret.clone())];
            let (form, percent) = (form::encode(&pairs), form::percent_encode(&secret));
            let body = json!({"access_token": secret, "text": format!("a {secret} b")}).to_string();
            let request = Request::new("POST", format!("https://h/{percent}?{form}"))
                .body("application/x-www-form-urlencoded", form.clone());
            let response = Response::new(200).body("application/json", body);
            let (vault, mut mask) = (Vault::default(), Mask::default());
            let (request, response, _) = mask.exchange(&vault, &request, Some(&response));
            let texts = [request.url, request.body.text().to_owned(), response.unwrap().body.text().to_owned()];
            let in_json = json!(secret).to_string();
            let in_form = form.trim_start_matches("code=");
            for spelling in [&*secret, &*percent, in_form, in_json.trim_matches('"')] {
                for text in &texts {
                    proptest::prop_assert!(!text.contains(spelling), "{spelling} in {text}");
                }
            }
        }
    }

    #[test]
    fn cuts_after_masking() {
        let body = format!("{}{}", "x".repeat(LONGEST_BODY - 4), "token-0001");
        let mut mask = Mask::default();
        let vault = Vault::default();
        let request = Request::new("GET", "https://h/?access_token=token-0001");
        let response = Response::new(200).body("text/plain", body);
        let (_, response, _) = mask.exchange(&vault, &request, Some(&response));
        assert!(!response.unwrap().body.text().contains("toke"));
    }
}
