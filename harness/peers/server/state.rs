//! What the server remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use atproof_engine::stage::{Clock, Host, Stream};
use p256::ecdsa::SigningKey;
use serde_json::Value;

use super::browser::Browser;
use super::clients::{Documents, Used};
use super::dpop::ProofMemory;
use super::grants::Tokens;
use super::login_request::LoginRequest;
use super::moment::Moment;
use super::nonce::Nonces;
use super::place::Side;
use crate::server::exchange::Code;
use crate::server::pkce::Challenges;
use crate::{Account, Config, Fault, Variant};

/// The reference server. All its time comes from the clock and all its randomness from the stream,
/// so that the same requests get the same bytes.
#[derive(Debug)]
pub struct Server {
    pub(super) config: Config,
    pub(super) stream: Stream,
    pub(super) clock: Clock,
    /// Signs access tokens.
    pub(super) signing_key: SigningKey,
    pub(super) authorization_nonces: Nonces,
    pub(super) resource_nonces: Nonces,
    pub(super) proofs: ProofMemory,
    /// Requests that were pushed and not finished, by `request_uri`.
    pub(super) pushed: BTreeMap<String, LoginRequest>,
    pub(super) challenges: Challenges,
    pub(super) codes: BTreeMap<String, Code>,
    pub(super) tokens: Tokens,
    /// Browser sessions, by cookie.
    pub(super) browsers: BTreeMap<String, Browser>,
    /// Which account has approved which client before, and
    /// with which scopes.
    pub(super) consents: BTreeMap<(String, String), Vec<String>>,
    /// The host that client documents can be fetched from.
    pub(crate) web: Option<Arc<Host>>,
    /// Client documents and key sets that were fetched, by URL.
    pub(super) documents: Documents,
    /// Whether a request was refused because there were too many.
    pub(super) has_limited: bool,
    /// Sessions that the account page shows although they ended, and those that it does not show
    /// although they live. Only a broken server has any.
    pub(super) remembered_sessions: BTreeSet<u64>,
    pub(super) hidden_sessions: BTreeSet<u64>,
    /// Assertions that were used, by client and `jti`.
    pub(super) assertions: BTreeMap<(String, String), Used>,
    /// Records by DID, collection and record key.
    pub(super) repository: BTreeMap<(String, String, String), Value>,
    pub(super) moment: Moment,
    serial: u64,
}

impl Server {
    /// A server with this configuration, randomness and time.
    pub fn new(config: Config, stream: Stream, clock: Clock) -> Self {
        let mut stream = stream;
        let signing_key = signing_key(&mut stream);
        Self {
            config,
            stream,
            clock,
            signing_key,
            authorization_nonces: Nonces::default(),
            resource_nonces: Nonces::default(),
            proofs: ProofMemory::default(),
            pushed: BTreeMap::new(),
            challenges: Challenges::default(),
            codes: BTreeMap::new(),
            tokens: Tokens::default(),
            browsers: BTreeMap::new(),
            consents: BTreeMap::new(),
            web: None,
            documents: Documents::default(),
            has_limited: false,
            remembered_sessions: BTreeSet::new(),
            hidden_sessions: BTreeSet::new(),
            assertions: BTreeMap::new(),
            repository: BTreeMap::new(),
            moment: Moment::default(),
            serial: 0,
        }
    }

    /// What the server was made with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether this rule is broken.
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.config.switches.faults.contains(&fault)
    }

    /// Whether one of these rules is broken by the server of this side. Authorization server and
    /// PDS share code and have faults of their own.
    pub(super) fn broken(&self, side: Side, faults: &[Fault]) -> bool {
        faults.iter().any(|fault| Side::of(*fault) == side && self.has(*fault))
    }

    /// Whether this freedom is taken.
    pub(super) fn varies(&self, variant: Variant) -> bool {
        self.config.switches.variants.contains(&variant)
    }

    /// A number that was not used before.
    pub(super) fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// The account of a handle or DID.
    pub(super) fn account(&self, identifier: &str) -> Option<&Account> {
        let identifier = identifier.trim().trim_start_matches('@');
        let mut accounts = self.config.accounts.iter();
        accounts.find(|a| a.did == identifier || a.handle.eq_ignore_ascii_case(identifier))
    }
}

fn signing_key(stream: &mut Stream) -> SigningKey {
    loop {
        // One draw in 2^32 is no valid scalar.
        if let Ok(key) = SigningKey::from_slice(&stream.block()) {
            return key;
        }
    }
}
