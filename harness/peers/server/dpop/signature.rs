//! Steps 5 and 6: algorithm and signature. Verified with `ring`; the harness signs with `p256`.

use ring::hmac;
use ring::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use super::compact::Compact;
use super::key::PublicKey;
use super::rules::Rules;
use crate::server::refusal::Refusal;
use crate::{Fault, Occasion};

/// An algorithm that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// ECDSA on P-256 with SHA-256, the one that the profile asks for.
    Es256,
    /// None at all. Never taken by a correct server.
    None,
    /// A MAC. Never taken by a correct server.
    Hs256,
}

/// Step 5: an asymmetric algorithm that is acceptable here.
pub(super) fn algorithm(rules: Rules<'_>, compact: &Compact) -> Result<Algorithm, Refusal> {
    let lax = |faults: &[Fault]| rules.broken(faults);
    let is = |alg: &str, other: &str| alg != other && alg.eq_ignore_ascii_case(other);
    match compact.header.text("alg").as_deref() {
        Some("ES256") => Ok(Algorithm::Es256),
        Some("none") if lax(&[Fault::AsDpopAlgNone, Fault::RsDpopAlgNone]) => Ok(Algorithm::None),
        Some(alg)
            if is(alg, "none")
                && lax(&[Fault::AsDpopAlgNoneCasefold, Fault::RsDpopAlgNoneCasefold]) =>
        {
            Ok(Algorithm::None)
        }
        Some("HS256") if lax(&[Fault::AsJoseAlgFromHeader, Fault::RsJoseAlgFromHeader]) => {
            Ok(Algorithm::Hs256)
        }
        Some(alg)
            if is(alg, "ES256") && lax(&[Fault::AsJoseAlgCasefold, Fault::RsJoseAlgCasefold]) =>
        {
            Ok(Algorithm::Es256)
        }
        Some("none" | "HS256") => Err(Refusal::invalid_proof("the alg is not supported")),
        Some(_) if lax(&[Fault::AsJoseAlgUnchecked, Fault::RsJoseAlgUnchecked]) => {
            Ok(Algorithm::Es256)
        }
        None if lax(&[Fault::AsJoseAlgOptional, Fault::RsJoseAlgOptional]) => Ok(Algorithm::Es256),
        _ => Err(Refusal::invalid_proof("the alg is not supported")),
    }
}

/// Step 6: the signature verifies with the key in the header.
pub(super) fn verify(
    rules: Rules<'_>,
    algorithm: Algorithm,
    key: &PublicKey,
    compact: &Compact,
) -> Result<(), Refusal> {
    let input = compact.signing_input.as_bytes();
    // Only a fault lets the segment be missing, and then nothing is verified.
    let Some(signature) = compact.signature.as_deref() else { return Ok(()) };
    let lax = |faults: &[Fault]| rules.broken(faults);
    let verifies = |signature: &[u8]| {
        let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point());
        verifier.verify(input, signature).is_ok()
    };
    let good = match algorithm {
        Algorithm::None => signature.is_empty(),
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.canonical().as_bytes());
            hmac::verify(&key, input, signature).is_ok()
        }
        // R and S of 32 octets each, never DER (RFC 7518, section 3.4).
        Algorithm::Es256 if signature.len() != 64 => match signature {
            [] => lax(&[Fault::AsDpopEmptySignature, Fault::RsDpopEmptySignature]),
            _ if lax(&[Fault::AsJoseDerSignature, Fault::RsJoseDerSignature]) => {
                let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.point());
                verifier.verify(input, signature).is_ok()
            }
            _ if signature.len() < 64 => {
                lax(&[Fault::AsJoseShortSignatureUnverified, Fault::RsJoseShortSignatureUnverified])
            }
            _ => {
                lax(&[Fault::AsJoseSignatureCut, Fault::RsJoseSignatureCut])
                    && signature.get(..64).is_some_and(verifies)
            }
        },
        Algorithm::Es256 => {
            let decoded_only = match rules.occasion {
                Occasion::Exchange => rules.broken(&[Fault::AsTokenDpopDecodedOnly]),
                Occasion::Refresh => rules.broken(&[Fault::AsRefreshDpopDecodedOnly]),
                _ => false,
            };
            decoded_only
                || lax(&[Fault::AsDpopSignatureUnchecked, Fault::RsDpopSignatureUnchecked])
                || signature.iter().all(|&b| b == 0)
                    && lax(&[Fault::AsJoseZeroSignature, Fault::RsJoseZeroSignature])
                || verifies(signature)
        }
    };
    if good { Ok(()) } else { Err(Refusal::invalid_proof("the signature does not verify")) }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::{Signer, Verifier};
    use p256::ecdsa::{Signature, SigningKey};
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    #[test]
    fn ring_verifies_what_p256_signs() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let signature: Signature = key.sign(b"message");
        let point = key.verifying_key().to_sec1_point(false);
        let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.as_bytes());
        verifier.verify(b"message", &signature.to_bytes()).unwrap();
        verifier.verify(b"massage", &signature.to_bytes()).unwrap_err();
    }

    #[test]
    fn p256_verifies_what_ring_signs() {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let signature = key.sign(&random, b"message").unwrap();
        let signature = Signature::from_slice(signature.as_ref()).unwrap();
        let verifier =
            p256::ecdsa::VerifyingKey::from_sec1_bytes(key.public_key().as_ref()).unwrap();
        verifier.verify(b"message", &signature).unwrap();
        verifier.verify(b"massage", &signature).unwrap_err();
    }
}
