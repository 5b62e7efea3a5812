//! Keys and signatures.

pub mod assertion;
pub mod signature;
