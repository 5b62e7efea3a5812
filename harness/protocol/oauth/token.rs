//! The success answer of the token endpoint.

use serde_json::Value;

use super::Secret;
use super::characters::is_vschar;
use crate::identifier::Did;
use crate::{Defect, Reading, object, scope};

/// A token response (RFC 6749, section 5.1, with the members that the profile adds).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Option<Secret>,
    /// The token type as spelled.
    pub token_type: Option<String>,
    /// The lifetime of the access token in seconds.
    pub expires_in: Option<u64>,
    /// The refresh token.
    pub refresh_token: Option<Secret>,
    /// The granted scope as spelled.
    pub scope: Option<String>,
    /// The account, where it is a valid DID.
    pub sub: Option<Did>,
}

/// The kind of request that a token response answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The exchange of an authorization code.
    AuthorizationCode,
    /// A refresh, whose answer need not repeat `sub`.
    RefreshToken,
}

/// Reads the body of a success answer.
pub fn read(body: &[u8], grant: Grant) -> Reading<TokenResponse> {
    let (value, mut defects) =
        match object::read(body, "token-response.not-json-object", "RFC6749-5.1-03") {
            Ok(read) => read,
            Err(defect) => return Reading::unusable(defect),
        };
    defects.extend(token(&value, "access_token", true));
    defects.extend(token_type(&value));
    defects.extend(expires_in(&value));
    defects.extend(token(&value, "refresh_token", false));
    defects.extend(scope(&value));
    let (sub, sub_defect) = sub(&value, grant);
    defects.extend(sub_defect);

    let document = TokenResponse {
        access_token: object::text(&value, "access_token").map(Secret::new),
        token_type: object::text(&value, "token_type"),
        expires_in: value.get("expires_in").and_then(Value::as_u64),
        refresh_token: object::text(&value, "refresh_token").map(Secret::new),
        scope: object::text(&value, "scope"),
        sub,
    };
    Reading { defects, observations: observations(&value, grant), document: Some(document) }
}

fn token(value: &Value, name: &str, required: bool) -> Option<Defect> {
    let member = value.get(name);
    match member.and_then(Value::as_str) {
        None if member.is_none() && !required => None,
        None | Some("") => Some(Defect::new(
            if required {
                "token-response.access-token-missing"
            } else {
                "token-response.refresh-token-empty"
            },
            if required { "RFC6749-5.1-01" } else { "RFC 6749, section 5.1" },
            object::at(name),
            format!("{} instead of a token", object::found(member)),
        )),
        Some(text) => text.chars().any(|c| !is_vschar(c)).then(|| {
            Defect::new(
                "token-response.token-character",
                "RFC 6749, appendix A",
                object::at(name),
                "character outside printable ASCII",
            )
        }),
    }
}

fn token_type(value: &Value) -> Option<Defect> {
    let at = object::at("token_type");
    let member = value.get("token_type");
    match member.and_then(Value::as_str) {
        None | Some("") => {
            let detail = format!("{} instead of a token type", object::found(member));
            Some(Defect::new("token-response.token-type-missing", "RFC6749-5.1-01", at, detail))
        }
        Some(text) => (!text.eq_ignore_ascii_case("DPoP")).then(|| {
            let detail = format!("{text:?} instead of DPoP");
            Defect::new("token-response.token-type-not-dpop", "RFC9449-5-03", at, detail)
        }),
    }
}

fn expires_in(value: &Value) -> Option<Defect> {
    let member = value.get("expires_in");
    let at = object::at("expires_in");
    let is_positive = member.and_then(Value::as_u64).is_some_and(|seconds| seconds > 0);
    (!is_positive).then(|| {
        let detail = format!("{} instead of a positive integer", object::found(member));
        Defect::new("token-response.expires-in", "RFC6749-5.1-02", at, detail)
    })
}

