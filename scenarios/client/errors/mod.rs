//! Errors that are none of the protocol.

pub mod page;
