//! How long things live, and how large they may be.

use super::state::Server;
use crate::{Fault, Variant};

/// Lifetimes in seconds.
pub(super) struct Lifetimes {
    /// Of a `request_uri`: long enough to type a password (RFC 9126, section 2.2).
    pub(super) request_uri: i64,
    /// Of a code: short (RFC 6749, section 4.1.2).
    pub(super) code: i64,
    /// Of an access token: the profile asks for less than 30 minutes.
    pub(super) access_token: i64,
}

/// Limits of what is taken.
pub(super) struct Limits {
    /// How far back `iat` may lie, in seconds.
    pub(super) proof_age: i64,
    /// Octets of a body.
    pub(super) body: usize,
    /// Characters of `state`.
    pub(super) state: usize,
    /// Characters of `jti`.
    pub(super) jti: usize,
}

/// How far in the future `iat` may lie, for clocks that differ.
pub(super) const CLOCK_SKEW: i64 = 30;

/// How long a session of a public client may last without sign-in: two weeks.
pub(super) const SESSION: i64 = 14 * 24 * 60 * 60;

impl Server {
    pub(super) fn lifetimes(&self) -> Lifetimes {
        let usual = if self.varies(Variant::ShortLifetimes) {
            Lifetimes { request_uri: 30, code: 20, access_token: 120 }
        } else {
            Lifetimes { request_uri: 300, code: 120, access_token: 900 }
        };
        let usual = match self.varies(Variant::LongRequestUri) {
            true => Lifetimes { request_uri: 600, ..usual },
            false => usual,
        };
        if self.has(Fault::AsTokenLifetime3600) {
            return Lifetimes { access_token: 3600, ..usual };
        }
        usual
    }

    pub(super) const fn limits() -> Limits {
        Limits { proof_age: 300, body: 64 * 1024, state: 2048, jti: 256 }
    }
}