fn scope(value: &Value) -> Option<Defect> {
    let at = object::at("scope");
    let member = value.get("scope");
    let Some(scope) = member.and_then(Value::as_str) else {
        let detail = format!("{} instead of the granted scope", object::found(member));
        return Some(Defect::new("token-response.scope-missing", "ATP-TOK-003", at, detail));
    };
    if !scope.split(' ').any(|value| value == "atproto") {
        let detail = format!("scope is {scope:?}");
        return Some(Defect::new(
            "token-response.scope-without-atproto",
            "ATP-TOK-004",
            at,
            detail,
        ));
    }
    scope::list_fault(scope).map(|fault| Defect {
        code: "token-response.scope-syntax",
        at,
        ..fault
    })
}

fn sub(value: &Value, grant: Grant) -> (Option<Did>, Option<Defect>) {
    let at = object::at("sub");
    let clause = match grant {
        Grant::AuthorizationCode => "ATP-TOK-001",
        Grant::RefreshToken => "ATP-REFR-013",
    };
    match value.get("sub") {
        None if grant == Grant::RefreshToken => (None, None),
        Some(Value::String(text)) => match Did::parse(text) {
            Ok(did) => (Some(did), None),
            Err(Defect { detail, .. }) => {
                let detail = format!("no DID: {detail}");
                let defect = Defect::new("token-response.sub-not-did", clause, at, detail);
                (None, Some(defect))
            }
        },
        member => {
            let detail = format!("{} instead of a DID", object::found(member));
            (None, Some(Defect::new("token-response.sub-missing", clause, at, detail)))
        }
    }
}

fn observations(value: &Value, grant: Grant) -> Vec<Defect> {
    let access_token = value.get("access_token").and_then(Value::as_str).unwrap_or_default();
    let token_type = value.get("token_type").and_then(Value::as_str).unwrap_or_default();
    let rules = [
        (
            token_type.eq_ignore_ascii_case("DPoP") && token_type != "DPoP",
            "token-response.token-type-case",
            "RFC9449-5-03",
            "token_type",
            "DPoP in another letter case",
        ),
        (
            !is_token68(access_token),
            "token-response.access-token-not-token68",
            "RFC 9449, section 7.1",
            "access_token",
            "cannot be sent with the DPoP scheme as it stands",
        ),
        (
            grant == Grant::RefreshToken && value.get("sub").is_none(),
            "token-response.refresh-without-sub",
            "ATP-REFR-013",
            "sub",
            "answer to a refresh without sub",
        ),
        (
            value.get("id_token").is_some(),
            "token-response.id-token",
            "ATP-TOK-026",
            "id_token",
            "has an id_token",
        ),
    ];
    let noted = rules.into_iter().filter(|(holds, ..)| *holds);
    noted
        .map(|(_, code, clause, name, why)| Defect::new(code, clause, object::at(name), why))
        .collect()
}

