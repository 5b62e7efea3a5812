//! How the authorization server says no.

pub mod credentials;
pub mod cross_origin;
pub mod names;
