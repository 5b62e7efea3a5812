//! Cross-origin access: everything but the pages that the user sees.

use atproof_protocol::http::Response;

use super::incoming::Incoming;
use super::place::Place;
use super::state::Server;
use crate::{Fault, Variant};

impl Server {
    /// Whether scripts of other origins may use this place. Pages of the authorization endpoint are
    /// for navigation only (RFC 9700, section 2.6).
    pub(super) fn cors_at(&self, place: Place) -> bool {
        match place {
            Place::Authorize | Place::SignIn | Place::Consent => {
                self.has(Fault::AsAuthorizeCorsAllowed)
            }
            Place::ServerMetadata => !self.has(Fault::AsMetadataNoCors),
            Place::ResourceMetadata => !self.has(Fault::RsMetadataNoCors),
            Place::Par => !self.has(Fault::AsParNoCors),
            Place::Token => !self.has(Fault::AsTokenNoCors),
            Place::Xrpc => !self.has(Fault::RsCorsBlocked),
            _ => true,
        }
    }

    /// Answers a preflight request.
    pub(super) fn preflight(&self, place: Place, incoming: &Incoming<'_>) -> Response {
        // A list, for `*` does not cover Authorization (Fetch, section 3.3.4).
        let asked = incoming.headers.get("access-control-request-headers");
        let asked = asked.unwrap_or("authorization, content-type, dpop");
        let response = Response::new(204)
            .header("Access-Control-Allow-Methods", "GET, HEAD, POST")
            .header("Access-Control-Max-Age", "86400");
        let of_resource = matches!(place, Place::Xrpc | Place::ResourceMetadata);
        if of_resource && self.has(Fault::RsCorsNoAllowHeaders) {
            return response;
        }
        response.header("Access-Control-Allow-Headers", asked)
    }

    /// The origin that an answer is open to.
    fn open_to<'a>(&self, origin: Option<&'a str>) -> &'a str {
        origin.filter(|_| self.varies(Variant::CorsEcho)).unwrap_or("*")
    }

    /// Opens an answer to scripts of other origins.
    pub(super) fn share(&self, place: Place, origin: Option<&str>, response: &mut Response) {
        let forgotten = response.status >= 400
            && match place {
                Place::Par => self.has(Fault::AsErrorsParRefusalNoCors),
                Place::Token => self.has(Fault::AsErrorsTokenRefusalNoCors),
                _ => false,
            };
        if !self.cors_at(place) || forgotten {
            return;
        }
        response.headers.push("Access-Control-Allow-Origin", self.open_to(origin));
        if self.varies(Variant::CorsEcho) {
            response.headers.push("Vary", "Origin");
            if response.status == 204 {
                response.status = 200;
            }
        }
        let exposed = match place {
            Place::Par | Place::Token | Place::Revoke => !self.has(Fault::AsCorsNonceNotExposed),
            Place::Xrpc => !self.has(Fault::RsCorsNoExpose),
            _ => false,
        };
        if exposed {
            response.headers.push("Access-Control-Expose-Headers", "DPoP-Nonce, WWW-Authenticate");
        }
    }
}
