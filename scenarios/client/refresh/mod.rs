//! Refreshes.

pub mod answer;
pub mod at_once;
pub mod failure;
pub mod kept;
pub mod lifetime;
pub mod request;
pub mod rotation;
