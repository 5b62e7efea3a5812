//! Authentication of confidential clients.

pub mod honest;
pub mod mix_up;
pub mod revocation;
