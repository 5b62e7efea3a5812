//! Requests to a resource with other credentials than the right ones.

use atproof_engine::model::{Credentials, Edit};
use atproof_engine::stage::{Draft, Grant, Halt, Stage};
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::{base64url, form, jws};
use serde_json::Value;

/// The request of a grant with the credentials that the edit names. The proof is for the token
/// that is sent, so that the token alone is wrong.
pub(crate) fn request(stage: &mut Stage, grant: &Grant, edit: &Edit) -> Result<Draft, Halt> {
    let mut draft = stage.resource(grant);
    let Edit::Credentials(credentials) = edit else { return Ok(draft) };
    let token = &grant.access_token;
    let other = match credentials {
        Credentials::Absent => {
            draft.headers.remove("Authorization");
            draft.proof = None;
            return Ok(draft);
        }
        Credentials::Bearer => {
            draft.headers.set("Authorization", format!("Bearer {token}"));
            draft.proof = None;
            return Ok(draft);
        }
        Credentials::InQuery | Credentials::InQueryToo => {
            if *credentials == Credentials::InQuery {
                draft.headers.remove("Authorization");
            }
            draft.url.push(if draft.url.contains('?') { '&' } else { '?' });
            draft.url.push_str("access_token=");
            draft.url.push_str(&form::percent_encode(token));
            return Ok(draft);
        }
        Credentials::Altered => altered(token),
        Credentials::Unsigned => {
            unsigned(token).ok_or(Halt::Needs("an access token that is a JWT"))?
        }
        Credentials::Identifier => {
            let claims = jws::decode_unverified(token).map(|(_, claims)| claims);
            let jti = claims.as_ref().and_then(|claims| claims.get("jti")?.as_str());
            jti.map(str::to_owned).ok_or(Halt::Needs("an access token that is a JWT with a jti"))?
        }
        Credentials::RefreshToken => {
            grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?
        }
        Credentials::Unknown => stage.random().token(),
        Credentials::HeaderKey => {
            let key = stage.random().key();
            self_signed(token, &key).ok_or(Halt::Needs("an access token that is a JWT"))?
        }
        Credentials::OtherIssuer => {
            let key = stage.random().key();
            reissued(token, &key).ok_or(Halt::Needs("an access token that is a JWT"))?
        }
    };
    Ok(stage.resource(&Grant { access_token: other, ..grant.clone() }))
}

/// The token with its last character but one changed. The last one may have bits that mean nothing.
fn altered(token: &str) -> String {
    let place = token.chars().count().saturating_sub(2);
    let change = |c: char| if c == 'A' { 'B' } else { 'A' };
    token.chars().enumerate().map(|(i, c)| if i == place { change(c) } else { c }).collect()
}

/// The JWT with `alg` none, the same claims and no signature.
fn unsigned(token: &str) -> Option<String> {
    let (mut header, _) = jws::decode_unverified(token)?;
    *header.get_mut("alg")? = Value::from("none");
    let claims = token.split('.').nth(1)?;
    Some(format!("{}.{claims}.", base64url::encode(header.to_string().as_bytes())))
}

/// The JWT with the same claims, signed by a key that stands in its header.
fn self_signed(token: &str, key: &SigningKey) -> Option<String> {
    let (mut header, claims) = jws::decode_unverified(token)?;
    let members = header.as_object_mut()?;
    members.remove("kid");
    members.insert("alg".to_owned(), Value::from("ES256"));
    members.insert("jwk".to_owned(), key.public().to_value());
    Some(jws::sign(&header, &claims, key))
}

/// The JWT as another issuer would make it for the same account.
fn reissued(token: &str, key: &SigningKey) -> Option<String> {
    let (mut header, mut claims) = jws::decode_unverified(token)?;
    *header.get_mut("alg")? = Value::from("ES256");
    let claims_object = claims.as_object_mut()?;
    claims_object.insert("iss".to_owned(), Value::from("https://other-issuer.example"));
    Some(jws::sign(&header, &claims, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_tokens() {
        assert_eq!(altered("abcde"), "abcAe");
        assert_eq!(altered("abcAe"), "abcBe");
        assert_eq!(altered("a"), "A");
        let token = format!("{}.e30.AAAA", base64url::encode(br#"{"alg":"ES256"}"#));
        let expected = format!("{}.e30.", base64url::encode(br#"{"alg":"none"}"#));
        assert_eq!(unsigned(&token), Some(expected));
        assert_eq!(unsigned("opaque"), None);
    }
}
