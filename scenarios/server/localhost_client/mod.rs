//! The `http://localhost` clients of the development exception, which describe themselves.

pub mod declaration;
pub mod identifier;
pub mod public;
pub mod redirect_uri;
pub mod support;
