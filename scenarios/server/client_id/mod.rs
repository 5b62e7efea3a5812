//! Client identifiers: URLs in one spelling, compared as strings.

pub mod alias;
pub mod code;
pub mod shape;
pub mod spelling;
pub mod url;
