//! DPoP proofs, checked in the steps of RFC 9449, section 4.3.

mod claims;
mod compact;
mod field;
mod htu;
mod key;
mod memory;
mod purpose;
mod rules;
mod signature;
mod verify;

pub(super) use crate::Occasion;
pub(super) use memory::ProofMemory;
pub(crate) use rules::PROOF_FAULTS;
pub(super) use verify::Proof;
