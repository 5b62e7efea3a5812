//! Sessions as their users see them.

pub mod account_page;
pub mod end;
pub mod length;
pub mod parallel;
