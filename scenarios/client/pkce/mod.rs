//! Proof key for code exchange.

pub mod downgrade;
pub mod honest;
