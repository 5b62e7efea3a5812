//! What was given by mistake and is shown nowhere.

use std::ops::Range;

use super::Kind;
use crate::json::{self, Node, Value};
use crate::{base64url, jwk};

/// Members that hold a secret wherever they stand.
const SECRETS: [&str; 17] = [
    "access_token",
    "accessJwt",
    "client_assertion",
    "client_secret",
    "code_verifier",
    "d",
    "dp",
    "dq",
    "id_token",
    "k",
    "oth",
    "p",
    "password",
    "q",
    "qi",
    "refresh_token",
    "refreshJwt",
];

/// Parameters of URLs that hold one.
const PARAMETERS: [&str; 4] = ["code", "access_token", "id_token", "token"];

/// The input with every secret made unreadable: as many asterisks as it has bytes, so that all
/// places stay where they are. What cannot be read as the kind it should be shows nothing that
/// looks like a token.
pub fn masked(input: &str, kind: Kind) -> String {
    let mut spans = tokens(input);
    if kind.is_json() {
        match json::parse(input.as_bytes()) {
            Ok(node) => members(&node, &mut spans),
            Err(_) => spans.extend(named(input)),
        }
    } else {
        spans.extend(PARAMETERS.iter().flat_map(|name| parameters(input, name)));
    }
    let mut text = input.as_bytes().to_vec();
    for span in spans {
        // Whole characters become one asterisk for each byte.
        text[span].fill(b'*');
    }
    String::from_utf8(text).unwrap_or_default()
}

fn members(node: &Node, spans: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::Array(elements) => elements.iter().for_each(|element| members(element, spans)),
        Value::Object(all) => {
            for member in all {
                match SECRETS.contains(&member.name.as_str()) {
                    true => spans.push(inside(&member.node)),
                    false => members(&member.node, spans),
                }
            }
        }
        _ => {}
    }
}

/// The bytes of a value, without quotation marks.
fn inside(node: &Node) -> Range<usize> {
    match node.value {
        Value::String(_) => node.span.start + 1..node.span.end - 1,
        _ => node.span.clone(),
    }
}

/// Strings behind names of secrets in what is no JSON.
fn named(input: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    for name in SECRETS {
        let name = format!("\"{name}\"");
        for (at, _) in input.match_indices(&name) {
            let rest = &input[at + name.len()..];
            let Some(open) = rest.find('"') else { continue };
            let start = at + name.len() + open + 1;
            let end = input[start..].find(['"', '\n']).map_or(input.len(), |end| start + end);
            spans.push(start..end);
        }
    }
    spans
}

/// Values of a parameter in query or fragment.
fn parameters(input: &str, name: &str) -> Vec<Range<usize>> {
    let name = format!("{name}=");
    let found =
        input.match_indices(&name).filter(|(at, _)| input[..*at].ends_with(['?', '&', '#']));
    let ends = |start: usize| {
        input[start..].find(['&', '#', ' ', '\n']).map_or(input.len(), |end| start + end)
    };
    found.map(|(at, _)| at + name.len()..ends(at + name.len())).collect()
}

/// The payload and signature of every JWT. Headers are no secret, unless somebody put a private key
/// into one.
fn tokens(input: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let mut spans = Vec::new();
    let mut at = 0;
    for word in input.split_inclusive(|c| !is_part(c)) {
        let text = word.trim_end_matches(|c| !is_part(c));
        if let Some((header, rest)) = text.split_once('.')
            && header.starts_with("eyJ")
            && rest.contains('.')
        {
            let shown = if holds_private_key(header) { 0 } else { header.len() + 1 };
            spans.push(at + shown..at + text.len());
        }
        at += word.len();
    }
    spans
}

fn holds_private_key(header: &str) -> bool {
    let header = base64url::decode(header).unwrap_or_default();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap_or_default();
    header.get("jwk").is_some_and(|jwk| !jwk::private_members(jwk).is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_are_covered_and_nothing_moves() {
        for (kind, input, expected) in [
            (
                Kind::KeySet,
                r#"{"keys": [{"kty": "EC", "d": "sécret", "x": "abc"}]}"#,
                r#"{"keys": [{"kty": "EC", "d": "*******", "x": "abc"}]}"#,
            ),
            (Kind::KeySet, r#"{"d": "abc", "#, r#"{"d": "***", "#),
            (
                Kind::Callback,
                "https://a.example/cb?code=abc&iss=x",
                "https://a.example/cb?code=***&iss=x",
            ),
            (Kind::DpopProof, "eyJhIjoxfQ.e30.AAA", "eyJhIjoxfQ.*******"),
            (Kind::Scope, "atproto", "atproto"),
            // {"jwk":{"d":"x"}}
            (Kind::DpopProof, "eyJqd2siOnsiZCI6IngifX0.e30.AA", &"*".repeat(30)),
        ] {
            assert_eq!(masked(input, kind), expected);
        }
    }

    proptest! {
        #[test]
        fn masking_keeps_the_length(input in ".{0,80}", kind in 0..Kind::ALL.len()) {
            prop_assert_eq!(masked(&input, Kind::ALL[kind]).len(), input.len());
        }
    }
}
