//! How the authorization server writes its answers.

use atproof_protocol::http::Response;
use serde_json::{Map, Value, json};

use super::place::{Place, Side};
use super::refusal::{Cause, Refusal};
use super::state::Server;
use crate::{Fault, Variant};

/// An answer with a JSON body.
pub(super) fn json_response(status: u16, body: &Value) -> Response {
    Response::new(status).body("application/json", body.to_string())
}

/// Keeps an answer out of caches (RFC 6749, section 5.1).
pub(super) fn uncached(response: Response, pragma: bool) -> Response {
    let response = response.header("Cache-Control", "no-store");
    if pragma { response.header("Pragma", "no-cache") } else { response }
}

impl Server {
    /// Whether `Pragma: no-cache` accompanies `Cache-Control: no-store`.
    pub(super) fn sends_pragma(&self) -> bool {
        !self.varies(Variant::PragmaAbsent)
    }

    /// Ends a request to PAR, token or revocation endpoint: writes the refusal, if it is one, hands
    /// out a nonce, and remembers what depends on success.
    pub(super) fn finish(&mut self, place: Place, result: Result<Response, Refusal>) -> Response {
        let succeeded = result.is_ok();
        let mut demand = false;
        let mut response = result.unwrap_or_else(|refusal| {
            demand = refusal.is_nonce_demand();
            self.refuse(place, &refusal)
        });
        self.proofs.settle(succeeded);
        // The profile wants a nonce on every answer; RFC 9449, section 8.2, allows it.
        let wanted = if demand {
            !(place == Place::Token && self.has(Fault::AsNonceChallengeNoHeader))
        } else if succeeded {
            !(self.has(Fault::AsNonceAbsentOnSuccess)
                || place == Place::Token && self.has(Fault::AsTokenNonceAbsentOnSuccess))
        } else {
            !self.has(Fault::AsNonceAbsentOnError)
        };
        if wanted {
            let nonce = self.nonce(Side::Authorization);
            if self.has(Fault::AsNonceRepeatedHeader) {
                response.headers.push("DPoP-Nonce", nonce.clone());
            }
            response.headers.push("DPoP-Nonce", nonce);
        }
        response
    }

    /// Writes a refusal as RFC 6749, section 5.2, says.
    fn refuse(&self, place: Place, refusal: &Refusal) -> Response {
        let demand = refusal.is_nonce_demand();
        let at_token = place == Place::Token;
        let mut status = refusal.status;
        let mut error = refusal.error;
        if demand && self.has(Fault::AsNonceChallengeAs401)
            || error == "invalid_dpop_proof" && self.varies(Variant::ProofErrors401)
        {
            status = 401;
        }
        if error == "invalid_dpop_proof" && self.has(Fault::AsDpopErrorGeneric) {
            error = "invalid_request";
        }
        if demand && at_token && self.has(Fault::AsNonceChallengeOtherError) {
            error = "invalid_dpop_proof";
        }
        if at_token && error == "invalid_grant" && self.has(Fault::AsTokenMaskError) {
            error = "server_error";
        }
        if self.varies(Variant::InvalidRequestForUnregisteredRedirect) {
            match error {
                "invalid_redirect_uri" => error = "invalid_request",
                "invalid_client" => status = 401,
                _ => {}
            }
        }
        if !demand && at_token && self.has(Fault::AsTokenErrorAs200) {
            status = 200;
        }
        let html = place == Place::Par && self.has(Fault::AsParErrorHtml)
            || at_token && self.has(Fault::AsTokenErrorHtml)
            || place == Place::Revoke && self.has(Fault::AsRevokeErrorHtml);
        let mut response = if html && !demand {
            Response::new(status).body("text/html", format!("<p>{}</p>", refusal.description))
        } else {
            let mut body = Map::new();
            body.insert("error".to_owned(), json!(error));
            if !self.varies(Variant::NoErrorDescription) {
                body.insert("error_description".to_owned(), json!(refusal.description));
            }
            if self.varies(Variant::ErrorUri) {
                body.insert("error_uri".to_owned(), json!(format!("{}/errors", self.issuer())));
                body.insert("message".to_owned(), json!(refusal.description));
            }
            json_response(status, &Value::Object(body))
        };
        if status == 405 {
            response.headers.push("Allow", "POST");
        }
        if refusal.cause == Cause::WrongCredentials && !self.has(Fault::AsErrorsNoBasicChallenge) {
            response.headers.push("WWW-Authenticate", "Basic realm=\"atproof\"");
        }
        uncached(response, self.sends_pragma())
    }
}
