//! How a request reaches the peer.

use std::fmt;
use std::pin::Pin;

use atproof_protocol::http::{Request, Response};

use super::together::all;
use crate::model::Flaw;

/// A future of an answer.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response, NetError>> + Send + 'a>>;

/// A future of several answers.
pub type SendingAll<'a> =
    Pin<Box<dyn Future<Output = Vec<Result<Response, NetError>>> + Send + 'a>>;

/// Carries requests to a peer: over the network, or into the embedded one.
///
/// Redirects are never followed, cookies never kept, nothing is added but what HTTP needs.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the whole answer, within limits of time and size.
    fn send(&self, request: Request) -> Sending<'_>;

    /// Sends requests at the same moment and gives their answers in the order of the requests.
    fn send_together(&self, requests: Vec<Request>) -> SendingAll<'_> {
        Box::pin(all(requests.into_iter().map(|request| self.send(request)).collect()))
    }

    /// What there is to see of the server of a URL before anything is sent to it. A way that looks
    /// at it by itself has nothing to say.
    fn contact(&self, _url: &str) -> Contact {
        Contact::default()
    }

    /// Sends bytes as they are to an origin (`https://host:port`) and reads one answer.
    fn send_raw<'a>(&'a self, origin: &'a str, bytes: Vec<u8>) -> Sending<'a>;
}

/// What a client sees of a server when it connects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Whether its name leads to a private address.
    pub is_inside: bool,
    /// What is wrong with its certificate.
    pub flaw: Option<Flaw>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct NetError {
    /// Kind of failure.
    pub kind: NetErrorKind,
    /// What happened, for people.
    pub detail: String,
}

impl NetError {
    /// A failure of this kind.
    pub fn new(kind: NetErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

/// Kinds of failure on the way to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetErrorKind {
    /// The URL is none, or of a scheme we do not speak.
    Url,
    /// The name does not resolve or nobody listens.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// No whole answer in time.
    Timeout,
    /// The peer closed the connection before the answer was whole.
    Reset,
    /// What came back is no HTTP.
    Malformed,
    /// Header or body went over the limit.
    TooLarge,
}

impl fmt::Display for NetErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "url",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
        })
    }
}
