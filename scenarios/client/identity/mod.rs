//! Who the account is, and where its PDS is.

pub mod authority;
pub mod by_did;
pub mod claimed_handle;
pub mod claims;
pub mod document;
pub mod full_service_id;
pub mod handle;
pub mod handle_at_host;
pub mod handle_routes;
pub mod later_login;
pub mod layout;
pub mod moved_account;
pub mod record;
pub mod second_login;
pub mod typed;
pub mod typed_did_web;
