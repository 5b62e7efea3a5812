//! The metadata host: where documents of our own clients are found, and who came for them.
//!
//! Against the embedded peer it is a table in memory; against any other, a listener serves the same
//! table over TLS. What is measured is who connects, not what the server says about it.

mod listener;
mod sentinel;
mod way;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use atproof_protocol::http::{Headers, Response};

use super::transport::{NetError, NetErrorKind};
pub use listener::{Certificate, HostError, HostOptions, Listening};
pub use sentinel::{Named, Sentinel, Sentinels};
pub use way::Way;

/// Most bytes that an endless page gives.
const ENDLESS: usize = 64 * 1024 * 1024;

/// Where the host is, for a server in process: an address like any other on the internet.
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(44, 1, 2, 3));

/// Another such address.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(44, 1, 2, 4));

/// What is served at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Status code.
    pub status: u16,
    /// Header fields; the length of the body is added.
    pub headers: Headers,
    /// Body.
    pub body: Vec<u8>,
    /// How it is delivered.
    pub manner: Manner,
}

/// How a page is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As it is.
    Whole,
    /// The connection ends after half of the body.
    Cut,
    /// The body goes on and on.
    Endless,
    /// Nothing is ever answered.
    Silent,
    /// A byte of the body now and then.
    Drip,
}

impl Page {
    /// A page with this status, media type and body.
    pub fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut headers = Headers::new();
        if !media_type.is_empty() {
            headers.push("Content-Type", media_type);
        }
        Self { status, headers, body: body.into(), manner: Manner::Whole }
    }

    /// A JSON document.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/json", body)
    }
}

/// The pages of a metadata host, and the visits they had.
#[derive(Debug)]
pub struct Host {
    origin: String,
    /// Another port at which the same pages are served.
    second_port: Option<u16>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    pages: BTreeMap<String, Page>,
    visits: BTreeMap<String, usize>,
    /// The `Authorization` field of the last visit that had one, by path.
    credentials: BTreeMap<String, String>,
    /// Connections to anything but our pages.
    contacts: usize,
    /// How often each name was asked for.
    questions: BTreeMap<String, usize>,
    serial: u64,
}

impl Host {
    /// A host without pages, at this origin (`https://name`).
    pub fn new(origin: impl Into<String>) -> Self {
        Self { origin: origin.into(), second_port: None, state: Mutex::new(State::default()) }
    }

    /// The same host, which is found at this port as well.
    #[must_use]
    pub fn and_at(mut self, port: u16) -> Self {
        self.second_port = Some(port);
        self
    }

    /// Another port at which the same pages are served, where there is one.
    pub fn second_port(&self) -> Option<u16> {
        self.second_port
    }

