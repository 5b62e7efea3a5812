//! Client metadata documents (the client metadata of the profile, RFC 7591 and the draft on client
//! id metadata documents).

use std::collections::BTreeSet;

use serde_json::Value;

use super::jwks;
use super::rules::{Examination, Includes, MustBeTrue, Types, UrlCodes, element, elements};
use crate::identifier::redirect_uri::{self, ApplicationType};
use crate::identifier::{ClientId, RawUrl, RedirectUri, client_id};
use crate::object::{self, at, flag, text, texts};
use crate::{Position, Reading, scope};

/// The members that a server uses, as far as they have the right type.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientMetadata {
    /// The identifier that the document states.
    pub client_id: Option<String>,
    /// The name for users.
    pub client_name: Option<String>,
    /// The home page.
    pub client_uri: Option<String>,
    /// The logo.
    pub logo_uri: Option<String>,
    /// The terms of service.
    pub tos_uri: Option<String>,
    /// The privacy policy.
    pub policy_uri: Option<String>,
    /// `web` or `native`; absence means `web`.
    pub application_type: Option<String>,
    /// The declared redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The declared scope.
    pub scope: Option<String>,
    /// The declared grant types.
    pub grant_types: Vec<String>,
    /// The declared response types.
    pub response_types: Vec<String>,
    /// How the client authenticates.
    pub token_endpoint_auth_method: Option<String>,
    /// The algorithm of its assertions.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// Whether its tokens are bound to a DPoP key.
    pub dpop_bound_access_tokens: Option<bool>,
    /// Its keys.
    pub jwks: Option<Value>,
    /// Where its keys are.
    pub jwks_uri: Option<String>,
    /// The whole document.
    pub raw: Value,
}

/// Reads a document that was found at `client_id`, or that stands for a localhost client.
pub fn read(bytes: &[u8], client_id: &str) -> Reading<ClientMetadata> {
    let mut examination =
        match Examination::start(bytes, "client-metadata.not-json-object", "ATP-CMD-003") {
            Ok(examination) => examination,
            Err(reading) => return reading,
        };
    identifier(&mut examination, client_id);
    let application_type = application_type(&mut examination);
    examination.includes(&INCLUDES);
    unusual_types(&mut examination);
    scope(&mut examination);
    redirect_uris(&mut examination, application_type, client_id);
    authentication(&mut examination);
    jwks::examine(&mut examination);
    examination.must_be_true(&MUST_BE_TRUE);
    pages(&mut examination, client_id);
    secrets(&mut examination);
    examination.types(&TYPES);
    examination.finish(view)
}

fn identifier(examination: &mut Examination, expected: &str) {
    let code = "client-metadata.client-id-missing";
    let Some(stated) = examination.required_text("client_id", code, "ATP-CMD-005") else {
        return;
    };
    if stated != expected {
        let detail = format!("{stated:?} in a document at {expected:?}");
        let code = "client-metadata.client-id-mismatch";
        examination.defect(code, "ATP-CMD-005", at("client_id"), detail);
    }
}

/// What the client declares to be; `None` where that is no known type.
fn application_type(examination: &mut Examination) -> Option<ApplicationType> {
    let member = "application_type";
    match examination.document.get(member).map(Value::as_str) {
        None | Some(Some("web")) => Some(ApplicationType::Web),
        Some(Some("native")) => Some(ApplicationType::Native),
        Some(other) => {
            let found = examination.found(member);
            let detail = other.map_or_else(|| found.to_owned(), |other| format!("{other:?}"));
            let detail = format!("{detail} instead of web or native");
            let code = "client-metadata.application-type";
            examination.defect(code, "ATP-CMD-006", at(member), detail);
            None
        }
    }
}

const INCLUDES: [Includes; 2] = [
    Includes {
        member: "grant_types",
        values: &["authorization_code"],
        code: "client-metadata.grant-types-without-code",
        clause: "ATP-CMD-007",
        presence: Some("ATP-CMD-034"),
    },
    Includes {
        member: "response_types",
        values: &["code"],
        code: "client-metadata.response-types-without-code",
        clause: "ATP-CMD-011",
        presence: Some("ATP-CMD-035"),
    },
];

