//! Authorization server metadata (RFC 8414, with what the profile asks beyond it).

use serde_json::Value;

use super::rules::{Examination, Excludes, Includes, MustBeTrue, Types, UrlCodes};
use crate::Reading;
use crate::identifier::origin::{self, Fault};
use crate::identifier::{Origin, RawUrl};
use crate::object::{at, flag, text, texts};
use crate::scope;

/// The members that a client uses, as far as they have the right type.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationServerMetadata {
    /// The issuer identifier.
    pub issuer: Option<String>,
    /// Where the browser is sent.
    pub authorization_endpoint: Option<String>,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: Option<String>,
    /// Where authorization requests are pushed.
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Where tokens are revoked.
    pub revocation_endpoint: Option<String>,
    /// Where tokens are introspected.
    pub introspection_endpoint: Option<String>,
    /// Where the keys of the server are.
    pub jwks_uri: Option<String>,
    /// Scopes that can be asked for.
    pub scopes_supported: Vec<String>,
    /// Response types.
    pub response_types_supported: Vec<String>,
    /// Response modes.
    pub response_modes_supported: Vec<String>,
    /// Grant types.
    pub grant_types_supported: Vec<String>,
    /// PKCE methods.
    pub code_challenge_methods_supported: Vec<String>,
    /// Client authentication methods.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Algorithms of client assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Algorithms of DPoP proofs.
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether authorization responses carry `iss`.
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// Whether authorization requests have to be pushed.
    pub require_pushed_authorization_requests: Option<bool>,
    /// Whether a `client_id` can be the URL of a metadata document.
    pub client_id_metadata_document_supported: Option<bool>,
    /// Resources that take the tokens of this server.
    pub protected_resources: Vec<String>,
    /// The whole document.
    pub raw: Value,
}

/// Reads a document that was found at the well-known path of `expected_issuer`.
pub fn read(bytes: &[u8], expected_issuer: &str) -> Reading<AuthorizationServerMetadata> {
    let mut examination =
        match Examination::start(bytes, "as-metadata.not-json-object", "ATP-ASM-003") {
            Ok(examination) => examination,
            Err(reading) => return reading,
        };
    issuer(&mut examination, expected_issuer);
    endpoints(&mut examination);
    other_urls(&mut examination);
    examination.includes(&INCLUDES);
    examination.excludes(&EXCLUDES);
    examination.must_be_true(&MUST_BE_TRUE);
    request_uri_registration(&mut examination);
    granular_scopes(&mut examination);
    examination.types(&TYPES);
    let codes = ["as-metadata.empty-array", "as-metadata.null-member"];
    examination.empty_members(codes, "RFC8414-3.2-02", &[]);
    examination.finish(view)
}

fn issuer(examination: &mut Examination, expected: &str) {
    let missing = examination.required_text("issuer", "as-metadata.issuer-missing", "ATP-ASM-004");
    let Some(issuer) = missing else {
        return;
    };
    let at = || at("issuer");
    let url = RawUrl::absolute(&issuer);
    if let Some(url) = url {
        examination.https_scheme(url, at(), &ISSUER_CODES, "ATP-ASM-004");
    }
    let is_https = url.is_some_and(|url| url.has_scheme("https"));
    let faults = origin::faults(&issuer);
    for fault in &faults {
        let (_, why) = fault.describe();
        let (code, clause) = match fault {
            Fault::NotUrl => (ISSUER_CODES.not_url, "ATP-ASM-004"),
            // Reported above, together with http.
            Fault::WrongScheme => continue,
            Fault::Userinfo => ("as-metadata.issuer-userinfo", "ATP-ASM-008"),
            Fault::Path => ("as-metadata.issuer-path", "ATP-ASM-006"),
            Fault::TrailingSlash => {
                examination.observe("as-metadata.issuer-trailing-slash", "ATP-ASM-006", at(), why);
                continue;
            }
            Fault::Query => ("as-metadata.issuer-query", "RFC8414-2-01"),
            Fault::Fragment => ("as-metadata.issuer-fragment", "RFC8414-2-01"),
            Fault::DefaultPort if is_https => ("as-metadata.issuer-default-port", "ATP-ASM-005"),
            Fault::DefaultPort | Fault::Spelling => {
                examination.observe("as-metadata.issuer-spelling", "ATP-ASM-006", at(), why);
                continue;
            }
        };
        examination.defect(code, clause, at(), why);
    }
    let is_spelled_apart =
        faults.iter().all(|fault| matches!(fault, Fault::TrailingSlash | Fault::Spelling));
    match Origin::of(&issuer) {
        Some(origin) if Some(&origin) != Origin::of(expected).as_ref() => {
            let detail = format!("{issuer:?} in a document of {expected:?}");
            examination.defect("as-metadata.issuer-mismatch", "ATP-ASM-007", at(), detail);
        }
        Some(_) if issuer != expected && is_spelled_apart => {
            let detail = format!("{issuer:?} is another string than {expected:?}");
            examination.defect("as-metadata.issuer-not-identical", "RFC8414-3.3-02", at(), detail);
        }
        _ => {}
    }
}

