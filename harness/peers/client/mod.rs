//! The client: one value that plays a user's application, from a handle to requests and logout.

mod authority;
mod callback;
mod config;
mod discovery;
mod error;
mod fetch;
mod identity;
mod par;
mod proof;
mod refresh;
mod resource;
mod resource_metadata;
mod revocation;
mod server_metadata;
mod session;
mod state;
mod token;

pub use config::Config;
pub use error::{Error, Reason, Step};
pub use session::Session;
pub use state::Client;
