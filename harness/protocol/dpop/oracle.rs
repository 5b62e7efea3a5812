//! What must hold for any bytes: the body of the fuzz target, also replayed by ordinary tests.

use super::{Expected, MUTATIONS, Spec, applies, forge, normalize, read};
use crate::jwk::SigningKey;
use crate::jws;

const HTM: &str = "POST";
const HTU: &str = "https://as.example/oauth/par";
const NONCE: &str = "nonce-of-the-oracle";
const NOW: i64 = 1_700_000_000;
const MAX_AGE: i64 = 60;

/// Reads any bytes as a proof, and uses them to choose a mutation to forge and read.
///
/// # Panics
///
/// When the reader contradicts itself, takes a proof that a lenient reader cannot read, or does
/// not see what is wrong with a forged one.
pub fn oracle(bytes: &[u8]) {
    arbitrary(bytes);
    if let (Some(choice), Some(key)) = (bytes.first(), key(bytes)) {
        forged(usize::from(*choice), &key);
    }
}

/// A correct proof, or one with the named mutation, of the oracle's request: seeds for the fuzzer.
pub fn seed(mutation: Option<&str>) -> Option<Vec<u8>> {
    let key = SigningKey::from_bytes(&[7; 32])?;
    let mutation = match mutation {
        Some(name) => Some(&MUTATIONS.iter().find(|row| row.name == name)?.mutation),
        None => None,
    };
    forge(&spec(), &key, mutation).into_iter().next()
}

fn arbitrary(bytes: &[u8]) {
    let reading = read(&[bytes], &expected());
    assert_eq!(reading, read(&[bytes], &expected()), "reading twice differs");
    let steps: Vec<_> = reading.steps.iter().map(|(step, _)| *step).collect();
    assert!(steps.is_sorted(), "steps out of order: {steps:?}");
    let Some(proof) = reading.accepted() else { return };
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let lenient = jws::decode_unverified(text);
    assert!(
        lenient.is_some_and(|(header, claims)| header == proof.header && claims == proof.claims),
        "strict reading took what lenient reading cannot read"
    );
    let normal = normalize(&proof.htu);
    assert_eq!(normal.as_deref().and_then(normalize), normal, "normalising is not idempotent");
    let mut longer = bytes.to_vec();
    longer.push(b'A');
    assert!(read(&[&longer], &expected()).accepted().is_none(), "a longer signature was taken");
}

fn forged(choice: usize, key: &SigningKey) {
    let Some(row) = MUTATIONS.get(choice % MUTATIONS.len()) else { return };
    if !applies(&spec(), key, &row.mutation) {
        return;
    }
    let proofs = forge(&spec(), key, Some(&row.mutation));
    let fields: Vec<&[u8]> = proofs.iter().map(Vec::as_slice).collect();
    let reading = read(&fields, &expected());
    let failed = |step| reading.steps.iter().any(|(at, result)| *at == step && result.is_err());
    match row.step {
        Some(step) => assert!(failed(step), "{} was not seen at {step:?}", row.name),
        None => assert!(reading.accepted().is_some(), "{} was refused", row.name),
    }
}

fn key(bytes: &[u8]) -> Option<SigningKey> {
    let mut secret = [1; 32];
    for (at, byte) in secret.iter_mut().zip(bytes) {
        *at ^= *byte;
    }
    SigningKey::from_bytes(&secret)
}

const fn spec() -> Spec<'static> {
    Spec { htm: HTM, htu: HTU, jti: "jti", iat: NOW, nonce: Some(NONCE), access_token: None }
}

const fn expected() -> Expected<'static> {
    Expected {
        htm: HTM,
        htu: HTU,
        nonce: Some(NONCE),
        now: NOW,
        max_age: MAX_AGE,
        access_token: None,
        jkt: None,
    }
}