const ISSUER_CODES: UrlCodes = UrlCodes {
    not_url: "as-metadata.issuer-not-url",
    wrong_scheme: "as-metadata.issuer-wrong-scheme",
    not_https: "as-metadata.issuer-not-https",
};

fn endpoints(examination: &mut Examination) {
    let issuer = text(&examination.document, "issuer").and_then(|issuer| Origin::of(&issuer));
    for endpoint in &ENDPOINTS {
        let at = || at(endpoint.member);
        let Some(url) = text(&examination.document, endpoint.member) else {
            if let Some(clause) = endpoint.required {
                let detail = format!("{} instead of a URL", examination.found(endpoint.member));
                examination.defect("as-metadata.endpoint-missing", clause, at(), detail);
            }
            continue;
        };
        examination.https_url(&url, at(), &ENDPOINT_CODES, endpoint.https);
        if let Some(clause) = endpoint.no_fragment.filter(|_| url.contains('#')) {
            examination.defect("as-metadata.endpoint-fragment", clause, at(), "has a fragment");
        }
        let origin = Origin::of(&url);
        let is_https =
            |origin: &Option<Origin>| origin.as_ref().is_some_and(|o| o.scheme() == "https");
        if is_https(&issuer) && is_https(&origin) && origin != issuer {
            let why = "on another origin than the issuer";
            examination.observe("as-metadata.endpoint-other-origin", "ATP-ASM-027", at(), why);
        }
    }
}

/// An endpoint, and the clauses for its presence, its scheme and its want of a fragment.
struct Endpoint {
    member: &'static str,
    required: Option<&'static str>,
    https: &'static str,
    no_fragment: Option<&'static str>,
}

const ENDPOINTS: [Endpoint; 6] = [
    Endpoint {
        member: "authorization_endpoint",
        required: Some("ATP-ASM-009"),
        https: "RFC8414-2-02",
        no_fragment: Some("RFC6749-3.1-02"),
    },
    Endpoint {
        member: "token_endpoint",
        required: Some("ATP-ASM-010"),
        https: "RFC8414-2-02",
        no_fragment: Some("RFC6749-3.2-03"),
    },
    Endpoint {
        member: "pushed_authorization_request_endpoint",
        required: Some("ATP-ASM-022"),
        https: "RFC9126-2-01",
        no_fragment: None,
    },
    Endpoint {
        member: "revocation_endpoint",
        required: None,
        https: "RFC7009-2-01",
        no_fragment: None,
    },
    Endpoint {
        member: "introspection_endpoint",
        required: None,
        https: "RFC8414-2-10",
        no_fragment: None,
    },
    Endpoint {
        member: "registration_endpoint",
        required: None,
        https: "RFC8414-2-10",
        no_fragment: None,
    },
];

const ENDPOINT_CODES: UrlCodes = UrlCodes {
    not_url: "as-metadata.endpoint-not-url",
    wrong_scheme: "as-metadata.endpoint-wrong-scheme",
    not_https: "as-metadata.endpoint-not-https",
};

