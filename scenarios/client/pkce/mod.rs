//! Proof key for code exchange.

pub mod honest;
