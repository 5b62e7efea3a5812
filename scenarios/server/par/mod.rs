//! Pushed authorization requests (RFC 9126).

pub mod at_once;
pub mod cross_origin;
pub mod dpop_jkt;
pub mod dpop_proof;
pub mod duplicates;
pub mod error;
pub mod expiry;
pub mod field_name;
pub mod form;
pub mod jti;
pub mod optional;
pub mod proof_claims;
pub mod race;
pub mod replay;
pub mod request;
pub mod request_object;
pub mod response;
pub mod signed_object;
