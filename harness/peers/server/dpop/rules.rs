//! What a proof is for, and which rules about proofs are broken there.

use crate::server::place::Side;
use crate::{Fault, Switches};

/// What a proof is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Occasion {
    /// A pushed authorization request.
    Push,
    /// A code exchange.
    Exchange,
    /// A refresh.
    Refresh,
    /// A protected resource.
    Resource,
}

impl Occasion {
    /// The server that checks the proof.
    pub(in crate::server) fn side(self) -> Side {
        if self == Self::Resource { Side::Resource } else { Side::Authorization }
    }

    /// Whether the request goes to the token endpoint.
    pub(super) fn is_token(self) -> bool {
        matches!(self, Self::Exchange | Self::Refresh)
    }
}

/// The switches as they bear on one proof.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a> {
    pub(super) occasion: Occasion,
    pub(super) switches: &'a Switches,
}

impl Rules<'_> {
    /// Whether one of these rules is broken by the server that checks the proof. Where both servers
    /// can break a rule, both faults are named at the one place that keeps it.
    pub(super) fn broken(&self, faults: &[Fault]) -> bool {
        let side = self.occasion.side();
        faults.iter().any(|f| Side::of(*f) == side && self.switches.faults.contains(f))
    }
}
