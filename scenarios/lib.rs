//! The suite: the catalogue of clauses, the families of cases, and the list of both.

pub mod catalogue;
pub mod registry;
pub mod server;
