//! Development clients.

pub mod honest;
