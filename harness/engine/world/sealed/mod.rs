//! The sealed world: the internet of a client that takes no settings. Every name of every world is
//! served at its usual port, by certificates of our own authority, and there is nothing else.
//!
//! It needs namespaces in which these ports and addresses are free to use; who starts it has made
//! them.

mod certificates;
mod names;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use atproof_protocol::http::Request;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;

use super::{Delivery, INSIDE, Origins, World, listen, site};
use crate::model::{Case, Input, Settings};
use certificates::Authorities;

/// Why a sealed world cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SealedError {
    /// The authority cannot be used.
    #[error("the certificate authority cannot be used: {0}")]
    Authority(#[from] rcgen::Error),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// A port cannot be listened at.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// A sealed world.
pub struct Sealed {
    /// The file with the certificate of the authority.
    ca_file: PathBuf,
    authorities: Authorities,
    /// The worlds that are open, by what their names end with.
    worlds: Mutex<BTreeMap<String, Arc<World>>>,
    /// The one that is open alone.
    alone: Mutex<Option<Arc<World>>>,
    turn: RwLock<()>,
    opened: AtomicUsize,
}

/// The names of a world that is to be opened.
pub(super) struct Room<'a> {
    sealed: &'a Sealed,
    pub(super) origins: Origins,
    turn: Turn<'a>,
}

/// A world that is open, until this is dropped.
pub(super) struct Entered<'a> {
    sealed: &'a Sealed,
    domain: String,
    _turn: Turn<'a>,
}

/// Worlds are open side by side, as each has names of its own. Where a client may be led to an
/// address, or to a name that is not ours, only being alone tells whose client came.
enum Turn<'a> {
    Shared { _guard: RwLockReadGuard<'a, ()> },
    Alone { _guard: RwLockWriteGuard<'a, ()> },
}

/// Where public names lead: an address like any other on the internet.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(44, 1, 2, 3);

/// Where names lead that lead inside.
const PRIVATE: Ipv4Addr = Ipv4Addr::new(10, 1, 2, 3);

/// Where clouds tell their machines who they are.
const LINK_LOCAL: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

/// What the domains of worlds end with. The code ZZ is left to users (ISO 3166), so that it is no
/// domain of anybody; clients refuse names that are reserved as such.
pub(super) const ZONE: &str = "atproof.zz";

/// How long a connection may last.
const LONGEST_CONNECTION: Duration = Duration::from_secs(120);

impl Sealed {
    /// The addresses that this machine has to have, beside loopback.
    pub const ADDRESSES: [Ipv4Addr; 3] = [PUBLIC, PRIVATE, LINK_LOCAL];

    /// Opens the ports: 53 for the name server, 443 and 80 for everybody else. Their tasks end with
    /// the runtime.
    ///
    /// # Errors
    ///
    /// Says what is missing.
    pub async fn open(ca_key: &str, ca_file: PathBuf) -> Result<Arc<Self>, SealedError> {
        let sealed = Arc::new(Self::new(ca_key, ca_file)?);
        names::serve(&sealed).await?;
        let any: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::LOCALHOST.into()];
        for (address, port) in any.into_iter().flat_map(|ip| [(ip, 443), (ip, 80)]) {
            let address = SocketAddr::new(address, port);
            match TcpListener::bind(address).await {
                Ok(listener) => drop(tokio::spawn(sealed.clone().accept(listener, port == 443))),
                // Without IPv6 nobody can connect over it either.
                Err(_) if address.is_ipv6() => {}
                Err(source) => return Err(SealedError::Listen { address, source }),
            }
        }
        Ok(sealed)
    }

    /// The same without ports.
    fn new(ca_key: &str, ca_file: PathBuf) -> Result<Self, SealedError> {
        Ok(Self {
            ca_file,
            authorities: Authorities::new(ca_key)?,
            worlds: Mutex::default(),
            alone: Mutex::default(),
            turn: RwLock::default(),
            opened: AtomicUsize::default(),
        })
    }

    /// The file with the certificate of the authority.
    pub(super) fn ca_file(&self) -> &str {
        self.ca_file.to_str().unwrap_or_default()
    }

    /// Names that nobody has seen before.
    pub(super) async fn room(&self, settings: &Settings, case: Option<&Case>) -> Room<'_> {
        let turn = match leads_out(settings, case) {
            true => Turn::Alone { _guard: self.turn.write().await },
            false => Turn::Shared { _guard: self.turn.read().await },
        };
        let domain = format!("{}.{ZONE}", label(self.opened.fetch_add(1, Ordering::Relaxed)));
        let origin = |name: &str| format!("https://{name}.{domain}");
        let origins = Origins {
            issuer: origin(if settings.same_origin { "pds" } else { "auth" }),
            pds: origin("pds"),
            directory: Origins::DIRECTORY.to_owned(),
            other: origin("other"),
            domain,
        };
        Room { sealed: self, origins, turn }
    }

    async fn accept(self: Arc<Self>, listener: TcpListener, is_tls: bool) {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            while connections.try_join_next().is_some() {}
            let sealed = self.clone();
            connections.spawn(timeout(LONGEST_CONNECTION, async move {
                // An error on one connection is the client's own affair.
                let _ended = match is_tls {
                    true => sealed.secure(stream).await,
                    false => sealed.plain(stream).await,
                };
            }));
        }
    }

    async fn secure(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        let acceptor = rustls::server::Acceptor::default();
        let start = LazyConfigAcceptor::new(acceptor, stream).await;
        let named =
            start.as_ref().ok().and_then(|s| s.client_hello().server_name().map(str::to_owned));
        let host = named.unwrap_or_else(|| local.ip().to_string()).to_ascii_lowercase();
        self.note(&host, local);
        let flaw = self.world_of(&host).and_then(|w| w.handshake(&format!("https://{host}")));
        let config = self.authorities.config(&host, flaw).map_err(std::io::Error::other)?;
        let stream = start?.into_stream(config).await?;
        listen::serve(stream, "https", |request| self.answer(request)).await
    }

    async fn plain(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        self.note("", stream.local_addr()?);
        listen::serve(stream, "http", |request| self.answer(request)).await
    }

    /// Notes a connection to an address that no server of a network has.
    fn note(&self, host: &str, local: SocketAddr) {
        if local.ip() != IpAddr::V4(PUBLIC)
            && let Some(world) = self.world_of(host)
        {
            world.visited(local);
        }
    }

    /// The world of a name; of one that is not ours, the world that is alone.
    fn world_of(&self, host: &str) -> Option<Arc<World>> {
        let is_in = |domain: &str| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if is_in(ZONE) {
            let worlds = lock(&self.worlds);
            return worlds.iter().find(|(domain, _)| is_in(domain)).map(|(_, world)| world.clone());
        }
        lock(&self.alone).clone()
    }

    /// The world of a request. The directory belongs to all of them, but no DID to two.
    fn answer(&self, request: &Request) -> Option<Delivery> {
        Some(self.world_for(request)?.answer(request))
    }

    fn world_for(&self, request: &Request) -> Option<Arc<World>> {
        let origin = site::origin(&request.url);
        if origin == Origins::DIRECTORY {
            let url = request.url.replace("%3A", ":").replace("%3a", ":");
            let worlds = lock(&self.worlds);
            let found =
                worlds.values().find(|world| world.cast.dids().any(|did| url.contains(did)));
            return found.cloned().or_else(|| lock(&self.alone).clone());
        }
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        self.world_of(&host.split(':').next().unwrap_or_default().to_ascii_lowercase())
    }

    /// Where a name leads.
    fn address_of(&self, name: &str) -> Option<Ipv4Addr> {
        if Origins::DIRECTORY.ends_with(&format!("//{name}")) {
            return Some(PUBLIC);
        }
        let world = self.world_of(name)?;
        let is_local = !name.contains('.') || name == format!("{INSIDE}.{}", world.origins.domain);
        let is_ours = name.ends_with(world.origins.domain.as_str());
        if is_local { Some(PRIVATE) } else { is_ours.then_some(PUBLIC) }
    }
}

