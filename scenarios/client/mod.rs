//! Families that examine a client, one file each, in a folder per area.
//!
//! A row is a change to one answer of a network that is correct otherwise, and what a client makes
//! of it.

pub mod authorization;
pub mod client_auth;
pub mod client_id;
pub mod client_metadata;
pub mod discovery;
pub mod dpop;
pub mod dpop_nonce;
pub mod errors;
pub mod identity;
pub mod jose;
pub mod localhost_client;
pub mod par;
pub mod pkce;
pub mod redirect;
pub mod refresh;
pub mod resource;
pub mod revocation;
pub mod scope;
pub mod session;
pub mod token;

mod assertions;
mod grants;
mod nonces;
mod proofs;
mod route;
mod rows;
mod surveys;
mod values;