fn other_urls(examination: &mut Examination) {
    if let Some(url) = text(&examination.document, "jwks_uri") {
        examination.https_url(&url, at("jwks_uri"), &JWKS_URI_CODES, "RFC8414-2-06");
    }
    for member in ["service_documentation", "op_policy_uri", "op_tos_uri"] {
        let url = text(&examination.document, member);
        if url.is_some_and(|url| RawUrl::absolute(&url).is_none()) {
            examination.defect("as-metadata.page-not-url", "ATP-ASM-030", at(member), "no URL");
        }
    }
}

const JWKS_URI_CODES: UrlCodes = UrlCodes {
    not_url: "as-metadata.jwks-uri-not-url",
    wrong_scheme: "as-metadata.jwks-uri-wrong-scheme",
    not_https: "as-metadata.jwks-uri-not-https",
};

const INCLUDES: [Includes; 7] = [
    Includes {
        member: "response_types_supported",
        values: &["code"],
        code: "as-metadata.response-types-without-code",
        clause: "ATP-ASM-011",
        presence: None,
    },
    Includes {
        member: "grant_types_supported",
        values: &["authorization_code", "refresh_token"],
        code: "as-metadata.grant-types-incomplete",
        clause: "ATP-ASM-012",
        presence: None,
    },
    Includes {
        member: "code_challenge_methods_supported",
        values: &["S256"],
        code: "as-metadata.challenge-methods-without-s256",
        clause: "ATP-ASM-013",
        presence: None,
    },
    Includes {
        member: "token_endpoint_auth_methods_supported",
        values: &["none", "private_key_jwt"],
        code: "as-metadata.auth-methods-incomplete",
        clause: "ATP-ASM-015",
        presence: None,
    },
    Includes {
        member: "token_endpoint_auth_signing_alg_values_supported",
        values: &["ES256"],
        code: "as-metadata.auth-algs-without-es256",
        clause: "ATP-ASM-016",
        presence: None,
    },
    Includes {
        member: "scopes_supported",
        values: &["atproto"],
        code: "as-metadata.scopes-without-atproto",
        clause: "ATP-ASM-018",
        presence: None,
    },
    Includes {
        member: "dpop_signing_alg_values_supported",
        values: &["ES256"],
        code: "as-metadata.dpop-algs-without-es256",
        clause: "ATP-ASM-023",
        presence: None,
    },
];

const EXCLUDES: [Excludes; 7] = [
    Excludes {
        member: "code_challenge_methods_supported",
        is_excluded: |method| method == "plain",
        code: "as-metadata.challenge-method-plain",
        clause: "ATP-ASM-014",
    },
    Excludes {
        member: "token_endpoint_auth_signing_alg_values_supported",
        is_excluded: |alg| alg == "none",
        code: "as-metadata.auth-alg-none",
        clause: "ATP-ASM-017",
    },
    Excludes {
        member: "revocation_endpoint_auth_signing_alg_values_supported",
        is_excluded: |alg| alg == "none",
        code: "as-metadata.auth-alg-none",
        clause: "RFC 8414, section 2",
    },
    Excludes {
        member: "introspection_endpoint_auth_signing_alg_values_supported",
        is_excluded: |alg| alg == "none",
        code: "as-metadata.auth-alg-none",
        clause: "RFC 8414, section 2",
    },
    Excludes {
        member: "dpop_signing_alg_values_supported",
        is_excluded: |alg| matches!(alg, "none" | "HS256" | "HS384" | "HS512"),
        code: "as-metadata.dpop-alg-not-asymmetric",
        clause: "RFC9449-5.1-01",
    },
    Excludes {
        member: "response_types_supported",
        is_excluded: |response_type| response_type.split(' ').any(|word| word == "token"),
        code: "as-metadata.response-type-token",
        clause: "RFC9700-2.1.2-01",
    },
    Excludes {
        member: "grant_types_supported",
        is_excluded: |grant_type| grant_type == "password",
        code: "as-metadata.grant-type-password",
        clause: "RFC9700-2.4-01",
    },
];

const MUST_BE_TRUE: [MustBeTrue; 3] = [
    MustBeTrue {
        member: "authorization_response_iss_parameter_supported",
        code: "as-metadata.iss-parameter-unsupported",
        clause: "ATP-ASM-020",
    },
    MustBeTrue {
        member: "require_pushed_authorization_requests",
        code: "as-metadata.par-optional",
        clause: "ATP-ASM-021",
    },
    MustBeTrue {
        member: "client_id_metadata_document_supported",
        code: "as-metadata.client-documents-unsupported",
        clause: "ATP-ASM-025",
    },
];

