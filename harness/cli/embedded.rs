//! The reference peer in process, as a place to play.

use std::sync::Arc;

use atproof_engine::discovery::Directories;
use atproof_engine::model;
use atproof_engine::run::Venue;
use atproof_engine::stage::{Clock, Fixtures, Host, Place, Sentinels, Stream};
use atproof_peers::{Config, Embedded, Switches};

/// What the clock shows where a unit begins: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// Where documents of our clients are.
const METADATA_ORIGIN: &str = "https://client.atproof.test";

/// Another port at which they are.
const SECOND_PORT: u16 = 8443;

/// The reference peer, made anew for every unit, with its own clock and streams.
pub(crate) struct Peer {
    config: Config,
    seed: u64,
}

impl Peer {
    /// The embedded server with these switches.
    pub(crate) fn new(switches: Switches, seed: u64) -> Self {
        Self { config: Config::embedded().with(switches), seed }
    }

    /// What a user would name to have it examined.
    pub(crate) fn input(&self) -> String {
        self.config.accounts.first().map_or_else(String::new, |account| account.handle.clone())
    }

    /// Where its identities are looked up.
    pub(crate) fn directories(&self) -> Directories {
        Directories { plc: self.config.plc.clone(), handle_resolver: None }
    }

    /// Who can sign in.
    pub(crate) fn accounts(&self) -> Vec<model::Account> {
        let account = |account: &atproof_peers::Account| model::Account {
            identifier: account.handle.clone(),
            password: account.password.clone(),
        };
        self.config.accounts.iter().map(account).collect()
    }
}

impl Venue for Peer {
    fn open(&self, unit: &str) -> Place {
        let clock = Clock::at(START);
        // A seed of its own for each unit: what is a nonce in one must not be a code in another.
        let [a, b, c, d, e, f, g, h, ..] =
            Stream::seeded(self.seed, &format!("server of {unit}")).block();
        let seed = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        let host = Arc::new(Host::new(METADATA_ORIGIN).and_at(SECOND_PORT));
        let server = Embedded::new(self.config.clone(), seed, clock.clone()).reach(host.clone());
        Place {
            transport: Arc::new(server),
            clock,
            random: Stream::seeded(self.seed, unit),
            fixtures: Arc::new(Fixtures::default()),
            host: Some(host.clone()),
            sentinels: Some(Arc::new(Sentinels::Memory(host))),
        }
    }
}
