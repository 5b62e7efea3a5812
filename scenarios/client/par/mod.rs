//! The pushed authorization request.

pub mod honest;