fn request_uri_registration(examination: &mut Examination) {
    let member = "require_request_uri_registration";
    if flag(&examination.document, member) == Some(false) {
        let code = "as-metadata.request-uri-registration-optional";
        examination.defect(code, "ATP-ASM-024", at(member), "false instead of true or nothing");
    }
}

fn granular_scopes(examination: &mut Examination) {
    let scopes = texts(&examination.document, "scopes_supported");
    if let Some(scope) = scopes.iter().find(|scope| scope::is_granular(scope)) {
        let detail = format!("lists {scope}");
        let at = at("scopes_supported");
        examination.observe("as-metadata.granular-scope-listed", "ATP-ASM-028", at, detail);
    }
}

const TYPES: Types = Types {
    code: "as-metadata.wrong-type",
    clause: "ATP-ASM-030",
    strings: &[
        "jwks_uri",
        "registration_endpoint",
        "revocation_endpoint",
        "introspection_endpoint",
        "service_documentation",
        "op_policy_uri",
        "op_tos_uri",
        "signed_metadata",
    ],
    booleans: &[
        "require_request_uri_registration",
        "request_parameter_supported",
        "request_uri_parameter_supported",
        "require_signed_request_object",
    ],
    arrays_of_strings: &[
        "scopes_supported",
        "response_types_supported",
        "response_modes_supported",
        "grant_types_supported",
        "code_challenge_methods_supported",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
        "introspection_endpoint_auth_methods_supported",
        "introspection_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
        "ui_locales_supported",
        "protected_resources",
    ],
};

