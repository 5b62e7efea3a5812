//! The server in process: requests go in, answers come out, no sockets.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use atproof_engine::stage::Host;
use atproof_engine::stage::{
    Clock, NetError, NetErrorKind, Sending, SendingAll, Stream, Transport,
};
use atproof_protocol::http::{Request, Response};

use crate::{Config, Server, raw_http};

/// A reference server that is reached without a network.
#[derive(Debug)]
pub struct Embedded {
    server: Mutex<Server>,
}

impl Embedded {
    /// The server of a configuration, with randomness from a seed.
    pub fn new(config: Config, seed: u64, clock: Clock) -> Self {
        let stream = Stream::seeded(seed, "reference server");
        Self { server: Mutex::new(Server::new(config, stream, clock)) }
    }

    /// The same server, which can fetch from this host.
    #[must_use]
    pub fn reach(self, host: Arc<Host>) -> Self {
        self.server().web = Some(host);
        self
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Embedded {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            if !request.url.contains("://") {
                let text = format!("{} is no absolute URL", request.url);
                return Err(NetError::new(NetErrorKind::Url, text));
            }
            Ok(self.server().handle(&request))
        })
    }

    fn send_together(&self, requests: Vec<Request>) -> SendingAll<'_> {
        Box::pin(
            async move { self.server().handle_together(&requests).into_iter().map(Ok).collect() },
        )
    }

    fn send_raw<'a>(&'a self, origin: &'a str, bytes: Vec<u8>) -> Sending<'a> {
        Box::pin(async move {
            let bytes = raw_http::repair(&bytes, &self.server().config().switches.faults);
            Ok(match raw_http::parse(origin, &bytes) {
                Some(request) => self.server().handle(&request),
                None => Response::new(400).header("Connection", "close"),
            })
        })
    }
}
