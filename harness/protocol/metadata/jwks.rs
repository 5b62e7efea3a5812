//! The keys of a client: by value or by reference, and what a key set may hold.

use std::collections::BTreeSet;

use serde_json::Value;

use super::rules::{Examination, UrlCodes};
use crate::jwk::{self, PublicJwk};
use crate::object::{self, at, text};
use crate::{Defect, Position};

/// Whether the document declares a client that authenticates with a key.
pub(super) fn is_confidential(document: &Value) -> bool {
    text(document, "token_endpoint_auth_method").as_deref() == Some("private_key_jwt")
}

/// Judges `jwks` and `jwks_uri`.
pub(super) fn examine(examination: &mut Examination) {
    let confidential = is_confidential(&examination.document);
    let by_value = examination.document.get("jwks").cloned();
    let by_reference = examination.document.get("jwks_uri").is_some();
    match (by_value.is_some(), by_reference) {
        (true, true) => {
            let clause = if confidential { "ATP-CMD-021" } else { "RFC7591-2-01" };
            let code = "client-metadata.keys-twice";
            examination.defect(code, clause, at("jwks_uri"), "both jwks and jwks_uri");
        }
        (false, false) if confidential => {
            let code = "client-metadata.keys-missing";
            examination.defect(code, "ATP-CMD-020", Position::Whole, "no jwks and no jwks_uri");
        }
        (false, false) => {}
        _ if confidential => {}
        _ => {
            let code = "client-metadata.keys-of-public-client";
            let why = "keys without authentication method private_key_jwt";
            examination.observe(code, "ATP-CMD-021", Position::Whole, why);
        }
    }
    if let Some(url) = text(&examination.document, "jwks_uri") {
        examination.https_url(&url, at("jwks_uri"), &JWKS_URI_CODES, "ATP-CMD-022");
    }
    if let Some(set) = by_value {
        key_set(examination, &set, "/jwks", confidential);
    }
}

const JWKS_URI_CODES: UrlCodes = UrlCodes {
    not_url: "client-metadata.jwks-uri-not-url",
    wrong_scheme: "client-metadata.jwks-uri-wrong-scheme",
    not_https: "client-metadata.jwks-uri-not-https",
};

/// Judges a key set that `pointer` leads to; one of a client that authenticates has a key that can
/// verify a signature.
pub(super) fn key_set(examination: &mut Examination, set: &Value, pointer: &str, signs: bool) {
    let list = format!("{pointer}/keys");
    let Some(keys) = set.get("keys").and_then(Value::as_array) else {
        let detail = format!("{} instead of an array of keys", object::found(set.get("keys")));
        let at = Position::Pointer(list);
        examination.defect("client-metadata.jwks-without-keys", "RFC7517-5-02", at, detail);
        return;
    };
    if signs && !keys.iter().any(can_sign) {
        let at = Position::Pointer(list.clone());
        let why = "no key that could verify a signature";
        examination.defect("client-metadata.no-signing-key", "ATP-CMD-020", at, why);
    }
    let mut kids = BTreeSet::new();
    for (index, key) in keys.iter().enumerate() {
        let start = format!("{list}/{index}");
        examination.defects.extend(key_defects(key).into_iter().map(|mut defect| {
            defect.at = Position::Pointer(match defect.at {
                Position::Pointer(pointer) => start.clone() + &pointer,
                _ => start.clone(),
            });
            defect
        }));
        if let Some(kid) = text(key, "kid")
            && !kids.insert(kid)
        {
            let at = Position::Pointer(start + "/kid");
            let why = "kid of another key";
            examination.defect("client-metadata.kid-repeated", "RFC7517-4.5-01", at, why);
        }
    }
}

/// Whether a key is public and for signatures, as far as its type and use say.
fn can_sign(key: &Value) -> bool {
    let is_asymmetric = matches!(text(key, "kty").as_deref(), Some("EC" | "RSA" | "OKP"));
    is_asymmetric && text(key, "use").is_none_or(|use_| use_ == "sig")
}

/// What is wrong with one key, with pointers into it.
fn key_defects(key: &Value) -> Vec<Defect> {
    let Some(kty) = text(key, "kty") else {
        let why = "no key type";
        return vec![Defect::new("jwk.kty-missing", "RFC7517-4.1-01", at("kty"), why)];
    };
    let mut defects = Vec::new();
    if let Some(private) = jwk::private_members(key).into_iter().next() {
        let code = "client-metadata.private-key";
        defects.push(Defect { code, ..private });
    }
    if kty == "EC" && text(key, "crv").as_deref() == Some("P-256") {
        defects.extend(PublicJwk::public_part(key).err().into_iter().flatten());
    } else {
        let members: &[&str] = match kty.as_str() {
            "EC" => &["crv", "x", "y"],
            "RSA" => &["n", "e"],
            "OKP" => &["crv", "x"],
            _ => &[],
        };
        let absent =
            members.iter().filter(|member| !key.get(**member).is_some_and(Value::is_string));
        defects.extend(absent.map(|member| {
            let detail = format!("{} instead of a string", object::found(key.get(*member)));
            Defect::new("jwk.member-missing", "RFC7517-4.1-01", at(member), detail)
        }));
    }
    defects.extend(key_operations(key));
    defects
}

