//! Proofs of possession.

pub mod honest;
