//! Client assertions (RFC 7523, `private_key_jwt`), forged with one named mutation.

mod forge;
mod rows;

pub use forge::{Spec, applies, forge};
pub use rows::{Audience, HeaderKey, MUTATIONS, Mutation, NamedMutation, Party, mutation};

/// The only `client_assertion_type` of the profile (RFC 7523, section 2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
