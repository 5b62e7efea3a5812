//! Requests to the PDS.

pub mod honest;
pub mod refusal;