    /// Its origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, name)| name)
    }

    /// A number that no other document of this host has.
    pub fn serial(&self) -> u64 {
        let mut state = self.state();
        state.serial += 1;
        state.serial
    }

    /// Puts a page at a path, in the place of what was there.
    pub fn publish(&self, path: &str, page: Page) {
        self.state().pages.insert(way::file(path), page);
    }

    /// Whether two paths are spellings of one.
    pub fn is_same_page(one: &str, other: &str) -> bool {
        way::file(one) == way::file(other)
    }

    /// Takes a page away.
    pub fn withdraw(&self, path: &str) {
        self.state().pages.remove(path);
    }

    /// How often a path was asked for, in whatever spelling.
    pub fn visits(&self, path: &str) -> usize {
        self.state().visits.get(&way::file(path)).copied().unwrap_or_default()
    }

    /// How often somebody in process connected to anything but the pages of this host.
    pub fn contacts(&self) -> usize {
        self.state().contacts
    }

    /// The page at a path, which is visited by asking for it.
    pub fn visit(&self, target: &str) -> Page {
        let path = way::file(target);
        let mut state = self.state();
        *state.visits.entry(path.clone()).or_default() += 1;
        state.pages.get(&path).cloned().unwrap_or_else(|| Page::new(404, "text/plain", "not found"))
    }

    /// As [`Host::visit`], for somebody who shows credentials.
    pub fn visit_with(&self, target: &str, authorization: &str) -> Page {
        self.state().credentials.insert(way::file(target), authorization.to_owned());
        self.visit(target)
    }

    /// The `Authorization` field of the last visit to a path that had one.
    pub fn presented(&self, path: &str) -> Option<String> {
        self.state().credentials.get(&way::file(path)).cloned()
    }

    /// The addresses of a name, for a server in process. A name of [`Sentinels`] may turn.
    pub fn resolve(&self, name: &str) -> Vec<IpAddr> {
        if name == self.name() {
            return vec![ADDRESS];
        }
        let mut state = self.state();
        let asked = state.questions.entry(name.to_owned()).or_default();
        *asked += 1;
        sentinel::resolve(name, *asked - 1)
    }

    /// Fetches a URL as a server in process does: redirects are not followed.
    ///
    /// # Errors
    ///
    /// As [`Host::connect`].
    pub fn fetch(&self, url: &str) -> Result<Response, NetError> {
        let way = Way::of(url)
            .ok_or_else(|| NetError::new(NetErrorKind::Url, format!("{url} cannot be fetched")))?;
        let address = way.address.or_else(|| self.resolve(&way.host).first().copied());
        let unknown = || NetError::new(NetErrorKind::Connect, format!("{} is unknown", way.host));
        self.connect(&way, address.ok_or_else(unknown)?)
    }

    /// As [`Host::fetch`], with credentials.
    ///
    /// # Errors
    ///
    /// As [`Host::connect`].
    pub fn call(&self, url: &str, authorization: &str) -> Result<Response, NetError> {
        let response = self.fetch(url)?;
        if let Some(way) = Way::of(url) {
            let path = way::file(&way.target);
            self.state().credentials.insert(path, authorization.to_owned());
        }
        Ok(response)
    }

    /// Connects to an address and asks for what the URL names there.
    ///
    /// # Errors
    ///
    /// Nobody is found but this host; who looks elsewhere is noted as a contact. A page whose
    /// delivery is broken gives the error that a network would.
    pub fn connect(&self, way: &Way, address: IpAddr) -> Result<Response, NetError> {
        let is_port = matches!(way.port, 80 | 443) || Some(way.port) == self.second_port;
        if address != ADDRESS || !is_port {
            // The far side of the internet is nobody's affair.
            if ![ADDRESS, ELSEWHERE].contains(&address) {
                self.state().contacts += 1;
            }
            return Err(NetError::new(NetErrorKind::Connect, format!("nobody is at {address}")));
        }
        if way.host != self.name() {
            return Err(NetError::new(NetErrorKind::Tls, "the certificate is for another name"));
        }
        let target = &way.target;
        let page = self.visit(target);
        match page.manner {
            Manner::Whole => {
                Ok(Response { status: page.status, headers: page.headers, body: page.body })
            }
            Manner::Cut => Err(NetError::new(NetErrorKind::Reset, "the body ended early")),
            Manner::Endless => Err(NetError::new(NetErrorKind::TooLarge, "the body does not end")),
            Manner::Silent | Manner::Drip => {
                Err(NetError::new(NetErrorKind::Timeout, "no answer in time"))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_what_was_shown() {
        let host = Host::new("https://client.example");
        host.publish("/a", Page::json("{}"));
        assert_eq!(host.presented("/a"), None);
        host.call("https://client.example/a?b", "Bearer x").unwrap();
        host.visit("/a");
        assert_eq!(host.presented("/a").as_deref(), Some("Bearer x"));
        assert_eq!(host.visits("/a"), 2);
    }

    #[test]
    fn pages_are_found_and_visits_counted() {
        let host = Host::new("https://client.example");
        host.publish("/a", Page::json("{}"));
        assert_eq!(host.fetch("https://client.example/a").unwrap().status, 200);
        assert_eq!(host.fetch("https://client.example/a?x").unwrap().status, 200);
        assert_eq!(host.fetch("https://client.example/b").unwrap().status, 404);
        assert_eq!((host.visits("/a"), host.visits("/b"), host.visits("/c")), (2, 1, 0));
        assert!(host.fetch("https://client.example.evil/a").is_err());
        assert_eq!(host.contacts(), 0, "a name that nobody has leads nowhere");
        assert!(host.fetch("https://0x7f000001:8443/a").is_err());
        assert_eq!(host.contacts(), 1);
    }

    #[test]
    fn broken_deliveries_are_the_errors_of_a_network() {
        let host = Host::new("https://client.example");
        for (manner, kind) in [
            (Manner::Cut, NetErrorKind::Reset),
            (Manner::Endless, NetErrorKind::TooLarge),
            (Manner::Silent, NetErrorKind::Timeout),
        ] {
            host.publish("/a", Page { manner, ..Page::json("{}") });
            assert_eq!(host.fetch("https://client.example/a").unwrap_err().kind, kind);
        }
    }
}
