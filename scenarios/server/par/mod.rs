//! Pushed authorization requests (RFC 9126).

pub mod cross_origin;
pub mod dpop_jkt;
pub mod dpop_proof;
pub mod error;
pub mod expiry;
pub mod field_name;
pub mod replay;
pub mod request;
pub mod response;
