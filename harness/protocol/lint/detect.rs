//! Which kind an input is of.

use super::Kind;
use crate::base64url;
use crate::json::{self, Node};

/// The kind of an input, by its shape and by the members that only one kind has. `None` where
/// nothing tells.
pub fn detect(input: &[u8]) -> Option<Kind> {
    let text = std::str::from_utf8(input).ok()?.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        return match json::parse(text.as_bytes()) {
            Ok(node) => by_member(|name| node.member(name).is_some()),
            // Broken JSON has its members all the same.
            Err(_) => by_member(|name| text.contains(&format!("\"{name}\""))),
        };
    }
    if is_jwt(text) {
        return Some(Kind::DpopProof);
    }
    if text.len() > field_value(text).len() || is_challenge(text) {
        return Some(Kind::Challenge);
    }
    if let Some((start, rest)) = text.split_once(':').filter(|(start, _)| is_scheme(start))
        && (rest.starts_with('/') || parameters(text).any(|name| name == "code"))
    {
        let answers = parameters(text).any(|name| ["code", "error", "iss"].contains(&name));
        let is_web = start.eq_ignore_ascii_case("http") || start.eq_ignore_ascii_case("https");
        return match (answers, is_web) {
            (true, _) => Some(Kind::Callback),
            (false, true) => Some(Kind::ClientId),
            (false, false) => None,
        };
    }
    let first = text.split([' ', ':', '?']).next()?;
    SCOPES.contains(&first).then_some(Kind::Scope)
}

/// What scope values begin with.
const SCOPES: [&str; 8] =
    ["atproto", "transition", "repo", "rpc", "blob", "account", "identity", "include"];

/// Members that tell a kind, the telling ones first.
const MEMBERS: [(&str, Kind); 14] = [
    ("lexicon", Kind::PermissionSet),
    ("verificationMethod", Kind::DidDocument),
    ("alsoKnownAs", Kind::DidDocument),
    ("authorization_servers", Kind::ResourceMetadata),
    ("resource", Kind::ResourceMetadata),
    ("authorization_endpoint", Kind::ServerMetadata),
    ("issuer", Kind::ServerMetadata),
    ("token_endpoint", Kind::ServerMetadata),
    ("client_id", Kind::ClientMetadata),
    ("redirect_uris", Kind::ClientMetadata),
    ("dpop_bound_access_tokens", Kind::ClientMetadata),
    ("keys", Kind::KeySet),
    ("permissions", Kind::PermissionSet),
    ("service", Kind::DidDocument),
];

fn by_member(has: impl Fn(&str) -> bool) -> Option<Kind> {
    MEMBERS.iter().find(|(name, _)| has(name)).map(|(_, kind)| *kind)
}

/// Whether this is a JWT: three parts, the first of them a JSON object.
fn is_jwt(text: &str) -> bool {
    let header = text.split('.').next().unwrap_or_default();
    let is_object = |bytes: Vec<u8>| json::parse(&bytes).as_ref().is_ok_and(Node::is_object);
    text.split('.').count() == 3 && base64url::decode(header).is_ok_and(is_object)
}

/// A field value without the name of the field before it.
pub(super) fn field_value(text: &str) -> &str {
    match text.split_once(':') {
        Some((name, value)) if name.eq_ignore_ascii_case("www-authenticate") => value.trim_start(),
        _ => text,
    }
}

/// Whether this begins as a challenge does: a scheme, and then a parameter.
fn is_challenge(text: &str) -> bool {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let Some((scheme, rest)) = text.split_once(' ') else {
        return ["DPoP", "Bearer"].iter().any(|scheme| text.eq_ignore_ascii_case(scheme));
    };
    is_token(scheme) && rest.split_once('=').is_some_and(|(name, _)| is_token(name.trim()))
}

/// Whether this is a scheme of URIs (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// The names of the parameters of a URL, in query and fragment.
fn parameters(url: &str) -> impl Iterator<Item = &str> {
    let parts = url.split_once(['?', '#']).map_or("", |(_, parts)| parts);
    parts.split(['&', '?', '#']).map(|pair| pair.split('=').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_what_only_they_have() {
        let jwt = format!("{}.e30.AA", base64url::encode(br#"{"typ":"dpop+jwt"}"#));
        for (text, kind) in [
            (r#"{"client_id": "https://a.example"}"#, Some(Kind::ClientMetadata)),
            (
                r#"{"client_id": "https://a.example", "jwks": {"keys": []}"#,
                Some(Kind::ClientMetadata),
            ),
            (r#"{"issuer": "https://a.example"}"#, Some(Kind::ServerMetadata)),
            (r#"{"resource": 1}"#, Some(Kind::ResourceMetadata)),
            (r#"{"keys": []}"#, Some(Kind::KeySet)),
            (r#"{"id": "did:web:a.example", "service": []}"#, Some(Kind::DidDocument)),
            (r#"{"lexicon": 1}"#, Some(Kind::PermissionSet)),
            ("{}", None),
            (&jwt, Some(Kind::DpopProof)),
            ("a.b.c", None),
            ("DPoP algs=\"ES256\"", Some(Kind::Challenge)),
            ("WWW-Authenticate: Basic", Some(Kind::Challenge)),
            ("https://a.example/cb?code=1&iss=x", Some(Kind::Callback)),
            ("com.example:/cb?error=x", Some(Kind::Callback)),
            ("https://a.example/c.json", Some(Kind::ClientId)),
            ("http://localhost?scope=atproto", Some(Kind::ClientId)),
            ("atproto transition:generic", Some(Kind::Scope)),
            ("repo:com.example.post?action=create", Some(Kind::Scope)),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(detect(text.as_bytes()), kind, "{text}");
        }
    }
}
