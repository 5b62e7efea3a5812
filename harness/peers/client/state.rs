//! What the client remembers.

use std::collections::BTreeMap;
use std::sync::Arc;

use atproof_engine::stage::{Clock, Stream, Transport};
use atproof_protocol::identifier::Origin;

use super::Config;
use super::par::Pending;
use super::session::Held;

/// The reference client: one user agent, with one session at a time.
///
/// All its time comes from the clock and all its randomness from the stream, so that the same
/// answers get the same requests.
pub struct Client {
    pub(super) config: Config,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Clock,
    pub(super) stream: Stream,
    /// Logins whose authorization response has not come, by `state`.
    pub(super) pending: BTreeMap<String, Pending>,
    pub(super) session: Option<Held>,
    /// The newest nonce of each server, by the thumbprint of the key that it was given for.
    pub(super) nonces: BTreeMap<(String, Origin), String>,
}

impl Client {
    /// A client without logins.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        clock: Clock,
        stream: Stream,
    ) -> Self {
        Self {
            config,
            transport,
            clock,
            stream,
            pending: BTreeMap::new(),
            session: None,
            nonces: BTreeMap::new(),
        }
    }
}
