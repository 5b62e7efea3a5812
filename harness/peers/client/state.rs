//! What the client remembers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use atproof_engine::stage::{Clock, Stream, Transport};
use atproof_protocol::identifier::Origin;
use atproof_protocol::jwk::SigningKey;
use serde_json::Value;

use super::par::Pending;
use super::session::Held;
use super::{Config, ConfigError};
use crate::{ClientFault, ClientVariant, Occasion};

/// The reference client: one user agent, with one session at a time.
///
/// It may be used from several tasks at once. All its time comes from the clock and all its
/// randomness from the stream, so that the same answers get the same requests.
pub struct Client {
    pub(super) config: Config,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Clock,
    /// Held by the one task that refreshes.
    pub(super) refreshing: tokio::sync::Mutex<()>,
    memory: Mutex<Memory>,
}

/// What changes. It is never locked across a request.
pub(super) struct Memory {
    pub(super) stream: Stream,
    /// Logins whose authorization response has not come, by `state`.
    pub(super) pending: BTreeMap<String, Pending>,
    pub(super) session: Option<Held>,
    /// The newest nonce of each server, by the thumbprint of the key that it was given for.
    pub(super) nonces: BTreeMap<(String, String), String>,
    /// Documents and when they were fetched, where the client keeps any.
    pub(super) documents: BTreeMap<String, (Value, i64)>,
    /// What only a client with a fault keeps.
    pub(super) kept: Kept,
}

/// What a correct client forgets.
#[derive(Default)]
pub(super) struct Kept {
    /// How many identifiers were counted up.
    pub(super) count: u64,
    pub(super) key: Option<SigningKey>,
    pub(super) issuer: Option<Origin>,
    pub(super) request_uris: BTreeMap<String, String>,
    pub(super) assertion: Option<String>,
    pub(super) proofs: BTreeMap<String, Vec<u8>>,
}

impl Client {
    /// A client without logins.
    ///
    /// # Errors
    ///
    /// Says what the client cannot be made with.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        clock: Clock,
        stream: Stream,
    ) -> Result<Self, ConfigError> {
        let memory = Memory {
            stream,
            pending: BTreeMap::new(),
            session: None,
            nonces: BTreeMap::new(),
            documents: BTreeMap::new(),
            kept: Kept::default(),
        };
        Ok(Self {
            config: config.checked()?,
            transport,
            clock,
            refreshing: tokio::sync::Mutex::new(()),
            memory: Mutex::new(memory),
        })
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this rule is broken.
    pub(super) fn has(&self, fault: ClientFault) -> bool {
        self.config.switches.has(fault)
    }

    /// Whether a rule is broken on this occasion.
    pub(super) fn has_at(&self, faults: &[(ClientFault, Occasion)], occasion: Occasion) -> bool {
        faults.iter().any(|(fault, on)| *on == occasion && self.has(*fault))
    }

    /// Whether this freedom is taken.
    pub(super) fn takes(&self, variant: ClientVariant) -> bool {
        self.config.switches.takes(variant)
    }
}

impl Memory {
    /// The next number.
    pub(super) fn count(&mut self) -> u64 {
        self.kept.count += 1;
        self.kept.count
    }
}
