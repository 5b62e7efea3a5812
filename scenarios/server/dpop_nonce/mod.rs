//! Nonces that servers hand out for DPoP proofs (RFC 9449, sections 8 and 9).

pub mod par;
pub mod par_answers;
pub mod par_reuse;
pub mod par_rotation;
pub mod resource;
pub mod resource_answers;
pub mod resource_rotation;
pub mod token;
