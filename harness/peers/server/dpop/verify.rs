//! The whole check of a proof.

use sha2::{Digest, Sha256};

use super::claims::{self, Claims};
use super::compact;
use super::field::proof_field;
use super::htu;
use super::key::PublicKey;
use super::purpose::passes_unverified;
use super::rules::Rules;
use super::signature;
use crate::codec::base64url;
use crate::server::incoming::Incoming;
use crate::server::lifetimes::CLOCK_SKEW;
use crate::server::refusal::Refusal;
use crate::server::state::Server;
use crate::{Fault, Occasion, Variant};

/// A proof that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct Proof {
    /// Thumbprint of the key; `None` only where a fault let a proof without key pass.
    pub(in crate::server) jkt: Option<String>,
}

impl Server {
    /// Reads and checks the proof of a request; `None` where there is no DPoP field.
    pub(in crate::server) fn proof(
        &mut self,
        incoming: &Incoming<'_>,
        occasion: Occasion,
        access_token: Option<&str>,
    ) -> Result<Option<Proof>, Refusal> {
        let rules = Rules { occasion, switches: &self.config.switches };
        if incoming.headers.count("dpop") > 1 && rules.broken(&[Fault::AsDpopMultiHeaderAsAbsent]) {
            return Ok(Some(Proof { jkt: None }));
        }
        let Some(text) = proof_field(rules, incoming)? else {
            return Ok(None);
        };
        let empty_ignored =
            rules.broken(&[Fault::AsDpopEmptyFieldIgnored, Fault::RsDpopEmptyFieldIgnored]);
        let unparsable_ignored =
            rules.broken(&[Fault::AsDpopUnparsableIgnored, Fault::RsDpopUnparsableIgnored]);
        let compact = match compact::read(rules, &text) {
            Err(_) if unparsable_ignored || text.is_empty() && empty_ignored => {
                return Ok(Some(Proof { jkt: None }));
            }
            compact => compact?,
        };
        if passes_unverified(rules, &compact) {
            return Ok(Some(Proof { jkt: None }));
        }
        let claims = claims::read(rules, &compact)?;
        let algorithm = signature::algorithm(rules, &compact)?;
        let key = match compact.header.object("jwk") {
            Some(jwk) => PublicKey::read(rules, jwk)?,
            None if compact.header.has("jwk")
                && rules.broken(&[Fault::AsDpopJwkStringPanics, Fault::RsDpopJwkStringPanics]) =>
            {
                return Err(Refusal::new(500, "server_error", "internal error"));
            }
            None => self.key_by_id(rules, compact.header.text("kid"))?,
        };
        let jkt = key.thumbprint(rules);
        if let Err(refusal) = signature::verify(rules, algorithm, &key, &compact) {
            if rules.broken(&[Fault::AsDpopJtiNotedUnverified]) {
                self.check_replay(occasion, &claims, &jkt)?;
            }
            return Err(refusal);
        }
        Self::check_method(rules, &claims, incoming)?;
        self.check_url(rules, &claims, incoming)?;
        self.check_nonce(occasion, claims.nonce.as_deref(), Some(&jkt))?;
        let rules = Rules { occasion, switches: &self.config.switches };
        self.check_age(rules, &claims)?;
        if let Some(access_token) = access_token {
            check_token_hash(rules, &claims, access_token)?;
        }
        self.check_replay(occasion, &claims, &jkt)?;
        self.proofs.keys.insert(jkt.clone(), key);
        Ok(Some(Proof { jkt: Some(jkt) }))
    }

    fn key_by_id(&self, rules: Rules<'_>, kid: Option<String>) -> Result<PublicKey, Refusal> {
        let known = kid.and_then(|kid| self.proofs.keys.get(&kid).cloned());
        known
            .filter(|_| rules.broken(&[Fault::AsDpopKidLookup, Fault::RsDpopKidLookup]))
            .ok_or_else(|| Refusal::invalid_proof("the proof has no jwk"))
    }

    /// Step 8: `htm` is the method of the request. Methods are case-sensitive (RFC 9110, section
    /// 9.1).
    fn check_method(
        rules: Rules<'_>,
        claims: &Claims,
        incoming: &Incoming<'_>,
    ) -> Result<(), Refusal> {
        let Some(htm) = &claims.htm else { return Ok(()) };
        let same = htm == incoming.method
            || rules.broken(&[Fault::AsDpopHtmUnchecked, Fault::RsDpopHtmUnchecked])
            || htm.eq_ignore_ascii_case(incoming.method)
                && rules.broken(&[Fault::AsDpopHtmCasefold, Fault::RsDpopHtmCasefold]);
        if same { Ok(()) } else { Err(Refusal::invalid_proof("htm is not the method")) }
    }

