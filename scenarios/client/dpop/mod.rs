//! Proofs of possession.

pub mod honest;
pub mod requests;
pub mod sessions;
