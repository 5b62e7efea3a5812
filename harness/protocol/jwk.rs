//! P-256 keys as JSON Web Keys (RFC 7517, RFC 7518 section 6.2) and their thumbprints (RFC 7638).

use std::fmt;

use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Defect, Position, base64url};

/// A public key that is a point on P-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicJwk(VerifyingKey);

impl PublicJwk {
    /// Reads a public JWK; members that are not part of the key are ignored, private ones are not.
    ///
    /// Positions are pointers into the JWK.
    pub fn from_value(jwk: &Value) -> Result<Self, Vec<Defect>> {
        let mut defects = private_members(jwk);
        match Self::public_part(jwk) {
            Ok(key) if defects.is_empty() => Ok(key),
            Ok(_) => Err(defects),
            Err(others) => {
                defects.extend(others);
                Err(defects)
            }
        }
    }

    /// Reads the public part of a JWK, whether or not there is a private part beside it.
    pub fn public_part(jwk: &Value) -> Result<Self, Vec<Defect>> {
        if !jwk.is_object() {
            let detail = "a JWK is a JSON object";
            return Err(vec![Defect::new("jwk.type", "RFC7517-4.1-01", Position::Whole, detail)]);
        }
        let mut defects = Vec::new();
        for (name, value, code, clause) in [
            ("kty", "EC", "jwk.kty", "RFC7517-4.1-01"),
            ("crv", "P-256", "jwk.crv", "RFC7518-3.1-01"),
        ] {
            if jwk.get(name).and_then(Value::as_str) != Some(value) {
                defects.push(defect(code, clause, name, &format!("{name} is not {value}")));
            }
        }
        let mut point = vec![UNCOMPRESSED];
        for name in ["x", "y"] {
            match coordinate(jwk, name) {
                Ok(bytes) => point.extend(bytes),
                Err(defect) => defects.push(defect),
            }
        }
        if !defects.is_empty() {
            return Err(defects);
        }
        VerifyingKey::from_sec1_bytes(&point).map(Self).map_err(|_| {
            let detail = "x and y are no point on P-256";
            vec![Defect::new("jwk.point", "RFC8725-3.4-01", Position::Whole, detail)]
        })
    }

    /// The JWK of this key: `kty`, `crv`, `x` and `y`, nothing else.
    pub fn to_value(&self) -> Value {
        let [x, y] = self.coordinates().map(|bytes| base64url::encode(&bytes));
        json!({ "crv": "P-256", "kty": "EC", "x": x, "y": y })
    }

    /// The SHA-256 thumbprint of the required members, in the order of RFC 7638, section 3.
    pub fn thumbprint(&self) -> String {
        let [x, y] = self.coordinates().map(|bytes| base64url::encode(&bytes));
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        base64url::encode(&Sha256::digest(canonical))
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }

    pub(crate) fn coordinates(&self) -> [[u8; 32]; 2] {
        let point = self.0.to_sec1_point(false);
        [point.x(), point.y()].map(|bytes| bytes.copied().unwrap_or_default().into())
    }
}

/// The first byte of an uncompressed point (SEC 1, section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// Every member of a JWK that holds private or symmetric key material (RFC 7518, section 6).
pub fn private_members(jwk: &Value) -> Vec<Defect> {
    ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
        .into_iter()
        .filter(|name| jwk.get(name).is_some())
        .map(|name| {
            defect("jwk.private", "RFC7517-9.2-01", name, "private or symmetric key material")
        })
        .collect()
}

fn coordinate(jwk: &Value, name: &str) -> Result<Vec<u8>, Defect> {
    let Some(text) = jwk.get(name).and_then(Value::as_str) else {
        return Err(defect("jwk.coordinate", "RFC7517-4.1-01", name, "not a string"));
    };
    match base64url::decode(text) {
        Ok(bytes) if bytes.len() == 32 => Ok(bytes),
        Ok(bytes) => {
            let detail = format!("{} bytes, not 32", bytes.len());
            Err(defect("jwk.coordinate-length", "RFC7518-6.2.1-01", name, &detail))
        }
        Err(error) => {
            let detail = format!("not base64url: {}", error.detail);
            Err(defect("jwk.coordinate", "RFC7515-2-01", name, &detail))
        }
    }
}

fn defect(code: &'static str, clause: &'static str, name: &str, detail: &str) -> Defect {
    Defect::new(code, clause, Position::Pointer(format!("/{name}")), detail)
}

/// A P-256 key pair. `Debug` shows the thumbprint only.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(p256::ecdsa::SigningKey);

impl SigningKey {
    /// The key with this secret scalar; `None` for zero and for values not below the group order.
    pub fn from_bytes(secret: &[u8; 32]) -> Option<Self> {
        p256::ecdsa::SigningKey::from_slice(secret).ok().map(Self)
    }

