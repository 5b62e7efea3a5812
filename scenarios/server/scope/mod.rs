//! Scopes: what may be asked for, what is granted, and what it is good for.

pub mod requests;
