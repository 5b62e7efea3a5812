//! Pushed authorization requests (RFC 9126).

pub mod dpop_proof;
pub mod request;
