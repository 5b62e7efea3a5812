//! Sentinels: places where no server has a reason to connect, and how often one did.
//!
//! What is measured is the connection, not what the server says of it: a server may refuse a
//! request and still have gone there. In process the connections are counted in memory. On the
//! network a sentinel is a listener on loopback at a port that the system chooses, or at an address
//! that the user names; nothing is ever sent to an address that is not ours to listen at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atproof_protocol::identifier::Origin;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::super::{Halt, Stage};
use super::{ELSEWHERE, Host};
use crate::model::{Delivery, DocumentEdit, Edit};

/// A kind of place.
struct Kind {
    /// Its name, for templates and for the user.
    name: &'static str,
    /// The host by which it stands in URLs for a server in process.
    host: &'static str,
    /// Whether an address is one of the kind.
    holds: fn(IpAddr) -> bool,
}

const fn kind(name: &'static str, host: &'static str, holds: fn(IpAddr) -> bool) -> Kind {
    Kind { name, host, holds }
}

const KINDS: [Kind; 12] = [
    kind(LOOPBACK, "127.0.0.1", |address| address.is_loopback()),
    kind("private-10", "10.1.2.3", |address| begins(address, &[10])),
    kind(
        "private-172",
        "172.20.1.2",
        |address| matches!(address, IpAddr::V4(v4) if v4.octets()[0] == 172 && v4.is_private()),
    ),
    kind("private-192", "192.168.1.2", |address| begins(address, &[192, 168])),
    kind("link-local", "169.254.169.254", |address| begins(address, &[169, 254])),
    kind(
        "shared",
        "100.64.1.2",
        |address| matches!(address, IpAddr::V4(v4) if v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64),
    ),
    kind(
        "unique-local",
        "[fd00::1]",
        |address| matches!(address, IpAddr::V6(v6) if v6.is_unique_local()),
    ),
    kind(
        "link-local-6",
        "[fe80::1]",
        |address| matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local()),
    ),
    kind("translated", "[64:ff9b::a01:203]", |address| begins(address, &[0x00, 0x64, 0xff, 0x9b])),
    kind("name", "inside.atproof.test", |_| true),
    kind("name-of-two", "two.atproof.test", |_| true),
    kind("name-that-turns", "turning.atproof.test", |_| true),
];

fn begins(address: IpAddr, block: &[u8]) -> bool {
    match address {
        IpAddr::V4(v4) => v4.octets().starts_with(block),
        IpAddr::V6(v6) => v6.octets().starts_with(block),
    }
}

/// The kind that is always there where the server runs on this machine.
const LOOPBACK: &str = "loopback";

/// Where a name of these kinds lies in private.
const INSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 1, 2, 3));

/// The addresses of a name for a server in process that has asked for it so often before.
pub(super) fn resolve(name: &str, asked: usize) -> Vec<IpAddr> {
    match name {
        "inside.atproof.test" => vec![INSIDE],
        "two.atproof.test" => vec![ELSEWHERE, INSIDE],
        "turning.atproof.test" if asked.is_multiple_of(2) => vec![ELSEWHERE],
        "turning.atproof.test" => vec![INSIDE],
        "elsewhere.atproof.test" => vec![ELSEWHERE],
        "localhost" => vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        _ if name.ends_with(".localhost") => vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        _ => Vec::new(),
    }
}

/// Where sentinels can be had.
#[derive(Debug)]
pub enum Sentinels {
    /// In memory, beside the embedded server: all kinds.
    Memory(Arc<Host>),
    /// On the network.
    Network {
        /// Names by which the server is on this machine, apart from the usual ones.
        here: Vec<String>,
        /// What the user has named.
        named: Vec<Named>,
    },
}

/// A sentinel that the user has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its kind.
    pub kind: String,
    /// Its host as it stands in URLs: a name or an address.
    pub host: String,
    /// The address at which atproof listens.
    pub listen: SocketAddr,
}

impl Named {
    /// Reads `KIND=HOST:PORT`, with `@ADDRESS` after it where the host leads elsewhere for the server
    /// than for us. A name without it is looked up, and listened at where it leads to.
    ///
    /// # Errors
    ///
    /// A text of another form, a kind that there is none of, a name that nobody knows.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, place) = text.split_once('=').ok_or("KIND=HOST:PORT is needed")?;
        let kind = KINDS.iter().skip(1).find(|kind| kind.name == name).ok_or_else(|| {
            let names: Vec<&str> = KINDS.iter().skip(1).map(|kind| kind.name).collect();
            format!("the kinds are {}", names.join(", "))
        })?;
        let (place, address) = place.split_once('@').unwrap_or((place, ""));
        let (host, port) = place.rsplit_once(':').ok_or("KIND=HOST:PORT is needed")?;
        let address = if address.is_empty() { host } else { address };
        let mut found = std::net::ToSocketAddrs::to_socket_addrs(&format!("{address}:{port}"))
            .map_err(|error| format!("{place}: {error}"))?;
        let listen = found.next().ok_or_else(|| format!("{host} has no address"))?;
        if !(kind.holds)(listen.ip()) {
            return Err(format!("{} is no address of the kind {name}", listen.ip()));
        }
        Ok(Self { kind: name.to_owned(), host: host.to_owned(), listen })
    }
}

