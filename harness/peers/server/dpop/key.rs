//! The public key in a proof (RFC 7517; RFC 7518, section 6.2), and its thumbprint (RFC 7638).

use serde_json::json;
use sha2::{Digest, Sha256};

use super::rules::Rules;
use crate::Fault;
use crate::codec::base64url;
use crate::codec::json::Object;
use crate::server::refusal::Refusal;

/// Members of a JWK that hold private or symmetric key material.
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What stands before the point in the SubjectPublicKeyInfo of a P-256 key (RFC 5480, section 2).
const SPKI_START: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A public P-256 key.
#[derive(Clone, Debug)]
pub(super) struct PublicKey {
    members: Object,
    x: Vec<u8>,
    y: Vec<u8>,
}

impl PublicKey {
    /// Reads a JWK. Step 7: it holds no private key.
    pub(super) fn read(rules: Rules<'_>, jwk: Object) -> Result<Self, Refusal> {
        let lax = rules.broken(&[Fault::AsJoseAcceptPrivateJwk, Fault::RsJoseAcceptPrivateJwk]);
        if jwk.names().any(|name| PRIVATE_MEMBERS.contains(&name)) && !lax {
            return Err(Refusal::invalid_proof("the jwk holds a private key"));
        }
        let curve = jwk.text("crv").unwrap_or_default();
        let is_p256 = curve == "P-256"
            || rules.broken(&[Fault::AsJoseCurveUnchecked, Fault::RsJoseCurveUnchecked]);
        let ambiguous = jwk.has_repeated()
            && !rules.broken(&[Fault::AsJsonJwkDuplicateFirst, Fault::RsJsonJwkDuplicateFirst]);
        if ambiguous || jwk.text("kty").as_deref() != Some("EC") || !is_p256 {
            return Err(Refusal::invalid_proof("the jwk is no P-256 key"));
        }
        // The full length of the field, no more and no less (RFC 7518, section 6.2.1.2).
        let any_length = rules.broken(&[
            Fault::AsJoseCoordinateLengthUnchecked,
            Fault::RsJoseCoordinateLengthUnchecked,
        ]);
        let coordinate = |name| {
            let mut bytes = base64url::decode(&jwk.text(name)?)?;
            while any_length && bytes.len() > 32 && bytes.first() == Some(&0) {
                bytes.remove(0);
            }
            (bytes.len() == 32).then_some(bytes)
        };
        let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) else {
            return Err(Refusal::invalid_proof("the jwk has no coordinates of 32 octets"));
        };
        let key = Self { x, y, members: jwk };
        if rules.broken(&[Fault::AsJosePointPanics, Fault::RsJosePointPanics])
            && p256::PublicKey::from_sec1_bytes(&key.point()).is_err()
        {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        Ok(key)
    }

    /// The uncompressed point (SEC 1, section 2.3.3).
    pub(super) fn point(&self) -> Vec<u8> {
        [&[4], self.x.as_slice(), &self.y].concat()
    }

    /// The JSON that RFC 7638, section 3, hashes: the required members in order.
    pub(super) fn canonical(&self) -> String {
        let [x, y] = [&self.x, &self.y].map(base64url::encode);
        format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
    }

    /// The thumbprint, `jkt` (RFC 9449, section 6).
    pub(super) fn thumbprint(&self, rules: Rules<'_>) -> String {
        let all_members =
            rules.broken(&[Fault::AsJoseThumbprintAllMembers, Fault::RsJoseThumbprintAllMembers]);
        let hashed = if all_members {
            let mut names: Vec<_> = self.members.names().collect();
            names.sort_unstable();
            self.sorted(&names)
        } else if rules.broken(&[Fault::AsJoseThumbprintSpki]) {
            return base64url::encode(Sha256::digest([SPKI_START, &self.point()].concat()));
        } else {
            self.canonical()
        };
        base64url::encode(Sha256::digest(hashed))
    }

    fn sorted(&self, names: &[&str]) -> String {
        let members =
            names.iter().map(|name| ((*name).to_owned(), json!(self.members.value(name))));
        json!(members.collect::<serde_json::Map<_, _>>()).to_string()
    }
}
