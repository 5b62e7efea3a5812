//! From the PDS to its authorization server.

pub mod certificates;
pub mod chain;
pub mod challenge;
pub mod guarded_fetches;
pub mod links;
pub mod own_server;
pub mod resource_document;
pub mod resource_metadata;
pub mod server_document;
pub mod server_metadata;
pub mod server_profile;
pub mod server_started;
pub mod typed_server;
