//! Server-supplied nonces (RFC 9449, sections 8 and 9): they rotate, and the last ones stay good.

use std::collections::{BTreeMap, BTreeSet};

use super::dpop::Occasion;
use super::place::Side;
use super::refusal::{Cause, Refusal};
use super::state::Server;
use crate::{Fault, Variant};

/// The nonces of one server.
#[derive(Debug, Default)]
pub(super) struct Nonces {
    /// Nonces with the second in which they were made, the newest last.
    issued: Vec<(String, i64)>,
    /// Thumbprints of keys that have used a good nonce.
    keys: BTreeSet<String>,
    /// Nonces with the key that used them first.
    users: BTreeMap<String, String>,
}

/// When a new nonce is made, and which ones are taken.
struct Rotation {
    /// Seconds after which a new nonce is made.
    period: i64,
    /// Seconds for which a nonce is taken at most.
    lifetime: i64,
    /// How many of the newest nonces are taken.
    kept: usize,
}

/// How long nonces are remembered at all, in seconds.
const MEMORY: i64 = 3600;

impl Server {
    /// The nonce to hand out now.
    pub(super) fn nonce(&mut self, side: Side) -> String {
        let now = self.now();
        let period = self.rotation(side).period;
        if let Some((nonce, made)) = self.nonces(side).issued.last()
            && now - made < period
        {
            return nonce.clone();
        }
        let nonce = self.fresh_nonce();
        let issued = &mut self.nonces(side).issued;
        issued.retain(|(_, made)| now - made < MEMORY);
        issued.push((nonce.clone(), now));
        nonce
    }

    /// RFC 9449, section 4.3, step 10.
    pub(super) fn check_nonce(
        &mut self,
        occasion: Occasion,
        nonce: Option<&str>,
        jkt: Option<&str>,
    ) -> Result<(), Refusal> {
        let side = occasion.side();
        let Some(nonce) = nonce else {
            let optional = match occasion {
                Occasion::Push => self.has(Fault::AsNonceOptionalAtPar),
                Occasion::Exchange => self.has(Fault::AsNonceOptionalAtToken),
                Occasion::Refresh => self.has(Fault::AsNonceOptionalAtRefresh),
                Occasion::Revoke => self.has(Fault::AsNonceOptionalAtRevocation),
                Occasion::Resource => self.has(Fault::RsNonceOptional),
            };
            let trusted = self.broken(side, &[Fault::AsNonceDowngrade, Fault::RsNonceDowngrade])
                && jkt.is_some_and(|jkt| self.nonces(side).keys.contains(jkt));
            let demand = Refusal::nonce_demand(Cause::NonceMissing);
            return if optional || trusted { Ok(()) } else { Err(demand) };
        };
        let used = !self.moment.used.insert(format!("nonce {nonce}"))
            && self.broken(side, &[Fault::AsNonceRace, Fault::RsNonceRace]);
        if used || !self.is_current(occasion, nonce) {
            return Err(Refusal::nonce_demand(Cause::NonceUnknown));
        }
        if let Some(jkt) = jkt {
            let single_use = self.broken(side, &[Fault::AsNonceSingleUse]);
            let bound = self.broken(side, &[Fault::AsNonceBoundToKey]);
            let nonces = self.nonces(side);
            nonces.keys.insert(jkt.to_owned());
            let first = nonces.users.insert(nonce.to_owned(), jkt.to_owned());
            if first.is_some_and(|first| single_use || bound && first != jkt) {
                return Err(Refusal::nonce_demand(Cause::NonceUnknown));
            }
        }
        Ok(())
    }

    fn is_current(&mut self, occasion: Occasion, presented: &str) -> bool {
        let side = occasion.side();
        let newest = self.nonce(side);
        if self.broken_on(occasion, &[Fault::AsNonceAnyValue, Fault::RsNonceAnyValue]) {
            return true;
        }
        let presented = if self.has(Fault::AsNonceSelfCheck) && side == Side::Authorization {
            &newest
        } else {
            presented
        };
        let casefold = self.broken(side, &[Fault::AsNonceCasefold]);
        let same =
            |nonce: &str| nonce == presented || casefold && nonce.eq_ignore_ascii_case(presented);
        if self.has(Fault::RsNonceOfOtherServer)
            && side == Side::Resource
            && self.authorization_nonces.issued.iter().any(|(nonce, _)| same(nonce))
        {
            return true;
        }
        let now = self.now();
        let Rotation { lifetime, kept, .. } = self.rotation(side);
        let recent = self.nonces(side).issued.iter().rev().take(kept);
        recent.clone().any(|(nonce, made)| now - made < lifetime && same(nonce))
    }

    fn rotation(&self, side: Side) -> Rotation {
        let usual = if self.varies(Variant::NonceEveryAnswer) {
            Rotation { period: 0, lifetime: 300, kept: usize::MAX }
        } else if self.varies(Variant::NonceRare) {
            Rotation { period: 299, lifetime: 598, kept: 2 }
        } else {
            Rotation { period: 100, lifetime: 300, kept: 3 }
        };
        let ever = [
            Fault::AsNonceNeverExpires,
            Fault::RsNonceNeverExpires,
            Fault::AsDpopProofNeverExpires,
            Fault::RsDpopProofNeverExpires,
        ];
        let per_answer = [Fault::AsNonceSingleUse, Fault::AsNonceBoundToKey];
        if self.broken(side, &per_answer) {
            Rotation { period: 0, lifetime: 300, kept: usize::MAX }
        } else if self.broken(side, &[Fault::AsNonceNeverRotates, Fault::RsNonceNeverRotates]) {
            Rotation { period: i64::MAX, lifetime: i64::MAX, kept: 1 }
        } else if self.broken(side, &ever) {
            Rotation { lifetime: i64::MAX, kept: usize::MAX, ..usual }
        } else if self.broken(side, &[Fault::AsNonceNoOverlap, Fault::RsNonceNoOverlap]) {
            Rotation { kept: 1, ..usual }
        } else {
            usual
        }
    }

    fn fresh_nonce(&mut self) -> String {
        let random = self.stream.token();
        if self.has(Fault::AsNonceCounter) {
            return format!("n-{}", self.serial());
        }
        if self.has(Fault::AsNonceBadCharset) {
            return format!("{random} {random}");
        }
        if self.varies(Variant::NonceLong) {
            // NQCHAR of RFC 6749, appendix A: all of visible ASCII but `"` and `\`.
            let mut long: String =
                (b'!'..=b'~').map(char::from).filter(|c| !matches!(c, '"' | '\\')).collect();
            while long.len() < 512 {
                long.push_str(&self.stream.token());
            }
            long.truncate(512);
            return long;
        }
        random
    }

    fn nonces(&mut self, side: Side) -> &mut Nonces {
        let shared = self.varies(Variant::NonceShared);
        match side {
            Side::Resource if !shared => &mut self.resource_nonces,
            _ => &mut self.authorization_nonces,
        }
    }
}
