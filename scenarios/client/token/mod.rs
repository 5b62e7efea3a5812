//! The answer of the token endpoint.

pub mod answer;
pub mod failure;
pub mod opaque;
pub mod request;
pub mod subject;
