//! There are no namespaces outside of Linux.

use std::convert::Infallible;
use std::path::PathBuf;

use crate::exit::{Exit, Stop};

/// A sealed place, which there is none of.
pub(crate) struct Furnished {
    never: Infallible,
    /// The private key of the authority, in PEM.
    pub(crate) ca_key: String,
}

impl Furnished {
    /// The file with the certificate of the authority.
    pub(crate) fn ca_file(&self) -> PathBuf {
        match self.never {}
    }
}

/// Says that it cannot be done.
pub(crate) fn enter() -> Result<Furnished, Stop> {
    Err(Stop::new(Exit::Unreachable, "skipped: a sealed world cannot be made here")
        .advice("it needs the namespaces of Linux"))
}
