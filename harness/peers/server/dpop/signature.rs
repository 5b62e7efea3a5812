//! Steps 5 and 6: algorithm and signature. Verified with `ring`; the harness signs with `p256`.

use ring::hmac;
use ring::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use super::compact::Compact;
use super::key::PublicKey;
use super::rules::{Occasion, Rules};
use crate::Fault;
use crate::server::refusal::Refusal;

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
    match compact.header.text("alg").as_deref() {
        Some("ES256") => Ok(Algorithm::Es256),
        Some("none") if rules.broken(&[Fault::AsDpopAlgNone, Fault::RsDpopAlgNone]) => {
            Ok(Algorithm::None)
        }
        Some("HS256")
            if rules.broken(&[Fault::AsJoseAlgFromHeader, Fault::RsJoseAlgFromHeader]) =>
        {
            Ok(Algorithm::Hs256)
        }
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
    let signature = compact.signature.as_slice();
    let good = match algorithm {
        Algorithm::None => signature.is_empty(),
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.canonical().as_bytes());
            hmac::verify(&key, input, signature).is_ok()
        }
        // R and S of 32 octets each, never DER (RFC 7518, section 3.4).
        Algorithm::Es256 if signature.len() != 64 => {
            rules.broken(&[Fault::AsJoseDerSignature])
                && UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.point)
                    .verify(input, signature)
                    .is_ok()
        }
        Algorithm::Es256 => {
            let decoded_only = match rules.occasion {
                Occasion::Exchange => rules.broken(&[Fault::AsTokenDpopDecodedOnly]),
                Occasion::Refresh => rules.broken(&[Fault::AsRefreshDpopDecodedOnly]),
                _ => false,
            };
            decoded_only
                || rules.broken(&[Fault::AsDpopSignatureUnchecked, Fault::RsDpopSignatureUnchecked])
                || signature.iter().all(|&b| b == 0) && rules.broken(&[Fault::AsJoseZeroSignature])
                || UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.point)
                    .verify(input, signature)
                    .is_ok()
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
