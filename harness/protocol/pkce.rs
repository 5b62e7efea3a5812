//! Proof Key for Code Exchange with S256 (RFC 7636).

use sha2::{Digest, Sha256};

use crate::{Defect, Position, base64url};

/// The S256 challenge of a verifier (RFC 7636, section 4.2).
pub fn challenge_s256(verifier: &str) -> String {
    base64url::encode(&Sha256::digest(verifier))
}

/// A verifier of 43 characters, made of 32 random bytes as RFC 7636, section 4.1, recommends.
pub fn verifier_from_bytes(bytes: &[u8; 32]) -> String {
    base64url::encode(bytes)
}

/// What is wrong with a verifier (RFC 7636, section 4.1). No detail shows any of it.
pub fn verifier_defects(verifier: &str) -> Vec<Defect> {
    let length = verifier.chars().count();
    let too_long_or_short = (!(43..=128).contains(&length)).then(|| {
        let detail = format!("{length} characters, not 43 to 128");
        Defect::new("pkce.verifier-length", VERIFIER, Position::Whole, detail)
    });
    let reserved = verifier.bytes().position(|byte| !is_unreserved(byte)).map(|at| {
        let detail = "a character outside the unreserved set";
        Defect::new("pkce.verifier-character", VERIFIER, Position::Byte(at), detail)
    });
    too_long_or_short.into_iter().chain(reserved).collect()
}

/// What is wrong with an S256 challenge, whatever its verifier: it is base64url of 32 bytes.
pub fn challenge_defects(challenge: &str) -> Vec<Defect> {
    match base64url::decode(challenge) {
        Ok(hash) if hash.len() == 32 => Vec::new(),
        Ok(hash) => {
            let detail = format!("{} bytes, not the 32 of SHA-256", hash.len());
            vec![Defect::new("pkce.challenge-length", CHALLENGE, Position::Whole, detail)]
        }
        Err(defect) => vec![Defect::new(
            "pkce.challenge-encoding",
            CHALLENGE,
            defect.at,
            format!("not base64url: {}", defect.detail),
        )],
    }
}

const VERIFIER: &str = "RFC7636-4.1-01";
const CHALLENGE: &str = "RFC7636-4.2-04";

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(defects: &[Defect]) -> Vec<&str> {
        defects.iter().map(|defect| defect.code).collect()
    }

    #[test]
    fn matches_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge_s256(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(verifier_defects(verifier), []);
    }

    #[test]
    fn measures_verifiers() {
        assert_eq!(codes(&verifier_defects(&"a".repeat(42))), ["pkce.verifier-length"]);
        assert_eq!(codes(&verifier_defects(&"~".repeat(43))), [""; 0]);
        assert_eq!(codes(&verifier_defects(&"a".repeat(128))), [""; 0]);
        assert_eq!(codes(&verifier_defects(&"a".repeat(129))), ["pkce.verifier-length"]);
        let reserved = verifier_defects(&("a".repeat(43) + "+é"));
        assert_eq!(codes(&reserved), ["pkce.verifier-character"]);
        assert_eq!(reserved[0].at, Position::Byte(43));
    }

    #[test]
    fn measures_challenges() {
        let challenge = challenge_s256("x");
        assert_eq!(codes(&challenge_defects(&challenge)), [""; 0]);
        assert_eq!(codes(&challenge_defects(&(challenge + "="))), ["pkce.challenge-encoding"]);
        assert_eq!(codes(&challenge_defects(&"A".repeat(42))), ["pkce.challenge-length"]);
        assert_eq!(codes(&challenge_defects("")), ["pkce.challenge-length"]);
    }

    proptest! {
        #[test]
        fn our_own_are_flawless(bytes: [u8; 32]) {
            let verifier = verifier_from_bytes(&bytes);
            prop_assert_eq!(verifier_defects(&verifier), []);
            prop_assert_eq!(challenge_defects(&challenge_s256(&verifier)), []);
        }
    }
}
