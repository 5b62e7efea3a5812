//! Keys and signatures.

pub mod signature;
