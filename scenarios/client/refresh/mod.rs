//! Refreshes.

pub mod answer;
pub mod failure;
pub mod kept;
pub mod rotation;
