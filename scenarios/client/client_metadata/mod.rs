//! The metadata documents of clients.

pub mod document;
pub mod refused;
