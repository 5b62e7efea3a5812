//! The client: one value that plays a user's application, from a handle to requests and logout.
//!
//! It reads like the texts that it implements. Where a rule has a fault, the switch stands at the
//! rule.

mod assertion;
mod authority;
mod callback;
mod config;
mod discovery;
mod document;
mod error;
mod fetch;
mod form;
mod identity;
mod network;
mod nonce;
mod par;
mod proof;
mod refresh;
mod resource;
mod resource_metadata;
mod response;
mod revocation;
mod server_metadata;
mod session;
mod state;
mod token;

pub use config::{Config, ConfigError};
pub use error::{Error, Reason, Step};
pub use session::Session;
pub use state::Client;
