//! Refresh (RFC 6749, section 6), with rotation (RFC 9700, section 4.14.2).

use atproof_protocol::http::Response;

use super::clients::ClientKey;
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
        client_key: Option<ClientKey>,
    ) -> Result<Response, Refusal> {
        let presented = self.presented_refresh_token(params)?;
        let name = self.refresh_token_name(&presented);
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
        if self.moment.revoked.contains(&token.grant) && self.has(Fault::AsRevokeRaceError) {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        let undone = self.moment.revoked.contains(&token.grant)
            && (self.has(Fault::AsRevokeRaceUndone)
                || self.has(Fault::AsRevokeRaceSparesSuccessor));
        let life = self.lifetimes().access_token;
        let is_forgotten = token.ended.is_some_and(|ended| now >= ended + life)
            && self.has(Fault::AsRevokeForgotten);
        let is_over = now >= token.expires && !self.has(Fault::AsRefreshNeverExpires);
        if token.is_ended(now) && !undone && !is_forgotten || is_over {
            return Err(unknown());
        }
        if self.moment.refreshed && self.has(Fault::AsRefreshParallelRefused) {
            return Err(Refusal::invalid_grant("another refresh is under way"));
        }
        self.moment.refreshed = true;
        self.check_still_declared(&grant.client, &grant.scope)?;
        let (bound, used) = (grant.client_key.as_ref(), client_key.as_ref());
        self.check_client_key(Occasion::Refresh, bound, used)?;
        if let Err(refusal) = self.check_holder(params, &grant, proof.as_ref()) {
            // A failed attempt of somebody else leaves the session alone.
            if self.has(Fault::AsRefreshMismatchEndsSession) {
                self.tokens.end(token.grant, now);
            }
            return Err(refusal);
        }
        self.check_unreplaced(&name, &token)?;
        let scope = self.refreshed_scope(params, &grant)?;
        if self.has(Fault::AsRefreshScopeNarrowingSticks)
            && let Some(grant) = self.tokens.grants.get_mut(&token.grant)
        {
            grant.scope.clone_from(&scope);
        }
        let audience = params.value("resource").map(str::to_owned);
        let audience = audience.filter(|_| self.has(Fault::AsRefreshResourceSwitched));
        let kind = Kind::Refresh { scope, audience };
        if self.varies(Variant::NoRefreshRotation) {
            return self.issue(token.grant, kind, Some(name));
        }
        let written = if undone && self.has(Fault::AsRevokeRaceUndone) {
            // What was read before the revocation is written back.
            RefreshToken { ended: None, ..token }
        } else {
            self.moment.used.insert(name.clone());
            RefreshToken { replaced: Some(token.replaced.unwrap_or(now)), ..token }
        };
        let grant = written.grant;
        self.tokens.refresh.insert(name, written);
        self.issue(grant, kind, None)
    }

    /// The refresh token that was sent.
    fn presented_refresh_token(&self, params: &Params) -> Result<String, Refusal> {
        let newest = || {
            let tokens = self.tokens.refresh.iter();
            tokens.max_by_key(|(_, token)| token.grant).map(|(name, _)| name.clone())
        };
        let presented = match params.presented("refresh_token") {
            None if self.has(Fault::AsRefreshTokenOptional) => newest(),
            Some("") if self.has(Fault::AsRefreshEmptyToken) => newest(),
            _ => params.value("refresh_token").map(str::to_owned),
        };
        presented.ok_or_else(|| Refusal::invalid_request("refresh_token is missing"))
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
        let mut names = self.tokens.refresh.keys();
        if self.has(Fault::AsRefreshTokenStartsWith) {
            return names.find(|name| name.starts_with(presented)).cloned();
        }
        if self.has(Fault::AsRefreshTokenTailIgnored) {
            return names.find(|name| presented.starts_with(*name)).cloned();
        }
        let of_code = self.codes.get(presented).and_then(|code| code.spent);
        let of_code = of_code.filter(|_| self.has(Fault::AsRefreshAcceptsCode));
        let of_access = self.tokens.access.get(presented).map(|access| access.grant);
        let of_access = of_access.filter(|_| self.has(Fault::AsRefreshAcceptsAccessToken));
        let grant = of_code.or(of_access)?;
        let mut siblings = self.tokens.refresh.iter();
        let found = siblings.find(|(_, token)| token.grant == grant && token.replaced.is_none());
        found.map(|(name, _)| name.clone())
    }

    /// A session ends when the key that it is bound to is no longer published (the profile, on
    /// confidential clients).
    pub(super) fn check_session_key(&mut self, params: &Params) -> Result<(), Refusal> {
        let name = params.value("refresh_token").unwrap_or_default();
        let id = self.tokens.refresh.get(name).map(|token| token.grant);
        let found = id.and_then(|id| Some((id, self.tokens.grants.get(&id)?.clone())));
        let Some((id, grant)) = found else { return Ok(()) };
        let Some(bound) = &grant.client_key else { return Ok(()) };
        if self.has(Fault::AsRefreshKeyRemovalIgnored)
            || self.has(Fault::AsRefreshDowngradeTaken)
            || self.is_published(&grant.client.id, bound)?
        {
            return Ok(());
        }
        if !self.has(Fault::AsRefreshKeyRemovalKeepsSession) {
            let now = self.now();
            self.tokens.end(id, now);
        }
        Err(Refusal::invalid_grant("the key of the session is no longer published"))
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
            None if self.has(Fault::AsRefreshClientIdOptional) => {}
            None => return Err(Refusal::invalid_request("client_id is missing")),
            Some(id) if id != grant.client.id && !self.has(Fault::AsRefreshClientUnbound) => {
                return Err(Refusal::invalid_grant("the refresh token is of another client"));
            }
            Some(_) => {}
        }
        let is_bound = proof.is_none_or(|proof| {
            // A proof without key is one that a fault let pass.
            proof.jkt.is_none()
                || proof.jkt == grant.jkt
                || self.is_key_of_sibling(grant, proof.jkt.as_deref())
        });
        if !is_bound && !self.has(Fault::AsRefreshSkipJkt) {
            return Err(Refusal::invalid_grant("the refresh token is bound to another key"));
        }
        Ok(())
    }

    /// Whether a broken rule takes this key, which belongs to another session.
    fn is_key_of_sibling(&self, grant: &Grant, jkt: Option<&str>) -> bool {
        let sibling = |other: &Grant| {
            other.jkt.as_deref() == jkt
                && other.client.id == grant.client.id
                && (self.has(Fault::AsRefreshKeyPerClient)
                    || other.did == grant.did && self.has(Fault::AsRefreshKeyPerAccount))
        };
        jkt.is_some() && self.tokens.grants.values().any(sibling)
    }

    /// Whoever presents a token that was replaced may have stolen it, so the session ends
    /// (RFC 9700, section 4.14.2).
    fn check_unreplaced(&mut self, name: &str, token: &RefreshToken) -> Result<(), Refusal> {
        let Some(replaced) = token.replaced else { return Ok(()) };
        let now = self.now();
        let in_grace = now - replaced < GRACE && self.varies(Variant::RefreshGrace);
        let at_once = self.moment.used.contains(name);
        if in_grace
            || self.has(Fault::AsRefreshReplayAccepted)
            || at_once && self.has(Fault::AsRefreshRace)
        {
            return Ok(());
        }
        if at_once && self.has(Fault::AsRefreshRaceError) {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        let keeps = self.has(Fault::AsRefreshReplayKeepsSession)
            || at_once && self.has(Fault::AsRefreshRaceKeepsSession)
            || at_once && self.has(Fault::AsRevokeRaceSparesSuccessor);
        if !keeps {
            self.tokens.end(token.grant, now);
        }
        Err(Refusal::invalid_grant("the refresh token was used before"))
    }

    /// The scope of the new access token: that of the grant, or less (RFC 6749, section 6).
    fn refreshed_scope(&self, params: &Params, grant: &Grant) -> Result<String, Refusal> {
        let Some(asked) = params.value("scope") else {
            let asked = self.has(Fault::AsRefreshScopeAsAsked);
            return Ok(if asked { &grant.asked } else { &grant.scope }.clone());
        };
        if self.has(Fault::AsRefreshScopeRefused) {
            return Err(Refusal::invalid_scope("a refresh cannot name a scope"));
        }
        let granted = scope::values(&grant.scope);
        let narrower = !granted.iter().all(|value| scope::values(asked).contains(value));
        if narrower && self.has(Fault::AsRefreshNarrowerRefused) {
            return Err(Refusal::invalid_scope("a refresh cannot change the scope"));
        }
        let within = scope::is_within(asked, &granted);
        let widened = !within
            && scope::is_within(asked, &grant.client.scopes)
            && self.has(Fault::AsRefreshScopeWidened);
        if within || widened {
            return Ok(scope::values(asked).join(" "));
        }
        Err(Refusal::invalid_scope("the scope is wider than that of the grant"))
    }
}
