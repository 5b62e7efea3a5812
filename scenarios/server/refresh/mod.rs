//! Refresh: what a refresh token is good for, and for how long.

pub mod crossed;
pub mod dpop_proof;
pub mod idle;
pub mod lifetime;
pub mod malformed;
pub mod other_account;
pub mod race;
pub mod request;
pub mod response;
pub mod rotation;
pub mod scope;
