//! Families that examine a client, one file each, in a folder per area.
//!
//! A row is a change to one answer of a network that is correct otherwise, and what a client makes
//! of it.

pub mod authorization;
pub mod discovery;
pub mod dpop;
pub mod dpop_nonce;
pub mod identity;
pub mod jose;
pub mod par;
pub mod pkce;
pub mod token;

mod nonces;
mod proofs;
mod rows;
mod values;
