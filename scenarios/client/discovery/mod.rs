//! From the PDS to its authorization server.

pub mod resource_metadata;
pub mod server_metadata;
