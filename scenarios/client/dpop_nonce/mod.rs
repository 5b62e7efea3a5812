//! Nonces that servers ask for.

pub mod challenge;
pub mod endless;
pub mod honest;
pub mod mistaken;
pub mod rotation;
pub mod sessions;