    /// Step 9.
    fn check_url(
        &self,
        rules: Rules<'_>,
        claims: &Claims,
        incoming: &Incoming<'_>,
    ) -> Result<(), Refusal> {
        let Some(htu) = &claims.htu else { return Ok(()) };
        if htu.contains(['?', '#']) && self.varies(Variant::HtuQueryStrict) {
            return Err(Refusal::invalid_proof("htu has a query or fragment"));
        }
        let own = ["/par", "/token", "/revoke"].map(|name| self.endpoint(name));
        let good = htu::matches(rules, htu, incoming.htu)
            || rules.occasion.is_token()
                && own.contains(htu)
                && rules.broken(&[Fault::AsTokenDpopHtuAnyOwnEndpoint]);
        if good { Ok(()) } else { Err(Refusal::invalid_proof("htu is not the URL")) }
    }

    /// Step 11: made recently.
    fn check_age(&self, rules: Rules<'_>, claims: &Claims) -> Result<(), Refusal> {
        let now = self.clock.now_millis() as f64 / 1000.0;
        let ended = claims.exp.is_some_and(|exp| exp <= now);
        let to_come = claims.nbf.is_some_and(|nbf| nbf > now);
        if ended && rules.broken(&[Fault::AsDpopExpEnforced])
            || to_come && rules.broken(&[Fault::AsDpopNbfEnforced])
        {
            return Err(Refusal::invalid_proof("exp or nbf forbid the proof"));
        }
        let Some(iat) = claims.iat else { return Ok(()) };
        let age = now - iat;
        let from = if rules.broken(&[Fault::AsDpopIatFutureUnbounded]) {
            f64::NEG_INFINITY
        } else if rules.broken(&[Fault::AsDpopIatNoSkew]) {
            0.0
        } else {
            -(CLOCK_SKEW as f64)
        };
        // One second more, for `iat` is rounded down.
        let to = Self::limits().proof_age as f64 + 1.0;
        let tolerated = self.varies(Variant::NonceDecidesAge);
        let unbounded = [
            Fault::AsDpopIatUnbounded,
            Fault::AsDpopProofNeverExpires,
            Fault::RsDpopProofNeverExpires,
        ];
        if tolerated || (from..=to).contains(&age) || rules.broken(&unbounded) {
            return Ok(());
        }
        Err(Refusal::invalid_proof("iat is not within the acceptable time"))
    }

    fn check_replay(
        &mut self,
        occasion: Occasion,
        claims: &Claims,
        jkt: &str,
    ) -> Result<(), Refusal> {
        let Some(jti) = &claims.jti else { return Ok(()) };
        let per_key = self.broken_on(occasion, &[Fault::AsDpopJtiPerKey]);
        let jti = if per_key { &format!("{jkt} {jti}") } else { jti };
        let limits = Self::limits();
        if jti.len() > limits.jti {
            let panics = [Fault::AsDpopLongJtiPanics, Fault::RsDpopLongJtiPanics];
            if self.broken_on(occasion, &panics) {
                return Err(Refusal::new(500, "server_error", "internal error"));
            }
            return Err(Refusal::invalid_proof("the jti is too long"));
        }
        let side = occasion.side();
        if self.broken_on(occasion, &[Fault::AsDpopJtiReplay, Fault::RsDpopJtiReplay]) {
            return Ok(());
        }
        let key = format!("{side:?} {jti}");
        let at_once = self.moment.used.contains(&key)
            && self.broken(side, &[Fault::AsDpopJtiRace, Fault::RsDpopJtiRace]);
        if self.proofs.was_used(side, jti) && !at_once {
            return Err(Refusal::invalid_proof("the jti was used before"));
        }
        self.moment.used.insert(key);
        let now = self.now();
        let until = now + limits.proof_age + CLOCK_SKEW + 2;
        if self.broken(side, &[Fault::AsDpopJtiRecordedOnSuccess]) {
            self.proofs.note_later(side, jti.clone(), until);
        } else {
            self.proofs.note(side, jti.clone(), now, until);
        }
        Ok(())
    }
}

/// Step 12: `ath` is the hash of the access token.
fn check_token_hash(rules: Rules<'_>, claims: &Claims, access_token: &str) -> Result<(), Refusal> {
    let hash = Sha256::digest(access_token);
    let hex = || hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let good = match claims.ath.as_deref() {
        None => rules.broken(&[Fault::RsDpopAthOptional]),
        Some(ath) => {
            ath == base64url::encode(hash)
                || rules.broken(&[Fault::RsDpopAthUnchecked])
                || ath == hex() && rules.broken(&[Fault::RsDpopAthAnyEncoding])
        }
    };
    if good { Ok(()) } else { Err(Refusal::invalid_proof("ath is not the hash of the token")) }
}