/// Observes grant and response types that have no use in the profile.
fn unusual_types(examination: &mut Examination) {
    for (member, usual) in [
        ("grant_types", ["authorization_code", "refresh_token"].as_slice()),
        ("response_types", ["code"].as_slice()),
    ] {
        for (index, value) in texts(&examination.document, member).iter().enumerate() {
            if !usual.contains(&value.as_str()) {
                let code = "client-metadata.unused-type";
                let detail = format!("lists {value:?}");
                examination.observe(code, "ATP-CMD-030", element(member, index), detail);
            }
        }
    }
}

fn scope(examination: &mut Examination) {
    let code = "client-metadata.scope-missing";
    let Some(scope) = examination.required_text("scope", code, "ATP-CMD-009") else {
        return;
    };
    let values: Vec<&str> = scope.split(' ').collect();
    if !values.contains(&"atproto") {
        let code = "client-metadata.scope-without-atproto";
        examination.defect(code, "ATP-CMD-010", at("scope"), format!("scope is {scope:?}"));
    }
    if let Some(fault) = scope::character_fault(&scope) {
        let code = "client-metadata.scope-character";
        examination.defect(code, fault.clause, at("scope"), fault.detail);
    }
    let distinct: BTreeSet<&str> = values.iter().copied().collect();
    if distinct.contains("") || distinct.len() < values.len() {
        let code = "client-metadata.scope-form";
        let why = "repeated value, or more than one space between values";
        examination.observe(code, "ATP-CMD-031", at("scope"), why);
    }
}

fn redirect_uris(
    examination: &mut Examination,
    application_type: Option<ApplicationType>,
    client_id: &str,
) {
    let member = "redirect_uris";
    let uris = elements(&examination.document, member);
    if uris.is_empty() {
        let detail = format!("{} instead of redirect URIs", examination.found(member));
        let code = "client-metadata.redirect-uris-missing";
        examination.defect(code, "ATP-CMD-012", at(member), detail);
    }
    let client_id = client_id::read(client_id).document;
    for (index, value) in uris.iter().enumerate() {
        let at = element(member, index);
        let Some(text) = value.as_str() else {
            let detail = format!("{} instead of a string", object::found(Some(value)));
            let code = "client-metadata.redirect-uri-not-string";
            examination.defect(code, "RFC7591-2-02", at, detail);
            continue;
        };
        match RedirectUri::parse(text) {
            Ok(uri) => declared(examination, &uri, application_type, client_id.as_ref(), &at),
            Err(defect) => examination.defect(defect.code, defect.clause, at, defect.detail),
        }
    }
}

fn declared(
    examination: &mut Examination,
    uri: &RedirectUri,
    application_type: Option<ApplicationType>,
    client_id: Option<&ClientId>,
    at: &Position,
) {
    let (Some(application_type), Some(client_id)) = (application_type, client_id) else {
        return;
    };
    let (defects, observations) = redirect_uri::check(uri, application_type, client_id);
    for defect in defects {
        examination.defect(defect.code, defect.clause, at.clone(), defect.detail);
    }
    for open in observations {
        examination.observe(open.code, open.clause, at.clone(), open.detail);
    }
}

fn authentication(examination: &mut Examination) {
    let member = "token_endpoint_auth_method";
    match text(&examination.document, member).as_deref() {
        Some("none" | "private_key_jwt") => {}
        Some(method) if method.starts_with("client_secret_") => {
            let code = "client-metadata.auth-method-secret";
            let detail = format!("{method} needs a shared secret");
            examination.defect(code, "CIMD-4.1-05", at(member), detail);
        }
        Some(method) => {
            let code = "client-metadata.auth-method-unsupported";
            let detail = format!("{method:?} instead of none or private_key_jwt");
            examination.defect(code, "ATP-CMD-014", at(member), detail);
        }
        None if examination.document.get(member).is_none() => {
            let code = "client-metadata.auth-method-missing";
            examination.observe(code, "ATP-CMD-015", at(member), "no authentication method");
        }
        None => {}
    }
    assertion_algorithm(examination);
}

