//! Cases that examine servers, by area.

mod answers;
pub mod as_metadata;
mod cors;
mod document;
pub mod par;
pub mod pkce;
pub mod rs_metadata;
pub mod token;
