//! Client metadata documents, and how a server comes by them.

pub mod changes;
pub mod credentials;
pub mod delivery;
pub mod document;
pub mod failures;
pub mod fetch;
pub mod identity;
pub mod key_rotation;
pub mod key_set_url;
pub mod keys;
pub mod kinds;
pub mod legal;
pub mod logo;
pub mod media_type;
pub mod members;
pub mod names;
pub mod native;
pub mod pages;
mod rows;
pub mod session;
pub mod slow;
pub mod stale;
pub mod undeclared_method;
pub mod withdrawn_key;
