//! Redirect URIs: how they are compared with the declared ones, and where the server redirects.

pub mod confusion;
pub mod declared;
mod documents;
pub mod matching;
pub mod native_client;
pub mod requested;
pub mod response;
pub mod web_client;
