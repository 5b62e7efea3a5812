//! The end of a session.

pub mod answer;
pub mod honest;
pub mod proof;