/// A sentinel in use. It ends when it is dropped.
#[derive(Debug)]
pub struct Sentinel {
    kind: String,
    /// Host and port, as they stand in URLs.
    authority: String,
    /// The port, where it has to be said.
    port: Option<u16>,
    counting: Counting,
}

#[derive(Debug)]
enum Counting {
    Memory { host: Arc<Host>, before: usize },
    Network(Listeners),
}

/// Listeners at one port, on all addresses by which it can be met.
#[derive(Debug)]
struct Listeners {
    address: SocketAddr,
    arrived: Arc<AtomicUsize>,
    /// How many of those were ourselves.
    own: usize,
    tasks: Vec<JoinHandle<()>>,
}

impl Sentinels {
    async fn open(&self, kind: &str, target: &str) -> Result<Sentinel, Halt> {
        let host = KINDS.iter().find(|known| known.name == kind).map_or("", |known| known.host);
        match self {
            Self::Memory(memory) => Ok(Sentinel {
                kind: kind.to_owned(),
                authority: host.to_owned(),
                port: None,
                counting: Counting::Memory { host: memory.clone(), before: memory.contacts() },
            }),
            Self::Network { here, .. } if kind == LOOPBACK => {
                let origin = Origin::of(target);
                let is_here = origin.is_some_and(|origin| {
                    origin.is_loopback() || here.iter().any(|name| name == origin.host())
                });
                if !is_here {
                    return Err(Halt::Needs("a server on this machine, whose loopback is ours"));
                }
                let unbound = |_| Halt::Needs("a port of loopback to listen at");
                let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let mut listeners = Listeners::start(any).await.map_err(unbound)?;
                let port = listeners.address.port();
                // Without IPv6 there is nobody to connect over it either.
                let _absent = listeners.join((Ipv6Addr::LOCALHOST, port).into()).await;
                Ok(Sentinel::on_network(kind, host, listeners))
            }
            Self::Network { named, .. } => {
                let named = named.iter().find(|named| named.kind == kind).ok_or(Halt::Needs(
                    "an address of this kind to listen at, named with --sentinel",
                ))?;
                let unbound = |_| Halt::Needs("a sentinel that can be listened at");
                let listeners = Listeners::start(named.listen).await.map_err(unbound)?;
                Ok(Sentinel::on_network(kind, &named.host, listeners))
            }
        }
    }
}

impl Listeners {
    async fn start(address: SocketAddr) -> std::io::Result<Self> {
        let mut listeners = Self { address, arrived: Arc::default(), own: 0, tasks: Vec::new() };
        listeners.address = listeners.join(address).await?;
        Ok(listeners)
    }

    async fn join(&mut self, address: SocketAddr) -> std::io::Result<SocketAddr> {
        let socket = TcpListener::bind(address).await?;
        let bound = socket.local_addr()?;
        let arrived = self.arrived.clone();
        self.tasks.push(tokio::spawn(async move {
            while socket.accept().await.is_ok() {
                arrived.fetch_add(1, Ordering::SeqCst);
            }
        }));
        Ok(bound)
    }

    fn arrived(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }

