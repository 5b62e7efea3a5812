//! From request to answer.

use atproof_protocol::http::{Request, Response};

use super::incoming::Incoming;
use super::moment::Moment;
use super::place::Place;
use super::refusal::Refusal;
use super::state::Server;
use crate::Fault;
use crate::Variant;

impl Server {
    /// Answers a request. Which of the servers answers is decided by the origin of the URL.
    pub fn handle(&mut self, request: &Request) -> Response {
        self.moment = Moment::default();
        self.respond(request)
    }

    /// Answers one of the requests of a moment.
    pub(super) fn respond(&mut self, request: &Request) -> Response {
        let Some((origin, incoming)) = Incoming::read(request) else {
            return Response::new(400);
        };
        let place = self.place(&origin, incoming.path);
        let mut response = match place {
            None => Response::new(404).body("text/plain", "not found"),
            Some(_) if incoming.body.len() > Self::limits().body => {
                Response::new(if self.has(Fault::AsParOversizedAs400) { 400 } else { 413 })
            }
            Some(place) if incoming.method == "OPTIONS" && self.cors_at(place) => {
                self.preflight(place, &incoming)
            }
            // HEAD is GET without the body (RFC 9110, section 9.3.2).
            Some(place) if incoming.method == "HEAD" => Response {
                body: Vec::new(),
                ..self.answer(place, &origin, &Incoming { method: "GET", ..incoming })
            },
            Some(Place::Par) if self.is_limited() => Response::new(429).header("Retry-After", "1"),
            Some(place) => self.answer(place, &origin, &incoming),
        };
        if let Some(place) = place {
            self.share(place, request.headers.get("origin"), &mut response);
        }
        self.dress(place, response)
    }

    /// Whether the rate is limited: once in the life of a server.
    fn is_limited(&mut self) -> bool {
        self.varies(Variant::RateLimitedOnce) && !std::mem::replace(&mut self.has_limited, true)
    }

    fn answer(&mut self, place: Place, origin: &str, incoming: &Incoming<'_>) -> Response {
        match place {
            Place::Par => self.at_endpoint(place, |server| server.par(incoming)),
            Place::Token => self.at_endpoint(place, |server| server.token(incoming)),
            Place::Revoke => self.at_endpoint(place, |server| server.revoke(incoming)),
            Place::Introspect => self.introspect(incoming),
            Place::Xrpc => self.xrpc(incoming),
            Place::Authorize => self.authorize(incoming),
            Place::SignIn => self.sign_in(incoming),
            Place::Consent => self.consent(incoming),
            Place::EndSession => self.end_session(incoming),
            _ if incoming.method != "GET" => {
                let refusal = Refusal::method_not_allowed();
                Response::new(refusal.status).header("Allow", "GET")
            }
            Place::ServerMetadata => self.server_metadata(),
            Place::ServerMetadataMoved => self.server_metadata_document(200),
            Place::ResourceMetadata => self.resource_metadata(),
            Place::ResourceMetadataMoved => self.resource_metadata_document(200),
            Place::Account => self.account_page(incoming),
            Place::KeySet => self.key_set(),
            Place::Directory => self.did_document(incoming.path),
            Place::Handle => self.handle_proof(origin),
            Place::DidWeb => self.own_did_document(),
        }
    }

    /// Answers at an endpoint where clients authenticate. A demand for a nonce leaves the request
    /// undone, its assertion included: the clients that we know repeat their body as it was.
    fn at_endpoint(
        &mut self,
        place: Place,
        act: impl FnOnce(&mut Self) -> Result<Response, Refusal>,
    ) -> Response {
        let used = self.assertions.clone();
        let result = act(self);
        let demanded = result.as_ref().is_err_and(Refusal::is_nonce_demand);
        if demanded && !self.has(Fault::AsAssertionBurntByNonceDemand) {
            self.assertions = used;
        }
        self.finish(place, result)
    }
}
