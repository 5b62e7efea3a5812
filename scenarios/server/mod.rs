//! Cases that examine servers, by area.

mod answers;
pub mod as_metadata;
pub mod authorization;
mod cors;
mod credentials;
mod document;
pub mod dpop_nonce;
mod front_channel;
mod guessing;
pub mod par;
pub mod pkce;
pub mod redirect;
pub mod refresh;
pub mod resource;
pub mod revocation;
mod rotation;
pub mod rs_metadata;
mod seen;
pub mod token;
