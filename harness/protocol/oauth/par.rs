//! The success answer of the pushed authorization request endpoint.

use serde_json::Value;

use super::Secret;
use crate::{Defect, Reading, object};

/// The answer to a pushed authorization request (RFC 9126, section 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParResponse {
    /// The reference to the pushed request.
    pub request_uri: Option<Secret>,
    /// The lifetime of the reference in seconds.
    pub expires_in: Option<u64>,
}

/// Reads the body of a success answer.
pub fn read(body: &[u8]) -> Reading<ParResponse> {
    let (value, mut defects) =
        match object::read(body, "par-response.not-json-object", "RFC9126-2.2-02") {
            Ok(read) => read,
            Err(defect) => return Reading::unusable(defect),
        };
    let mut observations = Vec::new();

    let request_uri = value.get("request_uri");
    let reference = request_uri.and_then(Value::as_str).filter(|text| !text.is_empty());
    if reference.is_none() {
        let detail = format!("{} instead of a string", object::found(request_uri));
        let at = object::at("request_uri");
        defects.push(Defect::new("par-response.request-uri-missing", "ATP-PAR-004", at, detail));
    }

    let lifetime = value.get("expires_in");
    let seconds = lifetime.and_then(Value::as_u64).filter(|&seconds| seconds > 0);
    match seconds {
        None => {
            let detail = format!("{} instead of a positive integer", described(lifetime));
            let at = object::at("expires_in");
            defects.push(Defect::new("par-response.expires-in", "RFC9126-2.2-02", at, detail));
        }
        Some(seconds) if !(5..=600).contains(&seconds) => observations.push(Defect::new(
            "par-response.unusual-lifetime",
            "RFC 9126, section 2.2",
            object::at("expires_in"),
            format!("{seconds} seconds, outside the usual 5 to 600"),
        )),
        Some(_) => {}
    }

    let document = ParResponse { request_uri: reference.map(Secret::new), expires_in: seconds };
    Reading { defects, observations, document: Some(document) }
}

/// A number as it stands, another value by its kind.
fn described(value: Option<&Value>) -> String {
    match value {
        Some(Value::Number(number)) => number.to_string(),
        _ => object::found(value).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_a_sound_answer() {
        let reading = read(br#"{"request_uri":"urn:x:1","expires_in":60,"extra":[]}"#);
        assert!(reading.is_sound());
        let response = reading.document.unwrap();
        assert_eq!(response.request_uri.unwrap().expose(), "urn:x:1");
        assert_eq!(response.expires_in, Some(60));
    }

    #[test]
    fn reports_what_is_wrong() {
        let request_uri = "par-response.request-uri-missing";
        for (body, expected) in [
            ("", vec!["par-response.not-json-object"]),
            ("[]", vec!["par-response.not-json-object"]),
            ("{}", vec![request_uri, "par-response.expires-in"]),
            (r#"{"request_uri":"","expires_in":60}"#, vec![request_uri]),
            (r#"{"request_uri":1,"expires_in":60}"#, vec![request_uri]),
            (r#"{"request_uri":"u","expires_in":"60"}"#, vec!["par-response.expires-in"]),
            (r#"{"request_uri":"u","expires_in":0}"#, vec!["par-response.expires-in"]),
            (r#"{"request_uri":"u","expires_in":-1}"#, vec!["par-response.expires-in"]),
            (r#"{"request_uri":"u","expires_in":6e1}"#, vec!["par-response.expires-in"]),
            (
                r#"{"request_uri":"u","request_uri":"v","expires_in":60}"#,
                vec!["json.repeated-member"],
            ),
        ] {
            let codes: Vec<_> = read(body.as_bytes()).defects.iter().map(|d| d.code).collect();
            assert_eq!(codes, expected, "{body}");
        }
    }

    #[test]
    fn notes_unusual_lifetimes() {
        for (seconds, noted) in [(4, true), (5, false), (600, false), (601, true)] {
            let body = format!(r#"{{"request_uri":"u","expires_in":{seconds}}}"#);
            let reading = read(body.as_bytes());
            assert!(reading.is_sound());
            assert_eq!(!reading.observations.is_empty(), noted, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(body in any::<Vec<u8>>()) {
            let _ = read(&body);
        }
    }
}
