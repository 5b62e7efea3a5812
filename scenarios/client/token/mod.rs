//! The answer of the token endpoint.

pub mod answer;
pub mod failure;
pub mod lifetime;
pub mod opaque;
pub mod request;
pub mod sign_in;
pub mod subject;
