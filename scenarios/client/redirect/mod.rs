//! Where the user comes back to.

pub mod honest;
pub mod several;