/// Whether text is a token68 (RFC 9110, section 11.2); the empty string, which is no token at all,
/// passes here.
fn is_token68(text: &str) -> bool {
    text.trim_end_matches('=').chars().all(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::reading::report;

    fn sound() -> Value {
        json!({
            "access_token": "opaque-1",
            "token_type": "DPoP",
            "expires_in": 900,
            "refresh_token": "ref-1",
            "scope": "atproto transition:generic",
            "sub": "did:plc:z72i7hdynmk6r22z27h6tvur",
            "unknown": {"nested": []},
        })
    }

    fn codes(value: &Value, grant: Grant) -> Vec<&'static str> {
        let reading = read(value.to_string().as_bytes(), grant);
        reading.defects.iter().map(|defect| defect.code).collect()
    }

    #[test]
    fn reads_a_sound_answer() {
        let reading = read(sound().to_string().as_bytes(), Grant::AuthorizationCode);
        assert_eq!((&reading.defects, &reading.observations), (&vec![], &vec![]));
        let response = reading.document.unwrap();
        assert_eq!(response.access_token.unwrap().expose(), "opaque-1");
        assert_eq!(response.sub.unwrap().as_str(), "did:plc:z72i7hdynmk6r22z27h6tvur");
    }

    #[test]
    fn reports_one_wrong_member_once() {
        for (name, value, expected) in [
            ("access_token", Value::Null, "token-response.access-token-missing"),
            ("access_token", json!(""), "token-response.access-token-missing"),
            ("access_token", json!("a\nb"), "token-response.token-character"),
            ("token_type", json!(1), "token-response.token-type-missing"),
            ("token_type", json!("Bearer"), "token-response.token-type-not-dpop"),
            ("expires_in", json!("900"), "token-response.expires-in"),
            ("expires_in", json!(0), "token-response.expires-in"),
            ("expires_in", json!(900.0), "token-response.expires-in"),
            ("refresh_token", Value::Null, "token-response.refresh-token-empty"),
            ("refresh_token", json!(""), "token-response.refresh-token-empty"),
            ("scope", json!(["atproto"]), "token-response.scope-missing"),
            ("scope", json!(""), "token-response.scope-without-atproto"),
            ("scope", json!("ATPROTO atproto2"), "token-response.scope-without-atproto"),
            ("scope", json!("atproto  x"), "token-response.scope-syntax"),
            ("scope", json!("atproto \"x\""), "token-response.scope-syntax"),
            ("sub", Value::Null, "token-response.sub-missing"),
            ("sub", json!("alice.test"), "token-response.sub-not-did"),
            ("sub", json!("did:key:z6Mk"), "token-response.sub-not-did"),
        ] {
            let mut answer = sound();
            answer[name] = value.clone();
            assert_eq!(codes(&answer, Grant::AuthorizationCode), [expected], "{name} {value}");
        }
    }

    #[test]
    fn reports_absent_members_but_not_an_absent_refresh_token() {
        for (name, expected) in [
            ("access_token", vec!["token-response.access-token-missing"]),
            ("token_type", vec!["token-response.token-type-missing"]),
            ("expires_in", vec!["token-response.expires-in"]),
            ("refresh_token", vec![]),
            ("scope", vec!["token-response.scope-missing"]),
            ("sub", vec!["token-response.sub-missing"]),
        ] {
            let mut answer = sound();
            answer.as_object_mut().unwrap().shift_remove(name);
            assert_eq!(codes(&answer, Grant::AuthorizationCode), expected, "{name}");
        }
    }

    #[test]
    fn leaves_open_what_the_text_leaves_open() {
        let mut answer = sound();
        answer["token_type"] = json!("dpop");
        answer["access_token"] = json!("with space");
        answer["id_token"] = json!("x");
        answer.as_object_mut().unwrap().shift_remove("sub");
        let reading = read(answer.to_string().as_bytes(), Grant::RefreshToken);
        assert_eq!(reading.defects, vec![]);
        let codes: Vec<_> = reading.observations.iter().map(|o| o.code).collect();
        assert_eq!(
            codes,
            [
                "token-response.token-type-case",
                "token-response.access-token-not-token68",
                "token-response.refresh-without-sub",
                "token-response.id-token",
            ]
        );
    }

    #[test]
    fn prints_no_token() {
        let reading = read(sound().to_string().as_bytes(), Grant::AuthorizationCode);
        let printed = format!("{reading:?}");
        assert!(!printed.contains("opaque-1") && !printed.contains("ref-1"), "{printed}");
    }

    #[test]
    fn the_findings_of_a_thoroughly_bad_answer() {
        let body =
            br#"{"access_token":7,"token_type":"Bearer","expires_in":"900","refresh_token":"",
            "scope":"openid","scope":"profile","sub":"alice.test"}"#;
        let reading = read(body, Grant::AuthorizationCode);
        insta::assert_snapshot!(report(&reading.defects), @r#"
        json.repeated-member (RFC 8259, section 4)
          at /scope: member name repeated
        token-response.access-token-missing (RFC6749-5.1-01)
          at /access_token: a number instead of a token
        token-response.token-type-not-dpop (RFC9449-5-03)
          at /token_type: "Bearer" instead of DPoP
        token-response.expires-in (RFC6749-5.1-02)
          at /expires_in: a string instead of a positive integer
        token-response.refresh-token-empty (RFC 6749, section 5.1)
          at /refresh_token: an empty string instead of a token
        token-response.scope-without-atproto (ATP-TOK-004)
          at /scope: scope is "profile"
        token-response.sub-not-did (ATP-TOK-001)
          at /sub: no DID: does not start with did:
        "#);
    }

    proptest! {
        #[test]
        fn never_panics(body in any::<Vec<u8>>()) {
            let _ = read(&body, Grant::AuthorizationCode);
        }
    }
}
