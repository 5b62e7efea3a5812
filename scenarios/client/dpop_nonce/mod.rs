//! Nonces that servers ask for.

pub mod endless;