fn view(raw: Value) -> AuthorizationServerMetadata {
    AuthorizationServerMetadata {
        issuer: text(&raw, "issuer"),
        authorization_endpoint: text(&raw, "authorization_endpoint"),
        token_endpoint: text(&raw, "token_endpoint"),
        pushed_authorization_request_endpoint: text(&raw, "pushed_authorization_request_endpoint"),
        revocation_endpoint: text(&raw, "revocation_endpoint"),
        introspection_endpoint: text(&raw, "introspection_endpoint"),
        jwks_uri: text(&raw, "jwks_uri"),
        scopes_supported: texts(&raw, "scopes_supported"),
        response_types_supported: texts(&raw, "response_types_supported"),
        response_modes_supported: texts(&raw, "response_modes_supported"),
        grant_types_supported: texts(&raw, "grant_types_supported"),
        code_challenge_methods_supported: texts(&raw, "code_challenge_methods_supported"),
        token_endpoint_auth_methods_supported: texts(&raw, "token_endpoint_auth_methods_supported"),
        token_endpoint_auth_signing_alg_values_supported: texts(
            &raw,
            "token_endpoint_auth_signing_alg_values_supported",
        ),
        dpop_signing_alg_values_supported: texts(&raw, "dpop_signing_alg_values_supported"),
        authorization_response_iss_parameter_supported: flag(
            &raw,
            "authorization_response_iss_parameter_supported",
        ),
        require_pushed_authorization_requests: flag(&raw, "require_pushed_authorization_requests"),
        client_id_metadata_document_supported: flag(&raw, "client_id_metadata_document_supported"),
        protected_resources: texts(&raw, "protected_resources"),
        raw,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::reading::report;

    const ISSUER: &str = "https://as.example";

    fn sound() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://as.example/oauth/authorize?tenant=a",
            "token_endpoint": "https://as.example/oauth/token",
            "pushed_authorization_request_endpoint": "https://as.example/oauth/par",
            "revocation_endpoint": "https://as.example/oauth/revoke",
            "jwks_uri": "https://as.example/oauth/jwks",
            "op_policy_uri": "http://as.example/policy",
            "scopes_supported": ["atproto", "transition:generic"],
            "response_types_supported": ["code", "code id_token"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
            "dpop_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true,
            "require_pushed_authorization_requests": true,
            "require_request_uri_registration": true,
            "client_id_metadata_document_supported": true,
            "request_parameter_supported": false,
            "unknown_extension": {"nested": []},
        })
    }

    fn findings(document: &Value) -> Vec<String> {
        let reading = read(document.to_string().as_bytes(), ISSUER);
        let defects = reading.defects.iter().map(|d| format!("{} {}", d.code, d.clause));
        let observations =
            reading.observations.iter().map(|o| format!("({} {})", o.code, o.clause));
        defects.chain(observations).collect()
    }

    #[test]
    fn finds_nothing_wrong_with_a_sound_document() {
        let document = sound();
        assert_eq!(findings(&document), Vec::<String>::new());
        let view = read(document.to_string().as_bytes(), ISSUER).document.unwrap();
        assert_eq!(view.issuer.as_deref(), Some(ISSUER));
        assert_eq!(view.scopes_supported, ["atproto", "transition:generic"]);
        assert_eq!(view.raw, document);
    }

    #[test]
    fn reports_one_wrong_member_once() {
        for (name, value, expected) in [
            ("issuer", json!(null), "issuer-missing ATP-ASM-004"),
            ("issuer", json!("as.example"), "issuer-not-url ATP-ASM-004"),
            ("issuer", json!("https://as.example:443"), "issuer-default-port ATP-ASM-005"),
            ("issuer", json!("https://as.example/a"), "issuer-path ATP-ASM-006"),
            ("issuer", json!("https://u@as.example"), "issuer-userinfo ATP-ASM-008"),
            ("issuer", json!("https://as.example?a"), "issuer-query RFC8414-2-01"),
            ("issuer", json!("https://as.example#"), "issuer-fragment RFC8414-2-01"),
            ("authorization_endpoint", json!(1), "endpoint-missing ATP-ASM-009"),
            ("authorization_endpoint", json!("/authorize"), "endpoint-not-url RFC8414-2-02"),
            (
                "authorization_endpoint",
                json!("https://as.example/a#"),
                "endpoint-fragment RFC6749-3.1-02",
            ),
            ("token_endpoint", json!([]), "endpoint-missing ATP-ASM-010"),
            ("token_endpoint", json!("https://as.example/a#b"), "endpoint-fragment RFC6749-3.2-03"),
            ("pushed_authorization_request_endpoint", json!(false), "endpoint-missing ATP-ASM-022"),
            (
                "revocation_endpoint",
                json!("ftp://as.example"),
                "endpoint-wrong-scheme RFC7009-2-01",
            ),
            ("revocation_endpoint", json!(7), "wrong-type ATP-ASM-030"),
            ("jwks_uri", json!("http://as.example/jwks"), "jwks-uri-wrong-scheme RFC8414-2-06"),
            ("op_tos_uri", json!("terms"), "page-not-url ATP-ASM-030"),
            (
                "response_types_supported",
                json!(["id_token"]),
                "response-types-without-code ATP-ASM-011",
            ),
            (
                "response_types_supported",
                json!(["code", "code token"]),
                "response-type-token RFC9700-2.1.2-01",
            ),
            (
                "grant_types_supported",
                json!(["refresh_token"]),
                "grant-types-incomplete ATP-ASM-012",
            ),
            (
                "grant_types_supported",
                json!(["authorization_code", "refresh_token", "password"]),
                "grant-type-password RFC9700-2.4-01",
            ),
            (
                "code_challenge_methods_supported",
                json!("S256"),
                "challenge-methods-without-s256 ATP-ASM-013",
            ),
            (
                "code_challenge_methods_supported",
                json!(["S256", "plain"]),
                "challenge-method-plain ATP-ASM-014",
            ),
            (
                "token_endpoint_auth_methods_supported",
                json!(["none"]),
                "auth-methods-incomplete ATP-ASM-015",
            ),
            (
                "token_endpoint_auth_signing_alg_values_supported",
                json!(["RS256"]),
                "auth-algs-without-es256 ATP-ASM-016",
            ),
            (
                "token_endpoint_auth_signing_alg_values_supported",
                json!(["ES256", "none"]),
                "auth-alg-none ATP-ASM-017",
            ),
            (
                "scopes_supported",
                json!("atproto transition:generic"),
                "scopes-without-atproto ATP-ASM-018",
            ),
            ("scopes_supported", json!(["atproto", 1]), "wrong-type ATP-ASM-030"),
            (
                "authorization_response_iss_parameter_supported",
                json!("true"),
                "iss-parameter-unsupported ATP-ASM-020",
            ),
            ("require_pushed_authorization_requests", json!(false), "par-optional ATP-ASM-021"),
            (
                "dpop_signing_alg_values_supported",
                json!(["RS256"]),
                "dpop-algs-without-es256 ATP-ASM-023",
            ),
            (
                "dpop_signing_alg_values_supported",
                json!(["ES256", "HS256"]),
                "dpop-alg-not-asymmetric RFC9449-5.1-01",
            ),
            (
                "require_request_uri_registration",
                json!(false),
                "request-uri-registration-optional ATP-ASM-024",
            ),
            ("require_request_uri_registration", json!("yes"), "wrong-type ATP-ASM-030"),
            (
                "client_id_metadata_document_supported",
                json!(1),
                "client-documents-unsupported ATP-ASM-025",
            ),
            ("ui_locales_supported", json!("en"), "wrong-type ATP-ASM-030"),
            ("response_modes_supported", json!([]), "empty-array RFC8414-3.2-02"),
            ("unknown_extension", json!([]), "empty-array RFC8414-3.2-02"),
        ] {
            let mut document = sound();
            document[name] = value.clone();
            assert_eq!(findings(&document), [format!("as-metadata.{expected}")], "{name} {value}");
        }
    }

    #[test]
    fn tells_a_foreign_issuer_from_another_spelling() {
        for (issuer, expected) in [
            ("https://other.example", vec!["issuer-mismatch ATP-ASM-007"]),
            ("https://as.example:8443", vec!["issuer-mismatch ATP-ASM-007"]),
            ("https://as.example/", vec!["issuer-not-identical RFC8414-3.3-02"]),
            ("https://AS.example", vec!["issuer-not-identical RFC8414-3.3-02"]),
        ] {
            let mut document = sound();
            document["issuer"] = json!(issuer);
            let reading = read(document.to_string().as_bytes(), ISSUER);
            let codes: Vec<_> =
                reading.defects.iter().map(|d| format!("{} {}", d.code, d.clause)).collect();
            let expected: Vec<_> = expected.iter().map(|e| format!("as-metadata.{e}")).collect();
            assert_eq!(codes, expected, "{issuer}");
        }
    }

    #[test]
    fn reports_plain_http_on_loopback_under_codes_of_its_own() {
        let text = sound().to_string().replace("https://as.example", "http://localhost:2583");
        let reading = read(text.as_bytes(), "http://localhost:2583");
        assert!(!reading.defects.is_empty());
        for defect in &reading.defects {
            assert!(defect.code.ends_with("-not-https"), "{defect}");
        }
        let text = sound().to_string().replace("https://as.example", "http://as.example");
        for defect in read(text.as_bytes(), "http://as.example").defects {
            assert!(defect.code.ends_with("-wrong-scheme"), "{defect}");
        }
    }

    #[test]
    fn observes_what_the_text_leaves_open() {
        let mut document = sound();
        document["token_endpoint"] = json!("https://other.example/token");
        document["scopes_supported"] = json!(["atproto", "repo:*", "rpc:*"]);
        document["unknown_extension"] = json!(null);
        assert_eq!(
            findings(&document),
            [
                "(as-metadata.endpoint-other-origin ATP-ASM-027)",
                "(as-metadata.granular-scope-listed ATP-ASM-028)",
                "(as-metadata.null-member RFC8414-3.2-02)",
            ]
        );
    }

    #[test]
    fn the_findings_of_a_thoroughly_bad_document() {
        let document = br#"{
            "issuer": "http://u@other.example:80/path?x",
            "issuer": "http://u@other.example:80/path?y",
            "authorization_endpoint": "/authorize",
            "token_endpoint": "http://127.0.0.1:2583/token#x",
            "revocation_endpoint": null,
            "jwks_uri": "data:,",
            "scopes_supported": "atproto",
            "response_types_supported": ["token"],
            "grant_types_supported": [],
            "code_challenge_methods_supported": ["plain"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "token_endpoint_auth_signing_alg_values_supported": ["none"],
            "dpop_signing_alg_values_supported": ["HS256"],
            "authorization_response_iss_parameter_supported": "true",
            "require_request_uri_registration": false,
            "signed_metadata": {}
        }"#;
        let reading = read(document, ISSUER);
        insta::assert_snapshot!(report(&reading.defects), @r#"
        json.repeated-member (RFC 8259, section 4)
          at /issuer: member name repeated
        as-metadata.issuer-wrong-scheme (ATP-ASM-004)
          at /issuer: scheme http instead of https
        as-metadata.issuer-userinfo (ATP-ASM-008)
          at /issuer: has user information
        as-metadata.issuer-path (ATP-ASM-006)
          at /issuer: has a path
        as-metadata.issuer-query (RFC8414-2-01)
          at /issuer: has a query
        as-metadata.issuer-mismatch (ATP-ASM-007)
          at /issuer: "http://u@other.example:80/path?y" in a document of "https://as.example"
        as-metadata.endpoint-not-url (RFC8414-2-02)
          at /authorization_endpoint: no absolute URL
        as-metadata.endpoint-not-https (RFC8414-2-02)
          at /token_endpoint: http on a loopback host
        as-metadata.endpoint-fragment (RFC6749-3.2-03)
          at /token_endpoint: has a fragment
        as-metadata.endpoint-missing (ATP-ASM-022)
          at /pushed_authorization_request_endpoint: nothing instead of a URL
        as-metadata.jwks-uri-wrong-scheme (RFC8414-2-06)
          at /jwks_uri: scheme data instead of https
        as-metadata.response-types-without-code (ATP-ASM-011)
          at /response_types_supported: lacks code
        as-metadata.grant-types-incomplete (ATP-ASM-012)
          at /grant_types_supported: lacks authorization_code, refresh_token
        as-metadata.challenge-methods-without-s256 (ATP-ASM-013)
          at /code_challenge_methods_supported: lacks S256
        as-metadata.auth-methods-incomplete (ATP-ASM-015)
          at /token_endpoint_auth_methods_supported: lacks none, private_key_jwt
        as-metadata.auth-algs-without-es256 (ATP-ASM-016)
          at /token_endpoint_auth_signing_alg_values_supported: lacks ES256
        as-metadata.scopes-without-atproto (ATP-ASM-018)
          at /scopes_supported: a string instead of an array
        as-metadata.dpop-algs-without-es256 (ATP-ASM-023)
          at /dpop_signing_alg_values_supported: lacks ES256
        as-metadata.challenge-method-plain (ATP-ASM-014)
          at /code_challenge_methods_supported/0: lists plain
        as-metadata.auth-alg-none (ATP-ASM-017)
          at /token_endpoint_auth_signing_alg_values_supported/0: lists none
        as-metadata.dpop-alg-not-asymmetric (RFC9449-5.1-01)
          at /dpop_signing_alg_values_supported/0: lists HS256
        as-metadata.response-type-token (RFC9700-2.1.2-01)
          at /response_types_supported/0: lists token
        as-metadata.iss-parameter-unsupported (ATP-ASM-020)
          at /authorization_response_iss_parameter_supported: a string instead of true
        as-metadata.par-optional (ATP-ASM-021)
          at /require_pushed_authorization_requests: nothing instead of true
        as-metadata.client-documents-unsupported (ATP-ASM-025)
          at /client_id_metadata_document_supported: nothing instead of true
        as-metadata.request-uri-registration-optional (ATP-ASM-024)
          at /require_request_uri_registration: false instead of true or nothing
        as-metadata.wrong-type (ATP-ASM-030)
          at /revocation_endpoint: null instead of a string
        as-metadata.wrong-type (ATP-ASM-030)
          at /signed_metadata: an object instead of a string
        "#);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in any::<Vec<u8>>(), issuer in any::<String>()) {
            let _ = read(&bytes, &issuer);
            let _ = read(json!({ "issuer": issuer }).to_string().as_bytes(), ISSUER);
        }
    }
}
