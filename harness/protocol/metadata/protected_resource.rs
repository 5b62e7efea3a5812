//! Protected resource metadata (RFC 9728, with what the profile asks beyond it).

use serde_json::Value;

use super::rules::{self, Examination, Excludes, Types, UrlCodes};
use crate::identifier::origin::{self, Fault};
use crate::identifier::{Origin, RawUrl};
use crate::object::{self, at, text, texts};
use crate::{Position, Reading};

/// The members that a client uses, as far as they have the right type.
#[derive(Clone, Debug, PartialEq)]
pub struct ProtectedResourceMetadata {
    /// The resource identifier.
    pub resource: Option<String>,
    /// The issuers whose tokens the resource takes.
    pub authorization_servers: Vec<String>,
    /// Scopes that the resource knows.
    pub scopes_supported: Vec<String>,
    /// Ways of sending a bearer token.
    pub bearer_methods_supported: Vec<String>,
    /// Where the keys of the resource are.
    pub jwks_uri: Option<String>,
    /// The whole document.
    pub raw: Value,
}

/// Reads a document that was found at the well-known path of `expected_resource`.
pub fn read(bytes: &[u8], expected_resource: &str) -> Reading<ProtectedResourceMetadata> {
    let mut examination =
        match Examination::start(bytes, "rs-metadata.not-json-object", "ATP-RSM-003") {
            Ok(examination) => examination,
            Err(reading) => return reading,
        };
    resource(&mut examination, expected_resource);
    authorization_servers(&mut examination);
    if let Some(url) = text(&examination.document, "jwks_uri") {
        examination.https_url(&url, at("jwks_uri"), &JWKS_URI_CODES, "RFC9728-2-05");
    }
    examination.excludes(&EXCLUDES);
    examination.types(&BOOLEANS);
    examination.types(&TYPES);
    let codes = ["rs-metadata.empty-array", "rs-metadata.null-member"];
    examination.empty_members(codes, "RFC9728-3.2-03", &MAY_BE_EMPTY);
    if examination.document.get("scopes_supported").is_none() {
        let code = "rs-metadata.scopes-not-published";
        examination.observe(code, "RFC9728-2-06", at("scopes_supported"), "no scopes_supported");
    }
    examination.finish(view)
}

fn resource(examination: &mut Examination, expected: &str) {
    let clause = "RFC9728-2-01";
    let Some(resource) =
        examination.required_text("resource", "rs-metadata.resource-missing", clause)
    else {
        return;
    };
    let at = || at("resource");
    let Some(url) = RawUrl::absolute(&resource) else {
        examination.defect(RESOURCE_CODES.not_url, "RFC9728-1.2-01", at(), "no absolute URL");
        return;
    };
    examination.https_scheme(url, at(), &RESOURCE_CODES, "RFC9728-1.2-01");
    if url.fragment.is_some() {
        let code = "rs-metadata.resource-fragment";
        examination.defect(code, "RFC9728-1.2-01", at(), "has a fragment");
    }
    if Origin::of(&resource).is_none() || Origin::of(&resource) != Origin::of(expected) {
        let detail = format!("{resource:?} in a document of {expected:?}");
        examination.defect("rs-metadata.resource-mismatch", "ATP-RSM-008", at(), detail);
    } else if resource != expected && url.fragment.is_none() {
        let detail = format!("{resource:?} is another string than {expected:?}");
        examination.defect("rs-metadata.resource-not-identical", "RFC9728-3.3-02", at(), detail);
    }
}

const RESOURCE_CODES: UrlCodes = UrlCodes {
    not_url: "rs-metadata.resource-not-url",
    wrong_scheme: "rs-metadata.resource-wrong-scheme",
    not_https: "rs-metadata.resource-not-https",
};

