//! Cases that examine servers, by area.

mod answers;
pub mod par;
