//! Who the account is, and where its PDS is.

pub mod authority;
pub mod by_did;
pub mod claims;
pub mod document;
pub mod handle;
pub mod handle_at_host;
pub mod handle_routes;
pub mod layout;
pub mod moved_account;
pub mod record;
pub mod typed;
pub mod typed_did_web;
