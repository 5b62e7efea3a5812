//! The authorization request and the response to it.

pub mod callback;
pub mod endpoint;
pub mod odd_callback;
pub mod request;
pub mod state;
