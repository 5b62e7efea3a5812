//! Scopes, asked for and granted.

pub mod granted;
pub mod request;
