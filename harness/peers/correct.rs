//! The correct network around a client: the reference server at the origins of a world, and a
//! second one, of others, beside it.

use std::sync::Arc;

use atproof_engine::model::Settings;
use atproof_engine::stage::{Clock, Host, Stream};
use atproof_engine::world::{Cast, Network, Networks, Origins};
use atproof_protocol::http::{Request, Response};

use crate::{Account, Config, Fault, Server, Switches};

/// Makes correct networks. With a seed, their randomness follows from it; without, it is that of
/// the operating system.
#[derive(Clone, Copy, Debug)]
pub struct Correct {
    /// The seed.
    pub seed: Option<u64>,
}

/// Makes correct networks whose accounts have names of their own, for clients that look for all of
/// them in one directory. Nothing is known of a client but what it says of itself: its document, if
/// it has one, is not looked at.
#[derive(Clone, Copy, Debug)]
pub struct Fresh;

impl Networks for Correct {
    fn network(
        &self,
        label: &str,
        origins: &Origins,
        settings: &Settings,
        variants: &[&str],
        clock: &Clock,
    ) -> Box<dyn Network> {
        let stream = |of: &str| match self.seed {
            Some(seed) => Stream::seeded(seed, &format!("{of} {label}")),
            None => Stream::System,
        };
        let domain = &origins.domain;
        let handle = |name: &str| format!("{name}.{domain}");
        let account = |name: &str| Account::new(&did_plc(name, domain), &handle(name));
        let alice = match settings.did_web {
            true => Account::new(&format!("did:web:{}", handle("alice")), &handle("alice")),
            false => account("alice"),
        };
        let accounts = [alice, account("bob"), account("mallory")];
        // The suite names them; a test sees to it that they exist.
        let switches = Switches::parse(variants).unwrap_or_default();
        let streams = [stream("home"), stream("away")];
        Box::new(Pair::new(origins, accounts, switches, streams, clock))
    }
}

impl Networks for Fresh {
    fn network(
        &self,
        _: &str,
        origins: &Origins,
        _: &Settings,
        variants: &[&str],
        clock: &Clock,
    ) -> Box<dyn Network> {
        let account = |label: &str| {
            let letters: String =
                Stream::System.block().map(|byte| char::from(b'a' + byte % 26)).iter().collect();
            let (did, name) = letters.split_at(PLC_LENGTH);
            Account::new(&format!("did:plc:{did}"), &format!("{label}-{name}.atproof.test"))
        };
        let accounts = ["alice", "bob", "mallory"].map(account);
        let mut switches = Switches::parse(variants).unwrap_or_default();
        switches
            .faults
            .extend([Fault::AsDocumentNotFetched, Fault::AsAssertionIgnoredOfPublicClient]);
        let streams = [Stream::System, Stream::System];
        Box::new(Pair::new(origins, accounts, switches, streams, clock))
    }
}

/// Characters of the last part of a did:plc.
const PLC_LENGTH: usize = 24;

/// Two servers that share a directory.
struct Pair {
    home: Server,
    away: Server,
}

impl Pair {
    /// The servers of these accounts: two at home, one away.
    fn new(
        origins: &Origins,
        accounts: [Account; 3],
        switches: Switches,
        streams: [Stream; 2],
        clock: &Clock,
    ) -> Self {
        let [alice, bob, mallory] = accounts;
        let home = Config {
            pds: origins.pds.clone(),
            issuer: origins.issuer.clone(),
            endpoints: origins.issuer.clone(),
            plc: origins.directory.clone(),
            accounts: vec![alice, bob],
            switches,
        };
        let away = Config {
            pds: origins.other.clone(),
            issuer: origins.other.clone(),
            endpoints: origins.other.clone(),
            plc: origins.directory.clone(),
            accounts: vec![mallory],
            switches: Switches::default(),
        };
        let [at_home, afar] = streams;
        Self {
            home: Server::new(home, at_home, clock.clone()),
            away: Server::new(away, afar, clock.clone()),
        }
    }

    /// Where a request for the directory is answered, as it runs in the process of both servers.
    fn at(server: &Server, request: &Request) -> Request {
        let config = server.config();
        let path = request.target();
        let url = if path.starts_with("/xrpc/") {
            format!("{}{path}", config.pds)
        } else {
            request.url.clone()
        };
        Request { url, ..request.clone() }
    }
}

/// A DID that is another one in each domain, since clients keep what they know of a DID. What is
/// no letter of its alphabet is left out, and the rest is filled up.
fn did_plc(name: &str, domain: &str) -> String {
    let network = domain.split('.').next().filter(|_| domain != Origins::DOMAIN);
    let letters = name.chars().chain(network.unwrap_or_default().chars());
    let letters = letters.filter(|letter| matches!(letter, 'a'..='z' | '2'..='7'));
    let id: String = letters.chain(std::iter::repeat('a')).take(DID_PLC_LENGTH).collect();
    format!("did:plc:{id}")
}

/// How many characters follow `did:plc:`.
const DID_PLC_LENGTH: usize = 24;

impl Pair {
    /// The TXT records of a handle.
    fn record(&self, url: &str) -> Response {
        let name = url.split(['?', ':']).nth(1).unwrap_or_default();
        let handle = name.strip_prefix("_atproto.").unwrap_or_default();
        let mut accounts =
            [&self.home, &self.away].into_iter().flat_map(|server| &server.config().accounts);
        match accounts.find(|account| account.handle == handle) {
            Some(account) => Response::new(200).body("text/plain", format!("did={}", account.did)),
            None => Response::new(404),
        }
    }

    /// The document of a did:web is that of the directory, at the host that it names.
    fn did_web(&mut self, host: &str) -> Response {
        let url = format!("{}/did:web:{host}", self.home.config().plc);
        self.home.handle(&Request::new("GET", url))
    }
}

impl Network for Pair {
    fn handle(&mut self, request: &Request) -> Response {
        if request.url.starts_with("dns:") {
            return self.record(&request.url);
        }
        if let Some(host) = request.url.strip_suffix("/.well-known/did.json")
            && let Some(host) = host.strip_prefix("https://")
            && self.home.config().accounts.iter().any(|account| account.handle == host)
        {
            return self.did_web(host);
        }
        let is_at = |origin: &str| {
            let rest = request.url.strip_prefix(origin);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        };
        if is_at(&self.home.config().plc) {
            let answer = self.home.handle(&Self::at(&self.home, request));
            if answer.status < 400 {
                return answer;
            }
            let elsewhere = self.away.handle(&Self::at(&self.away, request));
            return if elsewhere.status < 400 { elsewhere } else { answer };
        }
        if is_at(&self.away.config().pds) {
            return self.away.handle(request);
        }
        self.home.handle(request)
    }

    fn consent(&mut self, url: &str, approve: bool) -> Result<String, String> {
        let is_away = url.starts_with(&format!("{}/", self.away.config().issuer));
        let server = if is_away { &mut self.away } else { &mut self.home };
        server.visit(url, approve)
    }

    fn reach(&mut self, web: Arc<Host>) {
        self.home.web = Some(web.clone());
        self.away.web = Some(web);
    }

    fn cast(&self) -> Cast {
        let name = |server: &Server, index: usize| {
            let account = server.config().accounts.get(index);
            account.map(|account| (account.did.clone(), account.handle.clone())).unwrap_or_default()
        };
        let (did, handle) = name(&self.home, 0);
        let (other_did, other_handle) = name(&self.home, 1);
        let (foreign_did, foreign_handle) = name(&self.away, 0);
        Cast { did, handle, other_did, other_handle, foreign_did, foreign_handle }
    }
}
