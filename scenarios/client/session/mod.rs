//! What a session is bound to.

pub mod handle;
