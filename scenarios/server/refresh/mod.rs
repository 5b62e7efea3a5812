//! Refresh: what a refresh token is good for, and for how long.

pub mod lifetime;
pub mod request;
pub mod response;
pub mod rotation;
pub mod scope;
