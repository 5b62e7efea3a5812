//! Who the account is, and where its PDS is.

pub mod document;
pub mod handle;
pub mod layout;
