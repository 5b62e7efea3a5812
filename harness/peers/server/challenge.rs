//! How the PDS refuses: challenges (RFC 9449, section 7.1; RFC 6750, section 3).

use atproof_protocol::http::Response;
use serde_json::json;

use super::answer::json_response;
use super::place::Side;
use super::refusal::{Cause, Refusal};
use super::state::Server;
use crate::{Fault, Variant};

impl Server {
    /// Ends a request to a protected resource: writes the refusal and hands out a nonce.
    pub(super) fn finish_resource(&mut self, result: Result<Response, Refusal>) -> Response {
        let cause = result.as_ref().err().map(|refusal| refusal.cause);
        let mut response = result.unwrap_or_else(|refusal| self.refuse_resource(&refusal));
        let wanted = match cause {
            None => !self.has(Fault::RsNonceAbsentOnSuccess),
            Some(Cause::NonceMissing) => true,
            Some(Cause::NonceUnknown) => !self.has(Fault::RsNonceChallengeNoHeaderWhenUnknown),
            Some(_) => !self.has(Fault::RsNonceHeaderOnlyOnSuccess),
        };
        if wanted {
            let nonce = self.nonce(Side::Resource);
            response.headers.push("DPoP-Nonce", nonce);
            // A nonce out of a cache is an old one (RFC 9449, section 8.2).
            if !self.has(Fault::RsNonceCacheable) {
                response.headers.set("Cache-Control", "no-store");
            }
        }
        response
    }

    fn refuse_resource(&self, refusal: &Refusal) -> Response {
        let demand = refusal.is_nonce_demand();
        // What is wrong with the token or the proof is an authentication failure here.
        let mut status = match refusal.error {
            "invalid_token" | "invalid_dpop_proof" | "use_dpop_nonce" => 401,
            _ => refusal.status,
        };
        let body = json!({ "error": refusal.error, "message": refusal.description });
        if demand && self.has(Fault::RsNonceChallengeAs400) {
            return json_response(400, &body);
        }
        let is_challenge = matches!(status, 401 | 403);
        if !demand && self.has(Fault::RsErrorCollapse400) {
            status = 400;
        }
        let mut response = json_response(status, &body).header("Cache-Control", "no-store");
        if !demand && self.has(Fault::RsErrorHtml) {
            let page = format!("<p>{}</p>", refusal.description);
            response = Response::new(status).body("text/html", page);
        }
        if is_challenge && (demand || !self.has(Fault::RsTokenNoWwwAuthenticate)) {
            response.headers.push("WWW-Authenticate", self.challenge(refusal));
        }
        response
    }

    fn challenge(&self, refusal: &Refusal) -> String {
        let demand = refusal.is_nonce_demand();
        let quoted = |name: &str, value: &str| format!("{name}=\"{value}\"");
        let mut attributes = Vec::new();
        if self.varies(Variant::ChallengeRealm) {
            attributes.push(quoted("realm", "atproof, the PDS"));
        }
        if !self.has(Fault::RsChallengeNoAlgs) {
            attributes.push(quoted("algs", &self.proof_algorithms().join(" ")));
        }
        // No error for someone who sent nothing (RFC 6750, section 3.1).
        let tells = if demand {
            !self.has(Fault::RsNonceChallengeErrorInBodyOnly)
        } else if refusal.cause == Cause::NoCredentials {
            self.has(Fault::RsChallengeErrorWithoutCredentials)
        } else {
            !self.has(Fault::RsChallengeNoError)
        };
        if tells {
            attributes.push(quoted("error", refusal.error));
            attributes.push(quoted("error_description", &refusal.description));
            if self.has(Fault::RsChallengeRepeatedError) {
                attributes.push(quoted("error", refusal.error));
            }
        }
        if refusal.error == "insufficient_scope" {
            attributes.push(quoted("scope", "transition:generic"));
        }
        let elsewhere = self.has(Fault::RsChallengePointerElsewhere);
        if elsewhere || self.varies(Variant::ResourceMetadataPointer) {
            let server = if elsewhere { self.issuer() } else { &self.config.pds };
            let url = format!("{server}/.well-known/oauth-protected-resource");
            attributes.push(quoted("resource_metadata", &url));
        }
        if tells && !demand && self.has(Fault::RsChallengeErrorInBearer) {
            let error = quoted("error", refusal.error);
            attributes.retain(|attribute| !attribute.starts_with("error"));
            return format!("Bearer {error}, DPoP {}", attributes.join(", "));
        }
        if !demand && self.has(Fault::RsChallengeBearerOnly) {
            return format!("Bearer {}", attributes.join(", "));
        }
        if self.varies(Variant::ChallengeSeveralSchemes) {
            let attributes = attributes.join(", ").replace("error=\"", "Error=\"");
            return format!("bearer realm=x, dPoP {attributes}");
        }
        format!("DPoP {}", attributes.join(", "))
    }
}
