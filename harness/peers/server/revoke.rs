//! The revocation endpoint (RFC 7009).

use atproof_protocol::http::Response;
use serde_json::json;

use super::answer::{json_response, uncached};
use super::dpop::Occasion;
use super::incoming::Incoming;
use super::refusal::Refusal;
use super::state::Server;
use crate::{Fault, Variant};

/// A token that was found.
struct FoundToken {
    grant: u64,
    is_refresh: bool,
    is_ended: bool,
}

impl Server {
    /// Ends the grant of a token. An unknown token is no error (RFC 7009, section 2.2).
    pub(super) fn revoke(&mut self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let params = match incoming.method {
            "POST" => incoming.form()?,
            "GET" if self.has(Fault::AsRevokeGetAccepted) => incoming.query_params()?,
            _ => return Err(Refusal::method_not_allowed()),
        };
        if params.repeated().is_some() && !self.has(Fault::AsRevokeFirstOfRepeated) {
            return Err(Refusal::invalid_request("a parameter is repeated"));
        }
        self.revocation_proof(incoming)?;
        let missing = || Refusal::invalid_request("token is missing");
        if params.value("token").is_none() && self.has(Fault::AsRevokeTokenOptional) {
            return Ok(uncached(Response::new(200), self.sends_pragma()));
        }
        let token = params.value("token").ok_or_else(missing)?;
        // Hints that are not known are ignored (RFC 7009, section 2.2).
        let hint = params.value("token_type_hint").unwrap_or("refresh_token");
        if !matches!(hint, "refresh_token" | "access_token")
            && self.has(Fault::AsRevokeUnknownHint400)
        {
            return Err(Refusal::new(400, "unsupported_token_type", "the hint is not known"));
        }
        self.authenticated(Occasion::Revoke, &params)?;
        let client_id = params.value("client_id");
        let done = uncached(Response::new(200), self.sends_pragma());
        let Some(found) = self.find_token(token, params.value("token_type_hint")) else {
            if self.has(Fault::AsRevokeUnknownToken400) {
                return Err(Refusal::invalid_grant("the token is not known"));
            }
            return Ok(done);
        };
        // A token is revoked by its own client only (RFC 7009, section 2.1).
        let owner = self.tokens.grants.get(&found.grant).map(|grant| grant.client.id.as_str());
        let is_silent = client_id.is_none() && self.has(Fault::AsRevokeClientIdOptional);
        if client_id != owner && !is_silent && !self.has(Fault::AsRevokeUnauthenticated) {
            return Err(Refusal::invalid_client("the token is of another client"));
        }
        if found.is_ended && self.has(Fault::AsRevokeSecondTime400) {
            return Err(Refusal::invalid_grant("the token was revoked before"));
        }
        if !self.has(Fault::AsRevokeNoEffect) {
            self.end_token(token, &found);
        }
        Ok(done)
    }

    /// The proof of a revocation. No text asks for one here (RFC 9449 speaks of token requests);
    /// like deployed servers, this one wants it wherever tokens are handled.
    fn revocation_proof(&mut self, incoming: &Incoming<'_>) -> Result<(), Refusal> {
        if self.varies(Variant::RevocationWithoutProof) {
            return Ok(());
        }
        let proof = self.proof(incoming, Occasion::Revoke, None)?;
        if proof.is_none() && !self.has(Fault::AsRevokeProofOptional) {
            return Err(Refusal::invalid_proof("the DPoP proof is missing"));
        }
        Ok(())
    }

    /// Tells anyone what a token is good for (RFC 7662, without its section 2.1).
    pub(super) fn introspect(&self, incoming: &Incoming<'_>) -> Response {
        let token = incoming.form().ok().and_then(|form| form.value("token").map(str::to_owned));
        let access = token.and_then(|token| self.tokens.access.get(&token));
        let found = access.and_then(|token| Some((token, self.tokens.grants.get(&token.grant)?)));
        let body = match found {
            Some((token, grant)) => json!({
                "active": true,
                "scope": token.scope,
                "sub": grant.did,
                "client_id": grant.client.id,
            }),
            None => json!({ "active": false }),
        };
        json_response(200, &body)
    }

    /// The hint helps to search; the other kind is searched as well (RFC 7009, section 2.1).
    fn find_token(&self, token: &str, hint: Option<&str>) -> Option<FoundToken> {
        let now = self.now();
        let refresh = self.tokens.refresh.get(token).map(|found| FoundToken {
            grant: found.grant,
            is_refresh: true,
            is_ended: found.ended.is_some(),
        });
        let access = self.tokens.access.get(token).map(|found| FoundToken {
            grant: found.grant,
            is_refresh: false,
            is_ended: found.is_ended(now),
        });
        let access = access.filter(|_| !self.has(Fault::AsRevokeAccessTokenIgnored));
        let found = refresh.or(access)?;
        let named = match hint {
            Some("refresh_token") => found.is_refresh,
            Some("access_token") => !found.is_refresh,
            _ => true,
        };
        (named || !self.has(Fault::AsRevokeHintBinding)).then_some(found)
    }

    /// Revoking either token ends the session, and its access tokens at once (RFC 7009, section
    /// 2.1).
    fn end_token(&mut self, token: &str, found: &FoundToken) {
        let now = self.now();
        self.moment.revoked.insert(found.grant);
        if found.is_refresh {
            let at = if self.has(Fault::AsRevokeDelayed) { now + 60 } else { now };
            self.tokens.end_refresh(found.grant, at);
            if !self.has(Fault::AsRevokeKeepsAccessToken) {
                self.tokens.end_access(found.grant, at);
            }
        } else if self.has(Fault::AsRevokeAccessTokenKeepsGrant) {
            if let Some(access) = self.tokens.access.get_mut(token) {
                access.ended = Some(now);
            }
        } else {
            self.tokens.end(found.grant, now);
        }
    }
}