fn authorization_servers(examination: &mut Examination) {
    let member = "authorization_servers";
    let Some(Value::Array(servers)) = examination.document.get(member).cloned() else {
        let detail = format!("{} instead of an array", examination.found(member));
        let code = "rs-metadata.authorization-servers-missing";
        examination.defect(code, "ATP-RSM-004", at(member), detail);
        return;
    };
    if servers.len() != 1 {
        let detail = format!("{} members instead of one", servers.len());
        let code = "rs-metadata.authorization-servers-not-one";
        examination.defect(code, "ATP-RSM-004", at(member), detail);
    }
    for (index, server) in servers.iter().enumerate() {
        let at = rules::element(member, index);
        match server.as_str() {
            Some(server) => authorization_server(examination, server, &at),
            None => {
                let detail = format!("{} instead of a string", object::found(Some(server)));
                let code = "rs-metadata.authorization-server-not-string";
                examination.defect(code, "ATP-RSM-004", at, detail);
            }
        }
    }
}

fn authorization_server(examination: &mut Examination, server: &str, at: &Position) {
    if let Some(url) = RawUrl::absolute(server) {
        examination.https_scheme(url, at.clone(), &SERVER_CODES, "ATP-RSM-005");
    }
    for fault in origin::faults(server) {
        let (_, why) = fault.describe();
        let (code, clause) = match fault {
            Fault::NotUrl => (SERVER_CODES.not_url, "ATP-RSM-005"),
            // Reported above, together with http.
            Fault::WrongScheme => continue,
            Fault::Userinfo => ("rs-metadata.authorization-server-userinfo", "ATP-RSM-006"),
            Fault::Path => ("rs-metadata.authorization-server-path", "ATP-RSM-006"),
            Fault::TrailingSlash => {
                let code = "rs-metadata.authorization-server-trailing-slash";
                examination.observe(code, "ATP-RSM-006", at.clone(), why);
                continue;
            }
            Fault::Query => ("rs-metadata.authorization-server-query", "ATP-RSM-006"),
            Fault::Fragment => ("rs-metadata.authorization-server-fragment", "ATP-RSM-006"),
            Fault::DefaultPort => ("rs-metadata.authorization-server-default-port", "ATP-RSM-007"),
            Fault::Spelling => {
                let code = "rs-metadata.authorization-server-spelling";
                examination.observe(code, "ATP-RSM-006", at.clone(), why);
                continue;
            }
        };
        examination.defect(code, clause, at.clone(), why);
    }
}

const SERVER_CODES: UrlCodes = UrlCodes {
    not_url: "rs-metadata.authorization-server-not-url",
    wrong_scheme: "rs-metadata.authorization-server-wrong-scheme",
    not_https: "rs-metadata.authorization-server-not-https",
};

const JWKS_URI_CODES: UrlCodes = UrlCodes {
    not_url: "rs-metadata.jwks-uri-not-url",
    wrong_scheme: "rs-metadata.jwks-uri-wrong-scheme",
    not_https: "rs-metadata.jwks-uri-not-https",
};

const EXCLUDES: [Excludes; 1] = [Excludes {
    member: "resource_signing_alg_values_supported",
    is_excluded: |alg| alg == "none",
    code: "rs-metadata.signing-alg-none",
    clause: "RFC9728-2-03",
}];

const BOOLEANS: Types = Types {
    code: "rs-metadata.not-boolean",
    clause: "RFC9728-2-04",
    strings: &[],
    booleans: &["tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens_required"],
    arrays_of_strings: &[],
};

const TYPES: Types = Types {
    code: "rs-metadata.wrong-type",
    clause: "ATP-RSM-008",
    strings: &[
        "jwks_uri",
        "resource_name",
        "resource_documentation",
        "resource_policy_uri",
        "resource_tos_uri",
        "signed_metadata",
    ],
    booleans: &[],
    arrays_of_strings: &[
        "scopes_supported",
        "bearer_methods_supported",
        "resource_signing_alg_values_supported",
        "authorization_details_types_supported",
        "dpop_signing_alg_values_supported",
    ],
};

/// An empty array of bearer methods says that there are none (RFC 9728, section 2).
const MAY_BE_EMPTY: [&str; 1] = ["bearer_methods_supported"];

