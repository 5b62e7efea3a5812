//! Token introspection (RFC 7662), which the profile does not mention.

pub mod endpoint;