fn assertion_algorithm(examination: &mut Examination) {
    let member = "token_endpoint_auth_signing_alg";
    let confidential = jwks::is_confidential(&examination.document);
    match text(&examination.document, member).as_deref() {
        Some("none") => {
            let code = "client-metadata.auth-alg-none";
            examination.defect(code, "ATP-CMD-016", at(member), "assertions without signature");
        }
        Some("ES256") if confidential => {}
        Some(_) if !confidential => {
            let code = "client-metadata.auth-alg-of-public-client";
            let why = "algorithm of a client that signs no assertions";
            examination.observe(code, "ATP-CMD-018", at(member), why);
        }
        Some(alg) => {
            let detail = format!("{alg:?} instead of ES256");
            let code = "client-metadata.auth-alg-not-es256";
            examination.defect(code, "ATP-CMD-017", at(member), detail);
        }
        None if confidential && examination.document.get(member).is_none() => {
            let code = "client-metadata.auth-alg-missing";
            examination.observe(code, "ATP-CMD-018", at(member), "no assertion algorithm");
        }
        None => {}
    }
}

const MUST_BE_TRUE: [MustBeTrue; 1] = [MustBeTrue {
    member: "dpop_bound_access_tokens",
    code: "client-metadata.tokens-not-dpop-bound",
    clause: "ATP-CMD-019",
}];

/// Judges what users are shown.
fn pages(examination: &mut Examination, client_id: &str) {
    if examination.document.get("client_name").is_none() {
        let code = "client-metadata.client-name-missing";
        examination.defect(code, "ATP-CMD-024", at("client_name"), "no name for users");
    }
    for (member, clause) in
        [("logo_uri", "ATP-CMD-026"), ("tos_uri", "ATP-CMD-027"), ("policy_uri", "ATP-CMD-028")]
    {
        if let Some(url) = text(&examination.document, member) {
            examination.https_url(&url, at(member), &PAGE_CODES, clause);
        }
    }
    let host = |url: &str| Some(RawUrl::absolute(url)?.host()?.to_ascii_lowercase());
    if let Some(client_uri) = text(&examination.document, "client_uri")
        && let Some(own_host) = host(client_id)
        && host(&client_uri).as_ref() != Some(&own_host)
    {
        let code = "client-metadata.client-uri-foreign-host";
        let detail = format!("{client_uri:?} is not on {own_host}");
        examination.defect(code, "ATP-CMD-025", at("client_uri"), detail);
    }
}

const PAGE_CODES: UrlCodes = UrlCodes {
    not_url: "client-metadata.page-not-url",
    wrong_scheme: "client-metadata.page-wrong-scheme",
    not_https: "client-metadata.page-not-https",
};

fn secrets(examination: &mut Examination) {
    for member in ["client_secret", "client_secret_expires_at"] {
        if examination.document.get(member).is_some() {
            let code = "client-metadata.client-secret";
            examination.defect(code, "CIMD-4.1-06", at(member), "shared secrets have no place");
        }
    }
}

const TYPES: Types = Types {
    code: "client-metadata.wrong-type",
    clause: "RFC 7591, section 2",
    strings: &[
        "client_name",
        "client_uri",
        "logo_uri",
        "tos_uri",
        "policy_uri",
        "token_endpoint_auth_method",
        "token_endpoint_auth_signing_alg",
        "jwks_uri",
        "software_id",
        "software_version",
    ],
    booleans: &[],
    arrays_of_strings: &["grant_types", "response_types", "contacts"],
};

