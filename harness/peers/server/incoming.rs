//! A request as the server sees it.

use atproof_engine::stage::Clock;
use atproof_protocol::http::{Headers, Request};
use url::Url;

use super::refusal::Refusal;
use super::state::Server;
use crate::codec::form::Params;

/// A request whose URL was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming<'a> {
    pub(super) method: &'a str,
    /// The whole URL as sent, without query and fragment: what `htu` is compared with.
    pub(super) htu: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a Headers,
    pub(super) body: &'a [u8],
}

impl<'a> Incoming<'a> {
    /// Reads a request; also its origin, in the form in which origins are configured.
    pub(super) fn read(request: &'a Request) -> Option<(String, Self)> {
        let url = Url::parse(&request.url).ok().filter(Url::has_host)?;
        let target = request.target();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let incoming = Self {
            method: &request.method,
            htu: request.htu(),
            path,
            query,
            headers: &request.headers,
            body: &request.body,
        };
        Some((url.origin().ascii_serialization(), incoming))
    }

    /// The parameters of the query.
    pub(super) fn query_params(&self) -> Result<Params, Refusal> {
        Params::read(self.query.as_bytes())
            .ok_or_else(|| Refusal::invalid_request("the query is not form-encoded"))
    }

    /// The parameters of the body, which has to be a form.
    pub(super) fn form(&self) -> Result<Params, Refusal> {
        if !self.is_media_type("application/x-www-form-urlencoded") {
            let text = "the body must be application/x-www-form-urlencoded";
            return Err(Refusal::new(415, "invalid_request", text));
        }
        Params::read(self.body)
            .ok_or_else(|| Refusal::invalid_request("the body is not form-encoded"))
    }

    /// Whether the body has this media type, parameters aside.
    pub(super) fn is_media_type(&self, media_type: &str) -> bool {
        let value = self.headers.get("content-type").unwrap_or_default();
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case(media_type)
    }

    /// The value of a cookie.
    pub(super) fn cookie(&self, name: &str) -> Option<&'a str> {
        let pairs = self.headers.get("cookie")?.split(';');
        pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|p| p.1)
    }
}

impl Server {
    /// Seconds since the Unix epoch.
    pub(super) fn now(&self) -> i64 {
        Clock::now(&self.clock)
    }
}
