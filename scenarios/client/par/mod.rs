//! The pushed authorization request.

pub mod answers;
pub mod honest;
