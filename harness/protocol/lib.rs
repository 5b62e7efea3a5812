//! What the bytes of atproto OAuth mean.
//!
//! Pure: no async, no sockets, no clock, no randomness, no global state. Time, keys and bytes come
//! in as arguments, so that a lint, a live run, a property test and a fuzz target call the same
//! function.
//!
//! Two sides stand apart. *Reading* is strict and reports every [`Defect`] with its position and
//! clause. *Forging* makes a valid object, or a valid object with exactly one named mutation; the
//! types that reading returns never grow an invalid state for the sake of forging.

pub mod base64url;
pub mod client_assertion;
mod defect;
pub mod did_document;
pub mod dpop;
pub mod form;
pub mod http;
pub mod identifier;
pub mod json;
pub mod jwk;
pub mod jws;
pub mod lint;
pub mod metadata;
pub mod oauth;
mod object;
pub mod pkce;
mod reading;
pub mod record;
pub mod scope;

pub use defect::{Defect, Position};
pub use reading::Reading;
