//! Error answers of the endpoints that clients call directly: PAR, token and revocation.

use serde_json::Value;

use super::characters::{is_nqchar, is_nqschar};
use crate::{Defect, Reading, object};

/// An error answer (RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The error code.
    pub error: Option<String>,
    /// Text for the developer of the client.
    pub error_description: Option<String>,
    /// A page about the error.
    pub error_uri: Option<String>,
}

/// Reads the body of an error answer.
pub fn read(body: &[u8]) -> Reading<ErrorResponse> {
    let (value, mut defects) =
        match object::read(body, "error-response.not-json-object", "RFC6749-5.2-01") {
            Ok(read) => read,
            Err(defect) => return Reading::unusable(defect),
        };
    let error = value.get("error");
    if error.and_then(Value::as_str).is_none_or(str::is_empty) {
        let detail = format!("{} instead of an error code", object::found(error));
        let at = object::at("error");
        defects.push(Defect::new("error-response.error-missing", "RFC6749-5.2-01", at, detail));
    }
    for name in ["error_description", "error_uri"] {
        if let Some(other) = value.get(name).filter(|value| !value.is_string()) {
            let detail = format!("{} instead of a string", object::found(Some(other)));
            let at = object::at(name);
            defects.push(Defect::new("error-response.wrong-type", "RFC6749-5.2-03", at, detail));
        }
    }
    for name in ["error", "error_description", "error_uri"] {
        let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
        if let Some(c) = foreign_character(name, text) {
            let detail = format!("character {c:?} is not allowed");
            let at = object::at(name);
            defects.push(Defect::new("error-response.character", "RFC6749-5.2-03", at, detail));
        }
    }
    let document = ErrorResponse {
        error: object::text(&value, "error"),
        error_description: object::text(&value, "error_description"),
        error_uri: object::text(&value, "error_uri"),
    };
    Reading { defects, observations: Vec::new(), document: Some(document) }
}

/// The first character that the named member or parameter must not have (RFC 6749, sections 4.1.2.1
/// and 5.2); none in members of other names.
pub(super) fn foreign_character(name: &str, text: &str) -> Option<char> {
    let allowed = match name {
        "error" | "error_description" => is_nqschar,
        "error_uri" => is_nqchar,
        _ => return None,
    };
    text.chars().find(|&c| !allowed(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_a_sound_answer() {
        let reading = read(br#"{"error":"invalid_grant","error_description":"Code's expired."}"#);
        assert!(reading.is_sound());
        assert_eq!(reading.document.unwrap().error.as_deref(), Some("invalid_grant"));
    }

    #[test]
    fn reports_what_is_wrong() {
        for (body, expected) in [
            ("", vec!["error-response.not-json-object"]),
            ("<html>", vec!["error-response.not-json-object"]),
            ("\"invalid_grant\"", vec!["error-response.not-json-object"]),
            ("{}", vec!["error-response.error-missing"]),
            (r#"{"error":""}"#, vec!["error-response.error-missing"]),
            (r#"{"error":{"code":1}}"#, vec!["error-response.error-missing"]),
            (r#"{"error":"a\"b"}"#, vec!["error-response.character"]),
            (r#"{"error":"a","error_description":"a\\b"}"#, vec!["error-response.character"]),
            (r#"{"error":"a","error_description":"é"}"#, vec!["error-response.character"]),
            (r#"{"error":"a","error_description":"a\r\nb"}"#, vec!["error-response.character"]),
            (r#"{"error":"a","error_description":null}"#, vec!["error-response.wrong-type"]),
            (r#"{"error":"a","error_uri":"https://h/a b"}"#, vec!["error-response.character"]),
        ] {
            let codes: Vec<_> = read(body.as_bytes()).defects.iter().map(|d| d.code).collect();
            assert_eq!(codes, expected, "{body}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(body in any::<Vec<u8>>()) {
            let _ = read(&body);
        }
    }
}