fn view(raw: Value) -> ClientMetadata {
    ClientMetadata {
        client_id: text(&raw, "client_id"),
        client_name: text(&raw, "client_name"),
        client_uri: text(&raw, "client_uri"),
        logo_uri: text(&raw, "logo_uri"),
        tos_uri: text(&raw, "tos_uri"),
        policy_uri: text(&raw, "policy_uri"),
        application_type: text(&raw, "application_type"),
        redirect_uris: texts(&raw, "redirect_uris"),
        scope: text(&raw, "scope"),
        grant_types: texts(&raw, "grant_types"),
        response_types: texts(&raw, "response_types"),
        token_endpoint_auth_method: text(&raw, "token_endpoint_auth_method"),
        token_endpoint_auth_signing_alg: text(&raw, "token_endpoint_auth_signing_alg"),
        dpop_bound_access_tokens: flag(&raw, "dpop_bound_access_tokens"),
        jwks: raw.get("jwks").cloned(),
        jwks_uri: text(&raw, "jwks_uri"),
        raw,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::reading::report;

    const CLIENT_ID: &str = "https://app.example.com/client.json";

    fn public() -> Value {
        json!({
            "client_id": CLIENT_ID,
            "client_name": "Example",
            "client_uri": "https://app.example.com",
            "logo_uri": "https://cdn.example.net/logo.png",
            "application_type": "web",
            "redirect_uris": ["https://app.example.com/cb"],
            "scope": "atproto transition:generic",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "dpop_bound_access_tokens": true,
            "contacts": [],
            "unknown_extension": null,
        })
    }

    fn confidential() -> Value {
        let mut document = public();
        document["token_endpoint_auth_method"] = json!("private_key_jwt");
        document["token_endpoint_auth_signing_alg"] = json!("ES256");
        document["jwks_uri"] = json!("https://app.example.com/jwks.json");
        document
    }

    fn findings(document: &Value) -> Vec<String> {
        let reading = read(document.to_string().as_bytes(), CLIENT_ID);
        let defects = reading.defects.iter().map(|d| format!("{} {}", d.code, d.clause));
        let observations =
            reading.observations.iter().map(|o| format!("({} {})", o.code, o.clause));
        defects.chain(observations).collect()
    }

    #[test]
    fn finds_nothing_wrong_with_sound_documents() {
        assert_eq!(findings(&public()), Vec::<String>::new());
        assert_eq!(findings(&confidential()), Vec::<String>::new());
    }

    #[test]
    fn reports_one_wrong_member_once() {
        for (name, value, expected) in [
            ("client_id", json!(1), "client-metadata.client-id-missing ATP-CMD-005"),
            (
                "client_id",
                json!("https://APP.example.com/client.json"),
                "client-metadata.client-id-mismatch ATP-CMD-005",
            ),
            ("client_name", json!(1), "client-metadata.wrong-type RFC 7591, section 2"),
            (
                "client_uri",
                json!("https://www.example.com"),
                "client-metadata.client-uri-foreign-host ATP-CMD-025",
            ),
            (
                "logo_uri",
                json!("http://app.example.com/logo"),
                "client-metadata.page-wrong-scheme ATP-CMD-026",
            ),
            ("tos_uri", json!("/terms"), "client-metadata.page-not-url ATP-CMD-027"),
            (
                "policy_uri",
                json!("http://localhost/policy"),
                "client-metadata.page-not-https ATP-CMD-028",
            ),
            ("application_type", json!(""), "client-metadata.application-type ATP-CMD-006"),
            ("application_type", json!(null), "client-metadata.application-type ATP-CMD-006"),
            ("redirect_uris", json!([]), "client-metadata.redirect-uris-missing ATP-CMD-012"),
            (
                "redirect_uris",
                json!("https://app.example.com/cb"),
                "client-metadata.redirect-uris-missing ATP-CMD-012",
            ),
            ("redirect_uris", json!([1]), "client-metadata.redirect-uri-not-string RFC7591-2-02"),
            ("redirect_uris", json!(["/cb"]), "redirect-uri.not-absolute RFC6749-3.1.2-01"),
            ("redirect_uris", json!(["https://a.b/c#d"]), "redirect-uri.fragment RFC6749-3.1.2-01"),
            (
                "redirect_uris",
                json!(["com.example.app:/cb"]),
                "redirect-uri.private-use-for-web ATP-REDIR-006",
            ),
            ("scope", json!(["atproto"]), "client-metadata.scope-missing ATP-CMD-009"),
            ("scope", json!("Atproto"), "client-metadata.scope-without-atproto ATP-CMD-010"),
            (
                "scope",
                json!("atproto\tx atproto"),
                "client-metadata.scope-character RFC6749-3.3-04",
            ),
            (
                "grant_types",
                json!(["refresh_token"]),
                "client-metadata.grant-types-without-code ATP-CMD-007",
            ),
            (
                "grant_types",
                json!(["authorization_code", 1]),
                "client-metadata.wrong-type RFC 7591, section 2",
            ),
            (
                "response_types",
                json!("code"),
                "client-metadata.response-types-without-code ATP-CMD-011",
            ),
            (
                "token_endpoint_auth_method",
                json!("client_secret_post"),
                "client-metadata.auth-method-secret CIMD-4.1-05",
            ),
            (
                "token_endpoint_auth_method",
                json!("tls_client_auth"),
                "client-metadata.auth-method-unsupported ATP-CMD-014",
            ),
            (
                "token_endpoint_auth_method",
                json!(null),
                "client-metadata.wrong-type RFC 7591, section 2",
            ),
            (
                "token_endpoint_auth_signing_alg",
                json!("none"),
                "client-metadata.auth-alg-none ATP-CMD-016",
            ),
            (
                "dpop_bound_access_tokens",
                json!("true"),
                "client-metadata.tokens-not-dpop-bound ATP-CMD-019",
            ),
            ("client_secret", json!("s"), "client-metadata.client-secret CIMD-4.1-06"),
            ("contacts", json!("me"), "client-metadata.wrong-type RFC 7591, section 2"),
        ] {
            let mut document = public();
            document[name] = value.clone();
            assert_eq!(findings(&document), [expected], "{name} {value}");
        }
        let mut document = confidential();
        document["token_endpoint_auth_signing_alg"] = json!("RS256");
        assert_eq!(findings(&document), ["client-metadata.auth-alg-not-es256 ATP-CMD-017"]);
    }

    #[test]
    fn treats_absence_of_the_type_as_web() {
        let mut document = public();
        document.as_object_mut().unwrap().shift_remove("application_type");
        assert_eq!(findings(&document), Vec::<String>::new());
        document["redirect_uris"] = json!(["http://127.0.0.1/cb"]);
        assert_eq!(findings(&document), ["redirect-uri.loopback-for-web ATP-REDIR-007"]);
    }

    #[test]
    fn observes_what_the_text_leaves_open() {
        for (name, value, expected) in [
            (
                "grant_types",
                json!(["authorization_code", "implicit"]),
                "(client-metadata.unused-type ATP-CMD-030)",
            ),
            (
                "response_types",
                json!(["code", "id_token"]),
                "(client-metadata.unused-type ATP-CMD-030)",
            ),
            ("scope", json!("atproto atproto"), "(client-metadata.scope-form ATP-CMD-031)"),
            ("scope", json!("atproto "), "(client-metadata.scope-form ATP-CMD-031)"),
            (
                "token_endpoint_auth_signing_alg",
                json!("ES256"),
                "(client-metadata.auth-alg-of-public-client ATP-CMD-018)",
            ),
        ] {
            let mut document = public();
            document[name] = value.clone();
            assert_eq!(findings(&document), [expected], "{name} {value}");
        }
        let mut document = confidential();
        document.as_object_mut().unwrap().shift_remove("token_endpoint_auth_signing_alg");
        assert_eq!(findings(&document), ["(client-metadata.auth-alg-missing ATP-CMD-018)"]);
        let mut document = public();
        document.as_object_mut().unwrap().shift_remove("token_endpoint_auth_method");
        assert_eq!(findings(&document), ["(client-metadata.auth-method-missing ATP-CMD-015)"]);
    }

    #[test]
    fn the_findings_of_a_thoroughly_bad_document() {
        let document = br#"{
            "client_id": "https://o.example",
            "client_uri": "https://other.example",
            "logo_uri": "javascript:alert(1)",
            "tos_uri": 1,
            "application_type": "browser",
            "application_type": "native",
            "redirect_uris": [
                null, "cb", "https://other.example/cb", "myapp://cb", "com.example.app://cb",
                "http://10.0.0.1/cb"
            ],
            "scope": "openid \"x\"",
            "grant_types": "authorization_code",
            "response_types": ["token"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "none",
            "jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}, 1, {"kty": "EC", "d": "x"}]},
            "jwks_uri": "http://app.example.com/jwks",
            "client_secret": "hunter2"
        }"#;
        let reading = read(document, CLIENT_ID);
        insta::assert_snapshot!(report(&reading.defects), @r#"
        json.repeated-member (RFC 8259, section 4)
          at /application_type: member name repeated
        client-metadata.client-id-mismatch (ATP-CMD-005)
          at /client_id: "https://o.example" in a document at "https://app.example.com/client.json"
        client-metadata.grant-types-without-code (ATP-CMD-007)
          at /grant_types: a string instead of an array
        client-metadata.response-types-without-code (ATP-CMD-011)
          at /response_types: lacks code
        client-metadata.scope-without-atproto (ATP-CMD-010)
          at /scope: scope is "openid \"x\""
        client-metadata.scope-character (RFC6749-3.3-04)
          at /scope: character '"' is not allowed in scopes
        client-metadata.redirect-uri-not-string (RFC7591-2-02)
          at /redirect_uris/0: null instead of a string
        redirect-uri.not-absolute (RFC6749-3.1.2-01)
          at /redirect_uris/1: no absolute URI
        redirect-uri.foreign-origin (ATP-REDIR-011)
          at /redirect_uris/2: not on the client_id's origin
        redirect-uri.foreign-scheme (ATP-REDIR-009)
          at /redirect_uris/3: scheme myapp instead of com.example.app
        redirect-uri.private-use-form (ATP-REDIR-010)
          at /redirect_uris/4: scheme not followed by one colon, one slash and a path
        redirect-uri.http (RFC9700-2.6-01)
          at /redirect_uris/5: http URL that is not loopback
        client-metadata.auth-alg-none (ATP-CMD-016)
          at /token_endpoint_auth_signing_alg: assertions without signature
        client-metadata.keys-twice (ATP-CMD-021)
          at /jwks_uri: both jwks and jwks_uri
        client-metadata.jwks-uri-wrong-scheme (ATP-CMD-022)
          at /jwks_uri: scheme http instead of https
        client-metadata.private-key (RFC7517-9.2-01)
          at /jwks/keys/0/k: private or symmetric key material
        jwk.kty-missing (RFC7517-4.1-01)
          at /jwks/keys/1/kty: no key type
        client-metadata.private-key (RFC7517-9.2-01)
          at /jwks/keys/2/d: private or symmetric key material
        jwk.member-missing (RFC7517-4.1-01)
          at /jwks/keys/2/crv: nothing instead of a string
        jwk.member-missing (RFC7517-4.1-01)
          at /jwks/keys/2/x: nothing instead of a string
        jwk.member-missing (RFC7517-4.1-01)
          at /jwks/keys/2/y: nothing instead of a string
        client-metadata.tokens-not-dpop-bound (ATP-CMD-019)
          at /dpop_bound_access_tokens: nothing instead of true
        client-metadata.client-name-missing (ATP-CMD-024)
          at /client_name: no name for users
        client-metadata.page-wrong-scheme (ATP-CMD-026)
          at /logo_uri: scheme javascript instead of https
        client-metadata.client-uri-foreign-host (ATP-CMD-025)
          at /client_uri: "https://other.example" is not on app.example.com
        client-metadata.client-secret (CIMD-4.1-06)
          at /client_secret: shared secrets have no place
        client-metadata.wrong-type (RFC 7591, section 2)
          at /tos_uri: a number instead of a string
        "#);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in any::<Vec<u8>>(), text in any::<String>()) {
            let _ = read(&bytes, &text);
            let document = json!({"redirect_uris": [text], "scope": text, "client_uri": text});
            let _ = read(document.to_string().as_bytes(), CLIENT_ID);
        }
    }
}
