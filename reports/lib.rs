//! From a judged run to bytes. Nothing here judges: every format says the same.

pub mod bugs;
pub mod coverage;
pub mod explain;
pub mod json;
pub mod lint;
pub mod list;
pub mod scope;
pub mod terminal;

#[cfg(test)]
mod sample;
