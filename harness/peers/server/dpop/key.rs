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

/// A public P-256 key.
#[derive(Clone, Debug)]
pub(super) struct PublicKey {
    members: Object,
    /// The uncompressed point (SEC 1, section 2.3.3).
    pub(super) point: Vec<u8>,
}

impl PublicKey {
    /// Reads a JWK. Step 7: it holds no private key.
    pub(super) fn read(rules: Rules<'_>, jwk: Object) -> Result<Self, Refusal> {
        let lax = rules.broken(&[Fault::AsJoseAcceptPrivateJwk, Fault::RsJoseAcceptPrivateJwk]);
        if jwk.names().any(|name| PRIVATE_MEMBERS.contains(&name)) && !lax {
            return Err(Refusal::invalid_proof("the jwk holds a private key"));
        }
        let curve = jwk.text("crv").unwrap_or_default();
        let is_p256 = curve == "P-256" || rules.broken(&[Fault::AsJoseCurveUnchecked]);
        if jwk.has_repeated() || jwk.text("kty").as_deref() != Some("EC") || !is_p256 {
            return Err(Refusal::invalid_proof("the jwk is no P-256 key"));
        }
        let coordinate = |name| {
            let bytes = base64url::decode(&jwk.text(name)?)?;
            (bytes.len() == 32).then_some(bytes)
        };
        let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) else {
            return Err(Refusal::invalid_proof("the jwk has no coordinates of 32 octets"));
        };
        Ok(Self { point: [vec![4], x, y].concat(), members: jwk })
    }

    /// The JSON that RFC 7638, section 3, hashes: the required members in order.
    pub(super) fn canonical(&self) -> String {
        self.sorted(&["crv", "kty", "x", "y"])
    }

    /// The thumbprint, `jkt` (RFC 9449, section 6).
    pub(super) fn thumbprint(&self, rules: Rules<'_>) -> String {
        let all_members =
            rules.broken(&[Fault::AsJoseThumbprintAllMembers, Fault::RsJoseThumbprintAllMembers]);
        let hashed = if all_members {
            let mut names: Vec<_> = self.members.names().collect();
            names.sort_unstable();
            self.sorted(&names)
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