fn view(raw: Value) -> ProtectedResourceMetadata {
    ProtectedResourceMetadata {
        resource: text(&raw, "resource"),
        authorization_servers: texts(&raw, "authorization_servers"),
        scopes_supported: texts(&raw, "scopes_supported"),
        bearer_methods_supported: texts(&raw, "bearer_methods_supported"),
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

    const RESOURCE: &str = "https://pds.example";

    fn sound() -> Value {
        json!({
            "resource": RESOURCE,
            "authorization_servers": ["https://as.example:8443"],
            "scopes_supported": ["atproto"],
            "bearer_methods_supported": [],
            "resource_documentation": "https://atproto.com",
            "dpop_bound_access_tokens_required": true,
            "unknown_extension": 1,
        })
    }

    fn findings(document: &Value) -> Vec<String> {
        let reading = read(document.to_string().as_bytes(), RESOURCE);
        let defects = reading.defects.iter().map(|d| format!("{} {}", d.code, d.clause));
        let observations =
            reading.observations.iter().map(|o| format!("({} {})", o.code, o.clause));
        defects.chain(observations).collect()
    }

    #[test]
    fn finds_nothing_wrong_with_a_sound_document() {
        assert_eq!(findings(&sound()), Vec::<String>::new());
        let view = read(sound().to_string().as_bytes(), RESOURCE).document.unwrap();
        assert_eq!(view.authorization_servers, ["https://as.example:8443"]);
    }

    #[test]
    fn reports_one_wrong_member_once() {
        for (name, value, expected) in [
            ("resource", json!(null), "resource-missing RFC9728-2-01"),
            ("resource", json!("pds.example"), "resource-not-url RFC9728-1.2-01"),
            ("resource", json!("https://pds.example#"), "resource-fragment RFC9728-1.2-01"),
            ("resource", json!("https://other.example"), "resource-mismatch ATP-RSM-008"),
            ("resource", json!("https://pds.example/"), "resource-not-identical RFC9728-3.3-02"),
            ("resource", json!("https://PDS.example"), "resource-not-identical RFC9728-3.3-02"),
            (
                "authorization_servers",
                json!("https://a"),
                "authorization-servers-missing ATP-RSM-004",
            ),
            (
                "authorization_servers",
                json!(["https://a.example", "https://b.example"]),
                "authorization-servers-not-one ATP-RSM-004",
            ),
            ("authorization_servers", json!([{}]), "authorization-server-not-string ATP-RSM-004"),
            ("authorization_servers", json!(["as"]), "authorization-server-not-url ATP-RSM-005"),
            (
                "authorization_servers",
                json!(["http://as.example"]),
                "authorization-server-wrong-scheme ATP-RSM-005",
            ),
            (
                "authorization_servers",
                json!(["http://localhost:2583"]),
                "authorization-server-not-https ATP-RSM-005",
            ),
            (
                "authorization_servers",
                json!(["https://as.example/x"]),
                "authorization-server-path ATP-RSM-006",
            ),
            (
                "authorization_servers",
                json!(["https://u@as.example"]),
                "authorization-server-userinfo ATP-RSM-006",
            ),
            (
                "authorization_servers",
                json!(["https://as.example?x"]),
                "authorization-server-query ATP-RSM-006",
            ),
            (
                "authorization_servers",
                json!(["https://as.example#"]),
                "authorization-server-fragment ATP-RSM-006",
            ),
            (
                "authorization_servers",
                json!(["https://as.example:443"]),
                "authorization-server-default-port ATP-RSM-007",
            ),
            ("jwks_uri", json!("http://pds.example/jwks"), "jwks-uri-wrong-scheme RFC9728-2-05"),
            (
                "resource_signing_alg_values_supported",
                json!(["ES256", "none"]),
                "signing-alg-none RFC9728-2-03",
            ),
            ("dpop_bound_access_tokens_required", json!("true"), "not-boolean RFC9728-2-04"),
            ("bearer_methods_supported", json!("header"), "wrong-type ATP-RSM-008"),
            ("resource_name", json!(1), "wrong-type ATP-RSM-008"),
            ("scopes_supported", json!([]), "empty-array RFC9728-3.2-03"),
        ] {
            let mut document = sound();
            document[name] = value.clone();
            assert_eq!(findings(&document), [format!("rs-metadata.{expected}")], "{name} {value}");
        }
    }

    #[test]
    fn a_lone_slash_is_no_path() {
        let mut document = sound();
        document["authorization_servers"] = json!(["https://as.example/"]);
        let code = "rs-metadata.authorization-server-trailing-slash";
        assert_eq!(findings(&document), [format!("({code} ATP-RSM-006)")]);
    }

    #[test]
    fn observes_what_the_text_leaves_open() {
        let document = json!({
            "resource": RESOURCE,
            "authorization_servers": ["https://AS.example"],
            "unknown_extension": null,
        });
        assert_eq!(
            findings(&document),
            [
                "(rs-metadata.authorization-server-spelling ATP-RSM-006)",
                "(rs-metadata.null-member RFC9728-3.2-03)",
                "(rs-metadata.scopes-not-published RFC9728-2-06)",
            ]
        );
    }

    #[test]
    fn the_findings_of_a_thoroughly_bad_document() {
        let document = br#"{
            "resource": "http://other.example/#x",
            "authorization_servers": ["http://u@as.example:80/x?y#z", 1, "ftp://as.example"],
            "authorization_servers": ["http://u@as.example:80/x?y#z", 1, "ftp://as.example"],
            "jwks_uri": 1,
            "scopes_supported": [],
            "resource_signing_alg_values_supported": ["none", null],
            "dpop_bound_access_tokens_required": 1
        }"#;
        let reading = read(document, RESOURCE);
        insta::assert_snapshot!(report(&reading.defects), @r#"
        json.repeated-member (RFC 8259, section 4)
          at /authorization_servers: member name repeated
        rs-metadata.resource-wrong-scheme (RFC9728-1.2-01)
          at /resource: scheme http instead of https
        rs-metadata.resource-fragment (RFC9728-1.2-01)
          at /resource: has a fragment
        rs-metadata.resource-mismatch (ATP-RSM-008)
          at /resource: "http://other.example/#x" in a document of "https://pds.example"
        rs-metadata.authorization-servers-not-one (ATP-RSM-004)
          at /authorization_servers: 3 members instead of one
        rs-metadata.authorization-server-wrong-scheme (ATP-RSM-005)
          at /authorization_servers/0: scheme http instead of https
        rs-metadata.authorization-server-userinfo (ATP-RSM-006)
          at /authorization_servers/0: has user information
        rs-metadata.authorization-server-path (ATP-RSM-006)
          at /authorization_servers/0: has a path
        rs-metadata.authorization-server-query (ATP-RSM-006)
          at /authorization_servers/0: has a query
        rs-metadata.authorization-server-fragment (ATP-RSM-006)
          at /authorization_servers/0: has a fragment
        rs-metadata.authorization-server-default-port (ATP-RSM-007)
          at /authorization_servers/0: spells out the default port
        rs-metadata.authorization-server-not-string (ATP-RSM-004)
          at /authorization_servers/1: a number instead of a string
        rs-metadata.authorization-server-wrong-scheme (ATP-RSM-005)
          at /authorization_servers/2: scheme ftp instead of https
        rs-metadata.signing-alg-none (RFC9728-2-03)
          at /resource_signing_alg_values_supported/0: lists none
        rs-metadata.not-boolean (RFC9728-2-04)
          at /dpop_bound_access_tokens_required: a number instead of a boolean
        rs-metadata.wrong-type (ATP-RSM-008)
          at /jwks_uri: a number instead of a string
        rs-metadata.wrong-type (ATP-RSM-008)
          at /resource_signing_alg_values_supported/1: null instead of a string
        rs-metadata.empty-array (RFC9728-3.2-03)
          at /scopes_supported: empty array
        "#);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in any::<Vec<u8>>(), text in any::<String>()) {
            let _ = read(&bytes, &text);
            let document = json!({ "resource": text, "authorization_servers": [text] });
            let _ = read(document.to_string().as_bytes(), RESOURCE);
        }
    }
}
