//! Identifiers of clients with a metadata document.

pub mod honest;
pub mod shape;
