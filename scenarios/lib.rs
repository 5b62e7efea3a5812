//! The suite: the catalogue of clauses, the families of cases, and the list of both.

pub mod bugs;
pub mod catalogue;
pub mod client;
pub mod coverage;
pub mod document;
pub mod registry;
pub mod server;
