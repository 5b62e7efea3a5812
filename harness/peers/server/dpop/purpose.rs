//! What a server that is not strict takes for a verified proof, though it has no key of its own.
//! Without a fault this is never so.

use ring::hmac;

use super::compact::Compact;
use super::rules::Rules;
use crate::Fault;
use crate::codec::base64url;

/// Whether the JWT passes unverified, by one fault or another.
pub(super) fn passes_unverified(rules: Rules<'_>, compact: &Compact) -> bool {
    let Compact { header, claims, .. } = compact;
    let typ = header.text("typ").unwrap_or_default();
    let (issuer, subject) = (claims.text("iss"), claims.text("sub"));
    let jwk = header.object("jwk");
    let other_curve = jwk.as_ref().and_then(|jwk| jwk.text("crv")).is_some_and(|c| c != "P-256");
    let is_assertion = typ == "JWT" && issuer.is_some() && issuer == subject;
    let is_access_token = typ == "at+jwt" && issuer.is_some();
    let has_key = header.has("jwk") || header.has("kid");
    is_assertion
        && rules
            .broken(&[Fault::AsDpopClientAssertionAccepted, Fault::RsDpopClientAssertionAccepted])
        || is_access_token
            && rules.broken(&[Fault::AsDpopAccessTokenAccepted, Fault::RsDpopAccessTokenAccepted])
        || !has_key && rules.broken(&[Fault::AsDpopJwkOptional, Fault::RsDpopJwkOptional])
        || other_curve
            && rules
                .broken(&[Fault::AsJoseUnusableKeyUnverified, Fault::RsJoseUnusableKeyUnverified])
        || rules.broken(&[Fault::AsJoseOctKeyAccepted, Fault::RsJoseOctKeyAccepted])
            && has_own_mac(compact)
}

/// Whether an HMAC verifies with a symmetric key that stands in `jwk`.
fn has_own_mac(compact: &Compact) -> bool {
    let jwk = compact.header.object("jwk");
    let secret = jwk.and_then(|jwk| base64url::decode(&jwk.text("k")?));
    let (Some(secret), Some(mac)) = (secret, &compact.signature) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    hmac::verify(&key, compact.signing_input.as_bytes(), mac).is_ok()
}
