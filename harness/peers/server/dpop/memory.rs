//! What is remembered of proofs: each `jti` once (RFC 9449, section 11.1).

use std::collections::BTreeMap;

use super::key::PublicKey;
use crate::server::place::Side;

/// Proofs that were seen, and keys that were used.
#[derive(Debug, Default)]
pub(in crate::server) struct ProofMemory {
    /// Used values of `jti` with the second in which they may be forgotten.
    used: BTreeMap<(bool, String), i64>,
    /// Proofs that count as used only when their request succeeds.
    pending: Option<((bool, String), i64)>,
    /// Keys by thumbprint.
    pub(super) keys: BTreeMap<String, PublicKey>,
}

impl ProofMemory {
    /// Whether this `jti` was used at this server.
    pub(super) fn was_used(&self, side: Side, jti: &str) -> bool {
        self.used.contains_key(&(side == Side::Resource, jti.to_owned()))
    }

    /// Notes that this `jti` was used.
    pub(super) fn note(&mut self, side: Side, jti: String, now: i64, until: i64) {
        self.used.retain(|_, end| *end > now);
        self.used.insert((side == Side::Resource, jti), until);
    }

    /// Notes that this `jti` is used when the request succeeds.
    pub(super) fn note_later(&mut self, side: Side, jti: String, until: i64) {
        self.pending = Some(((side == Side::Resource, jti), until));
    }

    /// Ends a request.
    pub(in crate::server) fn settle(&mut self, succeeded: bool) {
        if let Some((jti, until)) = self.pending.take()
            && succeeded
        {
            self.used.insert(jti, until);
        }
    }
}