fn key_operations(key: &Value) -> Option<Defect> {
    let operations = object::texts(key, "key_ops");
    let distinct: BTreeSet<&str> = operations.iter().map(String::as_str).collect();
    let known = |list: &[&str]| distinct.iter().any(|operation| list.contains(operation));
    let contradicts = match text(key, "use").as_deref() {
        Some("sig") => known(&ENCRYPTION),
        Some("enc") => known(&SIGNATURE),
        _ => false,
    };
    let why = if contradicts {
        "contradicts use"
    } else if distinct.len() < operations.len() {
        "operation repeated"
    } else {
        return None;
    };
    Some(Defect::new("jwk.key-ops", "RFC7517-4.3-01", at("key_ops"), why))
}

const SIGNATURE: [&str; 2] = ["sign", "verify"];
const ENCRYPTION: [&str; 6] =
    ["encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::metadata::client;

    use super::*;

    const CLIENT_ID: &str = "https://app.example.com/client.json";

    /// A public key from RFC 7517, appendix A.1.
    fn key() -> Value {
        json!({
            "kty": "EC",
            "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            "use": "sig",
            "kid": "1",
        })
    }

    /// The findings on keys in a client document that is otherwise sound.
    fn findings(method: &str, members: &Value) -> Vec<String> {
        let mut document = json!({
            "client_id": CLIENT_ID,
            "client_name": "Example",
            "redirect_uris": ["https://app.example.com/cb"],
            "scope": "atproto",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": method,
            "dpop_bound_access_tokens": true,
        });
        if method == "private_key_jwt" {
            document["token_endpoint_auth_signing_alg"] = json!("ES256");
        }
        for (name, value) in members.as_object().unwrap() {
            document[name] = value.clone();
        }
        let reading = client::read(document.to_string().as_bytes(), CLIENT_ID);
        let defects = reading.defects.iter().map(|d| format!("{} {}", d.code, d.clause));
        let observations =
            reading.observations.iter().map(|o| format!("({} {})", o.code, o.clause));
        defects.chain(observations).collect()
    }

    #[test]
    fn wants_one_source_of_keys_of_a_confidential_client() {
        let set = json!({"keys": [key()]});
        let uri = "https://app.example.com/jwks";
        for (method, members, expected) in [
            ("private_key_jwt", json!({"jwks": set}), vec![]),
            ("private_key_jwt", json!({"jwks_uri": uri}), vec![]),
            ("none", json!({}), vec![]),
            ("private_key_jwt", json!({}), vec!["client-metadata.keys-missing ATP-CMD-020"]),
            (
                "private_key_jwt",
                json!({"jwks": set, "jwks_uri": uri}),
                vec!["client-metadata.keys-twice ATP-CMD-021"],
            ),
            (
                "none",
                json!({"jwks": set, "jwks_uri": uri}),
                vec!["client-metadata.keys-twice RFC7591-2-01"],
            ),
            (
                "none",
                json!({"jwks": set}),
                vec!["(client-metadata.keys-of-public-client ATP-CMD-021)"],
            ),
            (
                "private_key_jwt",
                json!({"jwks_uri": "http://app.example.com/jwks"}),
                vec!["client-metadata.jwks-uri-wrong-scheme ATP-CMD-022"],
            ),
            (
                "private_key_jwt",
                json!({"jwks_uri": "/jwks"}),
                vec!["client-metadata.jwks-uri-not-url ATP-CMD-022"],
            ),
            (
                "private_key_jwt",
                json!({"jwks": [key()]}),
                vec!["client-metadata.jwks-without-keys RFC7517-5-02"],
            ),
            (
                "private_key_jwt",
                json!({"jwks": {"keys": []}}),
                vec!["client-metadata.no-signing-key ATP-CMD-020"],
            ),
        ] {
            assert_eq!(findings(method, &members), expected, "{method} {members}");
        }
    }

    #[test]
    fn judges_each_key() {
        let rsa = json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"});
        for (edit, expected) in [
            (json!({"kid": "2"}), vec![]),
            (json!({"kty": "future"}), vec![]),
            (json!({"key_ops": ["verify"]}), vec![]),
            (json!({"kty": null}), vec!["jwk.kty-missing RFC7517-4.1-01"]),
            (json!({"crv": null}), vec!["jwk.member-missing RFC7517-4.1-01"]),
            (json!({"d": "x"}), vec!["client-metadata.private-key RFC7517-9.2-01"]),
            (json!({"x": "AQAB"}), vec!["jwk.coordinate-length RFC7518-6.2.1-01"]),
            (json!({"key_ops": ["encrypt"]}), vec!["jwk.key-ops RFC7517-4.3-01"]),
            (json!({"key_ops": ["verify", "verify"]}), vec!["jwk.key-ops RFC7517-4.3-01"]),
            (json!({"kid": "rsa"}), vec!["client-metadata.kid-repeated RFC7517-4.5-01"]),
        ] {
            let mut first = rsa.clone();
            first["kid"] = json!("rsa");
            let mut second = key();
            for (name, value) in edit.as_object().unwrap() {
                second[name] = value.clone();
            }
            let members = json!({"jwks": {"keys": [first, second]}});
            assert_eq!(findings("private_key_jwt", &members), expected, "{edit}");
        }
    }

    #[test]
    fn points_into_the_key() {
        let document = json!({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}});
        let reading = client::read(document.to_string().as_bytes(), CLIENT_ID);
        let defect = reading.defects.iter().find(|d| d.clause == "RFC7517-9.2-01").unwrap();
        assert_eq!(defect.at, Position::Pointer("/jwks/keys/0/k".to_owned()));
        assert!(!defect.to_string().contains("c2VjcmV0"));
    }
}
