//! What happens at the same moment.

use std::collections::BTreeSet;

use atproof_protocol::http::{Request, Response};

use super::state::Server;

/// What was done in the present moment: during one request, or during several that came at once.
///
/// The server handles one request after the other, so nothing can go wrong between two of them.
/// No right rule looks at this; it is for faults of servers that read, wait, and then write.
#[derive(Debug, Default)]
pub(super) struct Moment {
    /// Codes, refresh tokens, nonces and values of `jti` that were used.
    pub(super) used: BTreeSet<String>,
    /// Grants that were revoked.
    pub(super) revoked: BTreeSet<u64>,
    /// The key and the account of the first code exchange.
    pub(super) first: Option<(Option<String>, String)>,
    /// The first `request_uri`.
    pub(super) request_uri: Option<String>,
    /// Whether a session was refreshed.
    pub(super) refreshed: bool,
    /// Whether a resource was asked for.
    pub(super) served: bool,
}

impl Server {
    /// Answers requests that came at the same moment, in their order.
    pub fn handle_together(&mut self, requests: &[Request]) -> Vec<Response> {
        self.moment = Moment::default();
        requests.iter().map(|request| self.respond(request)).collect()
    }
}
