//! Redirect URIs: how they are compared with the declared ones, and where the server redirects.

pub mod declared;
pub mod matching;
pub mod response;
