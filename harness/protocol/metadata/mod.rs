//! Metadata documents of authorization servers, resource servers and clients, read strictly.
//!
//! A URL that has to be https but is plain http on a loopback host gets a code of its own that ends
//! in `-not-https`, so that a caller may treat a development target mildly. Any other scheme is
//! reported under a code that ends in `-wrong-scheme`.

pub mod authorization_server;
pub mod client;
mod jwks;
pub mod key_set;
pub mod protected_resource;
mod rules;

pub use authorization_server::AuthorizationServerMetadata;
pub use client::ClientMetadata;
pub use protected_resource::ProtectedResourceMetadata;
