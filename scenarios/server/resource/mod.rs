//! Requests to protected resources (RFC 9449, section 7).

pub mod challenge;
pub mod dpop_proof;
pub mod expiry;
pub mod private_key;
pub mod token;
