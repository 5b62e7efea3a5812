//! Code exchange (RFC 6749, section 4.1.3).

use atproof_protocol::http::Response;

use super::dpop::{Occasion, Proof};
use super::grants::{Grant, by_prefix};
use super::incoming::Incoming;
use super::issue::Kind;
use super::login_request::LoginRequest;
use super::refusal::Refusal;
use super::scope;
use super::state::Server;
use crate::codec::form::Params;
use crate::{Fault, Variant};

/// An authorization code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) request: LoginRequest,
    pub(super) did: String,
    pub(super) issued: i64,
    /// The grant that it was exchanged for. It is kept, so that a second use is seen.
    pub(super) spent: Option<u64>,
}

impl Server {
    /// Exchanges a code. A failed proof, and any other failure, leaves the code as it is.
    pub(super) fn exchange(
        &mut self,
        incoming: &Incoming<'_>,
        params: &Params,
    ) -> Result<Response, Refusal> {
        let missing = || Refusal::invalid_request("code is missing");
        let presented = params.value("code").ok_or_else(missing)?;
        let name = match by_prefix(&self.codes, presented, 4) {
            Some(name) if self.has(Fault::AsTokenCodePrefixMatch) => name,
            _ => presented.to_owned(),
        };
        let taken = match self.has(Fault::AsTokenConsumeBeforeDpop) {
            true => self.codes.remove(&name),
            false => None,
        };
        let proof = self.proof(incoming, Occasion::Exchange, None)?;
        if proof.is_none() && !self.has(Fault::AsTokenBearerForBoundClient) {
            return Err(Refusal::invalid_proof("the DPoP proof is missing"));
        }
        let code = taken.or_else(|| self.codes.get(&name).cloned());
        let code = code.ok_or_else(|| self.unknown_code(presented))?;
        self.check_unspent(&code)?;
        let burns = self.has(Fault::AsTokenConsumeBeforeValidate)
            || self.varies(Variant::CodeConsumedOnFailure);
        if burns {
            self.codes.remove(&name);
        }
        self.check_code(params, &code)?;
        self.check_code_key(&code, proof.as_ref())?;
        self.check_verifier(params, &code.request)?;
        let grant = self.begin(Grant {
            scope: self.granted_scope(&code.request),
            did: code.did.clone(),
            jkt: proof.and_then(|proof| proof.jkt),
            started: self.now(),
            client: code.request.client.clone(),
        });
        self.codes.insert(name, Code { spent: Some(grant), ..code });
        self.issue(grant, Kind::Exchange, None)
    }

    fn unknown_code(&self, presented: &str) -> Refusal {
        if self.has(Fault::AsTokenErrorReflectsInput) {
            return Refusal::invalid_grant(format!("the code {presented} is not known"));
        }
        Refusal::invalid_grant("the code is not known")
    }

    /// A code is good once; a second use ends what came of the first (RFC 6749, section 4.1.2).
    fn check_unspent(&mut self, code: &Code) -> Result<(), Refusal> {
        let Some(grant) = code.spent else { return Ok(()) };
        if self.has(Fault::AsTokenCodeReusable) {
            return Ok(());
        }
        let now = self.now();
        if !self.has(Fault::AsTokenReplayKeepsTokens) {
            self.tokens.end_refresh(grant, now);
            if !self.has(Fault::AsTokenReplayKeepsAccessToken) {
                self.tokens.end_access(grant, now);
            }
        }
        Err(Refusal::invalid_grant("the code was used before"))
    }

    /// Age, client and redirect URI.
    fn check_code(&self, params: &Params, code: &Code) -> Result<(), Refusal> {
        let age = self.now() - code.issued;
        if age >= self.lifetimes().code && !self.has(Fault::AsTokenCodeNeverExpires) {
            return Err(Refusal::invalid_grant("the code has expired"));
        }
        match params.value("client_id") {
            None if self.has(Fault::AsTokenClientIdOptional) => {}
            None => return Err(Refusal::invalid_request("client_id is missing")),
            Some(id) if id != code.request.client.id && !self.has(Fault::AsTokenCodeUnbound) => {
                return Err(Refusal::invalid_grant("the code is of another client"));
            }
            Some(_) => {}
        }
        let pushed = code.request.redirect_uri.as_str();
        match params.value("redirect_uri") {
            None if self.has(Fault::AsTokenRedirectUriOptional) => Ok(()),
            None => Err(Refusal::invalid_request("redirect_uri is missing")),
            Some(uri)
                if uri == pushed
                    || self.has(Fault::AsTokenRedirectUriUnchecked)
                    || without_port(uri) == without_port(pushed)
                        && self.has(Fault::AsTokenRedirectPortIgnored) =>
            {
                Ok(())
            }
            Some(_) => Err(Refusal::invalid_grant("redirect_uri is not that of the request")),
        }
    }

    /// The code is bound to the key that the request was pushed with (RFC 9449, section 10.1).
    fn check_code_key(&self, code: &Code, proof: Option<&Proof>) -> Result<(), Refusal> {
        let (Some(bound), Some(proof)) = (&code.request.jkt, proof) else { return Ok(()) };
        if proof.jkt.as_ref() != Some(bound) && !self.has(Fault::AsTokenParKeyUnbound) {
            return Err(Refusal::invalid_grant("the code is bound to another key"));
        }
        Ok(())
    }

    fn granted_scope(&self, request: &LoginRequest) -> String {
        let mut granted = scope::values(&request.scope);
        let more = "transition:generic".to_owned();
        if !granted.contains(&more)
            && request.client.scopes.contains(&more)
            && self.has(Fault::AsTokenScopeWidened)
        {
            granted.push(more);
        }
        granted.join(" ")
    }
}

/// A loopback URI without its port.
fn without_port(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    };
    format!("{scheme}://{host}{path}")
}
