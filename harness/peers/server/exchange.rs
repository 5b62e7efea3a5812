//! Code exchange (RFC 6749, section 4.1.3).

use atproof_protocol::http::Response;

use super::clients::ClientKey;
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
        client_key: Option<ClientKey>,
    ) -> Result<Response, Refusal> {
        let presented = &self.presented_code(params)?;
        if self.tokens.refresh.contains_key(presented)
            && self.has(Fault::AsTokenAcceptsRefreshToken)
        {
            let client = params.value("client_id").unwrap_or_default().to_owned();
            let pairs = [("refresh_token", presented.clone()), ("client_id", client)];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value));
            return self.refresh(incoming, &Params::of(pairs.to_vec()), client_key);
        }
        let name = self.code_name(presented);
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
        let fits = self.is_whole_replay(params, &code, proof.as_ref());
        self.check_unspent(&name, &code, fits)?;
        let code = self.with_request(params, code);
        let burns = self.has(Fault::AsTokenConsumeBeforeValidate)
            || self.varies(Variant::CodeConsumedOnFailure);
        if burns {
            self.codes.remove(&name);
        }
        self.check_code_age(&code)?;
        self.check_code(params, &code)?;
        self.check_code_key(&code, proof.as_ref())?;
        let (bound, used) = (code.request.client_key.as_ref(), client_key.as_ref());
        self.check_client_key(Occasion::Exchange, bound, used)?;
        self.check_verifier(params, &code.request)?;
        let own = (proof.and_then(|proof| proof.jkt), code.did.clone());
        let first = self.moment.first.get_or_insert_with(|| own.clone()).clone();
        let mixed = |fault| if self.has(fault) { first.clone() } else { own.clone() };
        let grant = self.begin(Grant {
            asked: code.request.asked.clone(),
            scope: self.granted_scope(&code.request),
            did: mixed(Fault::AsTokenParallelSubMixed).1,
            jkt: mixed(Fault::AsTokenParallelKeyMixed).0,
            started: self.now(),
            client: code.request.client.clone(),
            client_key: code.request.client_key.clone(),
        });
        self.moment.used.insert(name.clone());
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
    fn check_unspent(&mut self, name: &str, code: &Code, fits: bool) -> Result<(), Refusal> {
        let Some(grant) = code.spent else { return Ok(()) };
        let at_once = self.moment.used.contains(name);
        if self.has(Fault::AsTokenCodeReusable) || at_once && self.has(Fault::AsTokenCodeRace) {
            return Ok(());
        }
        if at_once && self.has(Fault::AsTokenCodeRaceError) {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        let now = self.now();
        let mut tokens = self.tokens.refresh.values();
        let is_refreshed = tokens.any(|token| token.grant == grant && token.replaced.is_some());
        let keeps = !fits
            || self.has(Fault::AsTokenReplayKeepsTokens)
            || is_refreshed && self.has(Fault::AsTokenReplayForgetsRefreshed)
            || at_once && self.has(Fault::AsTokenCodeRaceKeepsTokens);
        if !keeps {
            self.tokens.end_refresh(grant, now);
            if !self.has(Fault::AsTokenReplayKeepsAccessToken) {
                self.tokens.end_access(grant, now);
            }
        }
        Err(Refusal::invalid_grant("the code was used before"))
    }

    /// The code that was sent.
    fn presented_code(&self, params: &Params) -> Result<String, Refusal> {
        let newest = || {
            let codes = self.codes.iter().filter(|(_, code)| code.spent.is_none());
            codes.max_by_key(|(_, code)| code.request.serial).map(|(name, _)| name.clone())
        };
        let presented = match params.presented("code") {
            None if self.has(Fault::AsTokenCodeOptional) => newest(),
            Some("") if self.has(Fault::AsTokenEmptyCode) => newest(),
            _ => params.value("code").map(str::to_owned),
        };
        let presented = presented.ok_or_else(|| Refusal::invalid_request("code is missing"))?;
        if presented.len() > 4096 && self.has(Fault::AsTokenLongCode500)
            || presented.contains('\0') && self.has(Fault::AsTokenNul500)
        {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        Ok(presented)
    }

    /// The name under which the table has a code: the code itself.
    fn code_name(&self, presented: &str) -> String {
        let whole_of_beginning = || self.codes.keys().find(|code| code.starts_with(presented));
        let beginning = || self.codes.keys().find(|code| presented.starts_with(*code));
        let found = if self.has(Fault::AsTokenCodePrefixMatch) {
            by_prefix(&self.codes, presented, 4)
        } else if self.has(Fault::AsTokenCodeStartsWith) {
            whole_of_beginning().cloned()
        } else if self.has(Fault::AsTokenCodeTailIgnored) {
            beginning().cloned()
        } else {
            None
        };
        found.unwrap_or_else(|| presented.to_owned())
    }

    /// The code with the request that it came of.
    fn with_request(&self, params: &Params, code: Code) -> Code {
        let verified = |other: &&Code| self.check_verifier(params, &other.request).is_ok();
        let found = self.codes.values().find(verified);
        match found.filter(|_| self.has(Fault::AsTokenRequestByVerifier)) {
            Some(found) => Code { request: found.request.clone(), ..code },
            None => code,
        }
    }

    /// Whether an exchange is right but for its code being spent. Whoever has no more than the code
    /// must not be able to end a session with it (OAuth 2.1, section 7.5.2).
    fn is_whole_replay(&self, params: &Params, code: &Code, proof: Option<&Proof>) -> bool {
        let fits = self
            .check_code(params, code)
            .and_then(|()| self.check_code_key(code, proof))
            .and_then(|()| self.check_verifier(params, &code.request));
        fits.is_ok() || self.has(Fault::AsTokenBadReplayEndsSession)
    }

    fn check_code_age(&self, code: &Code) -> Result<(), Refusal> {
        let age = self.now() - code.issued;
        if age >= self.lifetimes().code && !self.has(Fault::AsTokenCodeNeverExpires) {
            return Err(Refusal::invalid_grant("the code has expired"));
        }
        Ok(())
    }

    /// Client and redirect URI.
    fn check_code(&self, params: &Params, code: &Code) -> Result<(), Refusal> {
        match params.value("client_id") {
            None if self.has(Fault::AsTokenClientIdOptional) => {}
            None => return Err(Refusal::invalid_request("client_id is missing")),
            Some(id)
                if !self.is_id_of(id, &code.request.client)
                    && !self.has(Fault::AsTokenCodeUnbound) =>
            {
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
        // A proof without key is one that a fault let pass.
        let proof = proof.filter(|proof| proof.jkt.is_some());
        let (Some(bound), Some(proof)) = (&code.request.jkt, proof) else { return Ok(()) };
        let is_known = self.tokens.grants.values().any(|grant| grant.jkt == proof.jkt);
        if is_known && self.has(Fault::AsTokenEarlierKeyRefused) {
            return Err(Refusal::invalid_proof("the key belongs to an earlier session"));
        }
        let mut codes = self.codes.values();
        let is_other =
            codes.any(|code| code.request.jkt.is_some() && code.request.jkt == proof.jkt);
        if proof.jkt.as_ref() != Some(bound)
            && !self.has(Fault::AsTokenParKeyUnbound)
            && !(is_other && self.has(Fault::AsTokenKeyOfAnyLogin))
        {
            return Err(Refusal::invalid_grant("the code is bound to another key"));
        }
        Ok(())
    }

    /// A session is bound to name, algorithm and thumbprint of the key that its client began it
    /// with.
    pub(super) fn check_client_key(
        &self,
        on: Occasion,
        bound: Option<&ClientKey>,
        used: Option<&ClientKey>,
    ) -> Result<(), Refusal> {
        let other = "the session was begun with another key of the client";
        let Some(bound) = bound else {
            // A public client may become a confidential one; the text does not say.
            let refused = used.is_some() && self.has(Fault::AsRefreshUpgradeRefused);
            return if refused { Err(Refusal::invalid_grant(other)) } else { Ok(()) };
        };
        let Some(used) = used else {
            let lax = self.broken_on(on, &[Fault::AsAssertionOptional])
                || self.has(Fault::AsAssertionEmptyTaken)
                || self.has(Fault::AsRefreshDowngradeTaken);
            let missing = Refusal::invalid_client("client_assertion is missing");
            return if lax { Ok(()) } else { Err(missing) };
        };
        let same = (bound.kid == used.kid || self.has(Fault::AsTokenClientKidUnbound))
            && (bound.jkt == used.jkt || self.has(Fault::AsTokenClientThumbprintUnbound))
            && bound.alg == used.alg;
        let unbound = match on {
            Occasion::Exchange => Fault::AsTokenNoClientKeyBinding,
            _ => Fault::AsRefreshNoClientKeyBinding,
        };
        if same || self.has(unbound) {
            return Ok(());
        }
        Err(Refusal::invalid_grant(other))
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