impl<'a> Room<'a> {
    /// Opens the world.
    pub(super) fn enter(self, world: &Arc<World>) -> Entered<'a> {
        let domain = self.origins.domain;
        lock(&self.sealed.worlds).insert(domain.clone(), world.clone());
        if let Turn::Alone { .. } = self.turn {
            *lock(&self.sealed.alone) = Some(world.clone());
        }
        Entered { sealed: self.sealed, domain, _turn: self.turn }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        lock(&self.sealed.worlds).remove(&self.domain);
        lock(&self.sealed.alone).take_if(|world| world.origins.domain == self.domain);
        self.sealed.authorities.forget(&self.domain);
    }
}

/// Whether a client may be led to an address, or to a name that is not one of its world.
fn leads_out(settings: &Settings, case: Option<&Case>) -> bool {
    let twists = case.map(|case| case.edit.twists()).unwrap_or_default();
    let text = format!("{twists:?}");
    let mut urls = text.split("://").skip(1);
    matches!(settings.input, Input::Typed(_)) || urls.any(|rest| !rest.starts_with('{'))
}

/// A label of letters, another one for each number.
fn label(mut number: usize) -> String {
    let mut label = "w".to_owned();
    loop {
        let digit = u8::try_from(number % 26).unwrap_or_default();
        label.push(char::from(b'a' + digit));
        number /= 26;
        if number == 0 {
            return label;
        }
    }
}

/// A poisoned lock only says that another thread panicked; the data are still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Alter, Edit, Site, Twist};

    #[test]
    fn labels_do_not_repeat() {
        let labels: BTreeSet<String> = (0..2000).map(label).collect();
        assert_eq!(labels.len(), 2000);
        assert!(labels.iter().all(|label| label.bytes().all(|b| b.is_ascii_lowercase())));
    }

    #[test]
    fn addresses_and_typed_names_lead_out() {
        let case = |text| Case {
            id: "",
            title: "",
            clause: "",
            covers: &[],
            killers: &[],
            edit: Edit::Twist(Twist::new(Site::Did, Alter::Member("/a", text))),
            expect: crate::model::Expectation::Completes,
        };
        let usual = Settings::NAMED;
        assert!(!leads_out(&usual, None));
        assert!(!leads_out(&usual, Some(&case("\"{issuer}/x\""))));
        assert!(!leads_out(&usual, Some(&case("\"https://{inside}\""))));
        assert!(leads_out(&usual, Some(&case("\"https://127.0.0.1\""))));
        assert!(leads_out(&Settings { input: Input::Typed("a"), ..usual }, None));
    }
}
