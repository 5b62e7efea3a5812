//! The answer of the token endpoint.

pub mod answer;
