//! Requests to the PDS.

pub mod challenges;
pub mod honest;
pub mod out_of_order;
pub mod refusal;
