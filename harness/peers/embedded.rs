//! The server in process: requests go in, answers come out, no sockets.

use std::sync::{Mutex, MutexGuard, PoisonError};

use atproof_engine::stage::{Clock, NetError, NetErrorKind, Sending, Stream, Transport};
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

    fn send_raw<'a>(&'a self, origin: &'a str, bytes: Vec<u8>) -> Sending<'a> {
        Box::pin(async move {
            Ok(match raw_http::parse(origin, &bytes) {
                Some(request) => self.server().handle(&request),
                None => Response::new(400).header("Connection", "close"),
            })
        })
    }
}
