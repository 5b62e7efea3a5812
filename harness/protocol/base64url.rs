//! Base64url as JOSE uses it: no padding, no white space, one encoding per value (RFC 7515,
//! section 2).

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeError, Engine};

use crate::{Defect, Position};

/// The base64url form, without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes that a text stands for; the position of a defect is a byte of the text.
pub fn decode(text: &str) -> Result<Vec<u8>, Defect> {
    let foreign = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if let Some(at) = text.as_bytes().iter().position(foreign) {
        let detail = "a character outside the base64url alphabet";
        return Err(defect("base64url.character", at, detail));
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|error| match error {
        DecodeError::InvalidLastSymbol { offset, .. } => {
            defect("base64url.trailing-bits", offset, "unused bits of the last character are set")
        }
        _ => defect("base64url.length", text.len(), "no whole number of bytes"),
    })
}

fn defect(code: &'static str, at: usize, detail: &str) -> Defect {
    Defect::new(code, "RFC7515-2-01", Position::Byte(at), detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_all_but_one_encoding() {
        for (text, code, at) in [
            ("Zg==", "base64url.character", 2),
            ("Z g", "base64url.character", 1),
            ("Zm+v", "base64url.character", 2),
            ("Zm9v\n", "base64url.character", 4),
            ("Zm9vZ", "base64url.length", 5),
            ("Zh", "base64url.trailing-bits", 1),
        ] {
            let defect = decode(text).unwrap_err();
            assert_eq!((defect.code, defect.at), (code, Position::Byte(at)), "{text:?}");
        }
        assert_eq!(decode("Zm9v").unwrap(), b"foo");
        assert_eq!(decode("").unwrap(), b"");
    }

    proptest! {
        #[test]
        fn decoding_inverts_encoding(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(decode(&encode(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn encoding_inverts_decoding(text in "[A-Za-z0-9_=+ \\-]{0,9}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
