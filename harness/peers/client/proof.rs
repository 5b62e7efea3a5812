//! Requests with a DPoP proof (RFC 9449), and the nonces that servers ask for.

use atproof_protocol::dpop::{self, Spec};
use atproof_protocol::http::{Request, Response};
use atproof_protocol::identifier::Origin;
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::{Secret, challenge};

use super::error::Reason;
use super::fetch::{member, object};
use super::state::Client;

impl Client {
    /// Sends a request with a proof. Its success must come with a nonce: the profile has clients
    /// reject answers to DPoP requests without one.
    pub(super) async fn prove(
        &mut self,
        key: &SigningKey,
        request: &Request,
        access_token: Option<&Secret>,
    ) -> Result<Response, Reason> {
        let response = self.prove_leniently(key, request, access_token).await?;
        let is_success = (200..300).contains(&response.status);
        if is_success && supplied_nonce(&response).is_none() {
            return Err(Reason::NonceMissing);
        }
        Ok(response)
    }

    /// Sends a request with a proof, and once more where a nonce is asked for (RFC 9449, sections 8
    /// and 9).
    pub(super) async fn prove_leniently(
        &mut self,
        key: &SigningKey,
        request: &Request,
        access_token: Option<&Secret>,
    ) -> Result<Response, Reason> {
        let response = self.prove_once(key, request, access_token).await?;
        if !demands_nonce(&response) {
            return Ok(response);
        }
        // There is nothing to try again with (RFC 9449, section 8).
        if supplied_nonce(&response).is_none() {
            return Err(Reason::NonceMissing);
        }
        let response = self.prove_once(key, request, access_token).await?;
        if demands_nonce(&response) {
            return Err(Reason::NonceAgain);
        }
        Ok(response)
    }

    /// Every attempt has a proof of its own (RFC 9449, section 4).
    async fn prove_once(
        &mut self,
        key: &SigningKey,
        request: &Request,
        access_token: Option<&Secret>,
    ) -> Result<Response, Reason> {
        let origin = Origin::of(&request.url).ok_or_else(|| Reason::Url(request.url.clone()))?;
        let server = (key.public().thumbprint(), origin);
        let spec = Spec {
            htm: &request.method,
            htu: request.htu(),
            jti: &self.stream.token(),
            iat: self.clock.now(),
            nonce: self.nonces.get(&server).map(String::as_str),
            access_token: access_token.map(Secret::expose),
        };
        let mut request = request.clone();
        for proof in dpop::forge(&spec, key, None) {
            request.headers.push("DPoP", proof);
        }
        let response = self.send(request).await?;
        // A new nonce may come with any answer (RFC 9449, section 8.2).
        if let Some(nonce) = supplied_nonce(&response) {
            self.nonces.insert(server, nonce.to_owned());
        }
        Ok(response)
    }
}

fn supplied_nonce(response: &Response) -> Option<&str> {
    response.headers.get("dpop-nonce").filter(|nonce| !nonce.is_empty())
}

/// Authorization servers ask with 400 in the body (RFC 9449, section 8), resource servers with 401
/// in a challenge (section 9).
fn demands_nonce(response: &Response) -> bool {
    match response.status {
        400 => object(response).is_ok_and(|body| member(&body, "error") == Some(USE_DPOP_NONCE)),
        401 => challenge_error(response).is_some_and(|error| error == USE_DPOP_NONCE),
        _ => false,
    }
}

const USE_DPOP_NONCE: &str = "use_dpop_nonce";

/// The `error` of the DPoP challenge.
pub(super) fn challenge_error(response: &Response) -> Option<String> {
    let fields: Vec<_> = response.headers.all("www-authenticate").collect();
    let (challenges, _) = challenge::parse(&fields);
    let challenge = challenges.iter().find(|challenge| challenge.is("DPoP"))?;
    challenge.param("error").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_demand_from_other_refusals() {
        let body = |status, body: &str| Response::new(status).body("application/json", body);
        let field = |value: &str| Response::new(401).header("www-authenticate", value);
        for (response, expected) in [
            (body(400, r#"{"error":"use_dpop_nonce"}"#), true),
            (body(400, r#"{"error":"invalid_request"}"#), false),
            (body(200, r#"{"error":"use_dpop_nonce"}"#), false),
            (body(400, "use_dpop_nonce"), false),
            (field("DPoP error=\"use_dpop_nonce\""), true),
            (field("Bearer realm=x, dpop algs=ES256, error=use_dpop_nonce"), true),
            (field("Bearer error=\"use_dpop_nonce\""), false),
            (field("DPoP error=\"invalid_token\", realm=\"use_dpop_nonce\""), false),
        ] {
            assert_eq!(demands_nonce(&response), expected, "{response:?}");
        }
    }
}