    /// Connects, and says whether that was seen.
    async fn is_alive(&mut self) -> bool {
        let before = self.arrived();
        let Ok(stream) = TcpStream::connect(self.address).await else { return false };
        for _ in 0..LONGEST_ARRIVAL {
            if self.arrived() > before {
                self.own += 1;
                drop(stream);
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }
}

/// How many times five milliseconds a connection of ours may take to be seen.
const LONGEST_ARRIVAL: usize = 400;

/// How long is waited for a server that connects after it has answered.
const GRACE: Duration = Duration::from_millis(100);

impl Drop for Listeners {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Sentinel {
    fn on_network(kind: &str, host: &str, listeners: Listeners) -> Self {
        let port = listeners.address.port();
        Self {
            kind: kind.to_owned(),
            authority: format!("{host}:{port}"),
            port: Some(port),
            counting: Counting::Network(listeners),
        }
    }

    /// What stands for it in templates: `{at:KIND}` for host and port, `{port}` for a colon and
    /// its port. In memory there is no port to be said.
    fn marks(&self) -> Vec<(String, String)> {
        vec![
            (format!("{{at:{}}}", self.kind), self.authority.clone()),
            ("{port}".to_owned(), self.port.map(|port| format!(":{port}")).unwrap_or_default()),
        ]
    }

    /// A template with its marks filled.
    pub fn fill(&self, template: &str) -> String {
        self.marks()
            .iter()
            .fold(template.to_owned(), |text, (mark, value)| text.replace(mark, value))
    }

    async fn is_alive(&mut self) -> bool {
        match &mut self.counting {
            Counting::Memory { .. } => true,
            Counting::Network(listeners) => listeners.is_alive().await,
        }
    }

    /// How often somebody else has connected.
    fn connections(&self) -> usize {
        match &self.counting {
            Counting::Memory { host, before } => host.contacts() - before,
            Counting::Network(listeners) => listeners.arrived().saturating_sub(listeners.own),
        }
    }
}

/// The kind of sentinel that an edit speaks of.
fn kind_in(edit: &Edit) -> &'static str {
    let text: &'static str = match edit {
        Edit::ClientId(text) | Edit::KeySet(text) => text,
        Edit::Document(DocumentEdit::Set(_, text)) => text,
        Edit::Delivery(Delivery::RedirectTo(text))
        | Edit::KeySetDelivery(Delivery::RedirectTo(text)) => text,
        _ => "",
    };
    let rest = text.split_once("{at:").map_or("", |(_, rest)| rest);
    let kind = rest.split('}').next().unwrap_or_default();
    KINDS.iter().find(|known| known.name == kind).map_or(LOOPBACK, |known| known.name)
}

/// Fact: a sentinel, whether it was alive before and after, and how often it was connected to.
const FACT: &str = "sentinel";

impl Stage {
    /// Opens the sentinel that an edit speaks of and connects to it, so that it is known to count.
    /// Clients that are published after this may name it in their documents.
    ///
    /// # Errors
    ///
    /// Halts where no such place is ours to listen at, or the listener does not hear.
    pub async fn sentinel(&mut self, edit: &Edit) -> Result<Sentinel, Halt> {
        let sentinels = self.place.sentinels.clone();
        let sentinels = sentinels.ok_or(Halt::Needs("a place for sentinels"))?;
        let mut sentinel = sentinels.open(kind_in(edit), &self.target().endpoints.par).await?;
        if !sentinel.is_alive().await {
            return Err(Halt::Needs("a sentinel that hears its own connections"));
        }
        self.marks = sentinel.marks();
        Ok(sentinel)
    }

    /// Notes at the last exchange how often a sentinel was connected to, and whether it still
    /// hears.
    pub async fn note_sentinel(&mut self, mut sentinel: Sentinel) {
        if let Counting::Network(_) = sentinel.counting {
            tokio::time::sleep(GRACE).await;
        }
        let connections = sentinel.connections();
        let alive = sentinel.is_alive().await;
        let fact = json!({
            "at": sentinel.authority,
            "alive": alive,
            "connections": connections,
        });
        self.fact(FACT, fact);
    }
}

#[cfg(test)]
mod tests {
    use super::super::ADDRESS;
    use super::*;

    #[tokio::test]
    async fn a_listener_counts_others_and_not_itself() {
        let sentinels = Sentinels::Network { here: Vec::new(), named: Vec::new() };
        let mut sentinel = sentinels.open(LOOPBACK, "http://localhost:1/par").await.unwrap();
        assert!(sentinel.is_alive().await);
        assert_eq!(sentinel.connections(), 0);
        let address = sentinel.fill("{at:loopback}");
        drop(TcpStream::connect(&address).await.unwrap());
        for _ in 0..LONGEST_ARRIVAL {
            if sentinel.connections() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(sentinel.is_alive().await);
        assert_eq!(sentinel.connections(), 1);
    }

    #[tokio::test]
    async fn nothing_is_measured_where_we_cannot_listen() {
        let sentinels = Sentinels::Network { here: vec!["pds.test".into()], named: Vec::new() };
        assert!(sentinels.open(LOOPBACK, "https://pds.example/par").await.is_err());
        assert!(sentinels.open(LOOPBACK, "https://pds.test/par").await.is_ok());
        assert!(sentinels.open("private-10", "http://localhost/par").await.is_err());
    }

    #[test]
    fn reads_what_the_user_names() {
        let named = Named::parse("private-10=10.0.0.5:8443").unwrap();
        assert_eq!((named.host.as_str(), named.listen.port()), ("10.0.0.5", 8443));
        let named = Named::parse("name=inside.example:8443@127.0.0.1").unwrap();
        assert_eq!(named.host, "inside.example");
        assert_eq!(named.listen, "127.0.0.1:8443".parse().unwrap());
        for text in ["10.0.0.5:1", "moon=10.0.0.5:1", "private-10=10.0.0.5", "loopback=127.0.0.1:1"]
        {
            assert!(Named::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_edit_names_its_kind() {
        assert_eq!(kind_in(&Edit::ClientId("https://{at:shared}/x")), "shared");
        assert_eq!(kind_in(&Edit::ClientId("https://127.1{port}/x")), LOOPBACK);
        assert_eq!(kind_in(&Edit::None), LOOPBACK);
    }

    #[test]
    fn names_lead_inside_for_a_server_in_process() {
        let host = Host::new("https://client.example");
        assert_eq!(host.resolve("client.example"), [ADDRESS]);
        assert_eq!(host.resolve("inside.atproof.test"), [INSIDE]);
        assert_eq!(host.resolve("turning.atproof.test"), [ELSEWHERE]);
        assert_eq!(host.resolve("turning.atproof.test"), [INSIDE]);
        assert!(host.resolve("nobody.example").is_empty());
    }
}
