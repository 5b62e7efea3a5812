//! Refresh (RFC 6749, section 6), with rotation (RFC 9700, section 4.14.2).

use atproof_protocol::http::Response;

use super::dpop::{Occasion, Proof};
use super::grants::{Grant, RefreshToken, by_prefix};
use super::incoming::Incoming;
use super::issue::Kind;
use super::refusal::Refusal;
use super::scope;
use super::state::Server;
use crate::codec::form::Params;
use crate::{Fault, Variant};

/// How long a replaced refresh token works where there is a grace period, in seconds.
const GRACE: i64 = 60;

impl Server {
    /// Exchanges a refresh token. A failed proof leaves the token as it is.
    pub(super) fn refresh(
        &mut self,
        incoming: &Incoming<'_>,
        params: &Params,
    ) -> Result<Response, Refusal> {
        let missing = || Refusal::invalid_request("refresh_token is missing");
        let presented = params.value("refresh_token").ok_or_else(missing)?;
        let name = self.refresh_token_name(presented);
        let token = name.as_ref().and_then(|name| self.tokens.refresh.get(name)).cloned();
        if self.has(Fault::AsRefreshConsumeBeforeDpop)
            && let Some(token) = name.as_ref().and_then(|name| self.tokens.refresh.get_mut(name))
        {
            token.ended = Some(0);
        }
        let proof = self.proof(incoming, Occasion::Refresh, None)?;
        if proof.is_none() {
            if self.has(Fault::AsRefreshPanicNoProof) {
                return Err(Refusal::new(500, "server_error", "internal error"));
            }
            if !self.has(Fault::AsRefreshProofOptional) {
                return Err(Refusal::invalid_proof("the DPoP proof is missing"));
            }
        }
        let unknown = || Refusal::invalid_grant("the refresh token is not known or has ended");
        let (name, token) = name.zip(token).ok_or_else(unknown)?;
        let grant = self.tokens.grants.get(&token.grant).cloned().ok_or_else(unknown)?;
        let now = self.now();
        if token.is_ended(now) || now >= token.expires {
            return Err(unknown());
        }
        self.check_holder(params, &grant, proof.as_ref())?;
        self.check_unreplaced(&token)?;
        let scope = self.refreshed_scope(params, &grant)?;
        if self.has(Fault::AsRefreshScopeNarrowingSticks)
            && let Some(grant) = self.tokens.grants.get_mut(&token.grant)
        {
            grant.scope.clone_from(&scope);
        }
        if self.varies(Variant::NoRefreshRotation) {
            return self.issue(token.grant, Kind::Refresh { scope }, Some(name));
        }
        let replaced = RefreshToken { replaced: Some(token.replaced.unwrap_or(now)), ..token };
        let grant = replaced.grant;
        self.tokens.refresh.insert(name, replaced);
        self.issue(grant, Kind::Refresh { scope }, None)
    }

    /// The name under which the table has a refresh token.
    fn refresh_token_name(&self, presented: &str) -> Option<String> {
        if self.tokens.refresh.contains_key(presented) {
            return Some(presented.to_owned());
        }
        if let Some(name) = by_prefix(&self.tokens.refresh, presented, 4)
            && self.has(Fault::AsRefreshTokenPrefixMatch)
        {
            return Some(name);
        }
        let access = self.tokens.access.get(presented)?;
        let mut siblings = self.tokens.refresh.iter();
        siblings
            .find(|(_, token)| token.grant == access.grant && token.replaced.is_none())
            .filter(|_| self.has(Fault::AsRefreshAcceptsAccessToken))
            .map(|(name, _)| name.clone())
    }

    /// A refresh token is bound to its client and, of a public client, to its key (RFC 6749,
    /// section 6; RFC 9449, section 5).
    fn check_holder(
        &self,
        params: &Params,
        grant: &Grant,
        proof: Option<&Proof>,
    ) -> Result<(), Refusal> {
        match params.value("client_id") {
            None => Err(Refusal::invalid_request("client_id is missing")),
            Some(id) if id != grant.client.id && !self.has(Fault::AsRefreshClientUnbound) => {
                Err(Refusal::invalid_grant("the refresh token is of another client"))
            }
            Some(_)
                if proof.is_some_and(|proof| proof.jkt != grant.jkt)
                    && !self.has(Fault::AsRefreshSkipJkt) =>
            {
                Err(Refusal::invalid_grant("the refresh token is bound to another key"))
            }
            Some(_) => Ok(()),
        }
    }

    /// Whoever presents a token that was replaced may have stolen it, so the session ends
    /// (RFC 9700, section 4.14.2).
    fn check_unreplaced(&mut self, token: &RefreshToken) -> Result<(), Refusal> {
        let Some(replaced) = token.replaced else { return Ok(()) };
        let now = self.now();
        let in_grace = now - replaced < GRACE && self.varies(Variant::RefreshGrace);
        if in_grace || self.has(Fault::AsRefreshReplayAccepted) {
            return Ok(());
        }
        if !self.has(Fault::AsRefreshReplayKeepsSession) {
            self.tokens.end(token.grant, now);
        }
        Err(Refusal::invalid_grant("the refresh token was used before"))
    }

    /// The scope of the new access token: that of the grant, or less (RFC 6749, section 6).
    fn refreshed_scope(&self, params: &Params, grant: &Grant) -> Result<String, Refusal> {
        let Some(asked) = params.value("scope") else {
            return Ok(grant.scope.clone());
        };
        let within = scope::is_within(asked, &scope::values(&grant.scope));
        let widened = !within
            && scope::is_within(asked, &grant.client.scopes)
            && self.has(Fault::AsRefreshScopeWidened);
        if within || widened {
            return Ok(scope::values(asked).join(" "));
        }
        Err(Refusal::invalid_scope("the scope is wider than that of the grant"))
    }
}
