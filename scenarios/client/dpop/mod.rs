//! Proofs of possession.

pub mod honest;
pub mod query;
pub mod requests;
pub mod sessions;