    /// The key of a private JWK, or `None` where it is none of P-256 or its halves do not fit.
    pub fn from_private_jwk(jwk: &Value) -> Option<Self> {
        let public = PublicJwk::public_part(jwk).ok()?;
        let secret = base64url::decode(jwk.get("d")?.as_str()?).ok()?;
        let key = Self::from_bytes(&secret.try_into().ok()?)?;
        (key.public() == public).then_some(key)
    }

    /// Another key, fixed by this one and a label; the same every time.
    #[must_use]
    pub fn derive(&self, label: &str) -> Self {
        let mut secret = self.secret();
        loop {
            secret = Sha256::new().chain_update(label).chain_update(secret).finalize().into();
            if let Some(key) = Self::from_bytes(&secret) {
                return key;
            }
        }
    }

    /// The public half.
    pub fn public(&self) -> PublicJwk {
        PublicJwk(*self.0.verifying_key())
    }

    /// An ES256 signature, `r` and `s` side by side; the same every time (RFC 6979).
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }

    /// The JWK with its private member `d`. This gives the key away: it is for documents that are
    /// wrong in just that.
    pub fn private_jwk(&self) -> Value {
        let mut jwk = self.public().to_value();
        if let Some(members) = jwk.as_object_mut() {
            members.insert("d".to_owned(), base64url::encode(&self.secret()).into());
        }
        jwk
    }

    pub(crate) fn secret(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(jkt {})", self.public().thumbprint())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32]).unwrap()
    }

    fn codes(jwk: &Value) -> Vec<&'static str> {
        let defects = PublicJwk::from_value(jwk).err().unwrap_or_default();
        defects.iter().map(|defect| defect.code).collect()
    }

    /// The key and the thumbprint of the examples in RFC 9449, sections 4.2 and 6.1.
    #[test]
    fn matches_the_thumbprint_of_rfc_9449() {
        let jwk = json!({
            "kty": "EC",
            "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
            "crv": "P-256"
        });
        let key = PublicJwk::from_value(&jwk).unwrap();
        assert_eq!(key.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn ignores_members_beside_the_key() {
        let mut jwk = key().public().to_value();
        jwk["kid"] = json!("a");
        jwk["use"] = json!("sig");
        assert_eq!(PublicJwk::from_value(&jwk).unwrap(), key().public());
    }

    #[test]
    fn finds_everything_wrong_with_a_key() {
        let with = |name: &str, value: Value| {
            let mut jwk = key().public().to_value();
            jwk[name] = value;
            codes(&jwk)
        };
        assert_eq!(with("kty", json!("RSA")), ["jwk.kty"]);
        assert_eq!(with("crv", json!("secp256k1")), ["jwk.crv"]);
        assert_eq!(with("x", Value::Null), ["jwk.coordinate"]);
        assert_eq!(with("x", json!("AA=")), ["jwk.coordinate"]);
        assert_eq!(with("y", json!(base64url::encode(&[1; 31]))), ["jwk.coordinate-length"]);
        assert_eq!(with("y", json!(base64url::encode(&[0; 32]))), ["jwk.point"]);
        assert_eq!(with("x", json!(base64url::encode(&[0xFF; 32]))), ["jwk.point"]);
        assert_eq!(with("d", json!("AA")), ["jwk.private"]);
        assert_eq!(with("k", json!("AA")), ["jwk.private"]);
        assert_eq!(codes(&json!("EC")), ["jwk.type"]);
        let several = ["jwk.kty", "jwk.crv", "jwk.coordinate", "jwk.coordinate"];
        assert_eq!(codes(&json!({})), several);
    }

    #[test]
    fn reads_its_own_private_jwk() {
        let jwk = key().private_jwk();
        let read = SigningKey::from_private_jwk(&jwk).unwrap();
        assert_eq!(read.public(), key().public());
        for (name, value) in [
            ("d", json!("AA")),
            ("d", json!(base64url::encode(&[8; 32]))),
            ("d", Value::Null),
            ("crv", json!("secp256k1")),
            ("x", Value::Null),
        ] {
            let mut jwk = jwk.clone();
            jwk[name] = value;
            assert!(SigningKey::from_private_jwk(&jwk).is_none(), "{name}");
        }
    }

    #[test]
    fn hides_the_secret() {
        let shown = format!("{:?}", key());
        assert!(shown.starts_with("SigningKey(jkt "), "{shown}");
        assert!(!shown.contains(&base64url::encode(&[7; 32])));
    }

    #[test]
    fn derives_different_keys() {
        assert_eq!(key().derive("a"), key().derive("a"));
        assert_ne!(key().derive("a"), key().derive("b"));
        assert_ne!(key().derive("a"), key());
    }

    #[test]
    fn takes_no_scalar_out_of_range() {
        assert!(SigningKey::from_bytes(&[0; 32]).is_none());
        assert!(SigningKey::from_bytes(&[0xFF; 32]).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn reading_inverts_writing(secret: [u8; 32]) {
            let public = key().derive(&base64url::encode(&secret)).public();
            prop_assert_eq!(PublicJwk::from_value(&public.to_value()).unwrap(), public);
        }
    }
}
