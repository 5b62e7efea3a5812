//! Base64url without padding (RFC 7515, section 2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Encodes bytes.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The text with the unused bits of its last character cleared.
pub(crate) fn canonical(text: &str) -> String {
    let unused = match text.len() % 4 {
        2 => 4,
        3 => 2,
        _ => 0,
    };
    let mut text = text.to_owned();
    let place = |c| ALPHABET.find(c).map(|place| place >> unused << unused);
    if let Some(last) = text.pop() {
        let cleared = place(last).and_then(|place| ALPHABET.chars().nth(place));
        text.push(cleared.unwrap_or(last));
    }
    text
}

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Decodes text; padding, foreign characters and stray bits are refused.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clears_unused_bits() {
        for (text, canonical) in [("AB", "AA"), ("AAB", "AAA"), ("AAAB", "AAAB"), ("", "")] {
            assert_eq!(super::canonical(text), canonical);
            assert!(decode(canonical).is_some());
        }
        assert!(decode("AB").is_none());
    }
}
