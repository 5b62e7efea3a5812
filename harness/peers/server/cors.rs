//! Cross-origin access: everything but the pages that the user sees.

use atproof_protocol::http::Response;

use super::incoming::Incoming;
use super::place::Place;
use super::state::Server;
use crate::Fault;

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
            _ => true,
        }
    }

    /// Answers a preflight request.
    pub(super) fn preflight(incoming: &Incoming<'_>) -> Response {
        // A list, for `*` does not cover Authorization (Fetch, section 3.3.4).
        let asked = incoming.headers.get("access-control-request-headers");
        let asked = asked.unwrap_or("authorization, content-type, dpop");
        Response::new(204)
            .header("Access-Control-Allow-Methods", "GET, HEAD, POST")
            .header("Access-Control-Allow-Headers", asked)
            .header("Access-Control-Max-Age", "86400")
    }

    /// Opens an answer to scripts of other origins.
    pub(super) fn share(&self, place: Place, response: &mut Response) {
        if !self.cors_at(place) {
            return;
        }
        response.headers.push("Access-Control-Allow-Origin", "*");
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
