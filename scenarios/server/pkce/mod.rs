//! Proof Key for Code Exchange (RFC 7636).

pub mod challenge;
pub mod challenge_use;
pub mod exposure;
pub mod support;
pub mod verifier;
pub mod verifier_grammar;
