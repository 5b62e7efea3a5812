//! Development clients.

pub mod completed;
pub mod honest;
pub mod port;
