//! The refresh of a session (RFC 6749, section 6).

use atproof_protocol::oauth::Secret;
use tokio::sync::MutexGuard;

use super::Session;
use super::authority::other_account;
use super::error::{Error, Reason, Step};
use super::form::Parameters;
use super::identity::Identity;
use super::nonce::ENDLESS;
use super::server_metadata::AuthorizationServer;
use super::session::Held;
use super::state::Client;
use super::token::{Due, Tokens};
use crate::{ClientFault, Occasion};

/// How long a lock holds that does not hold until the end, in milliseconds.
const SHORT: i64 = 200;

impl Client {
    /// Gets new tokens. There is never more than one refresh at a time: who comes while one is
    /// under way gets what it brought.
    ///
    /// # Errors
    ///
    /// Says what was wrong.
    pub async fn refresh(&self) -> Result<Session, Error> {
        let stale = self.held().map(|held| held.access_token);
        self.renew(stale.as_ref()).await
    }

    /// Gets new tokens, unless somebody has done so since this access token was in use.
    pub(super) async fn renew(&self, stale: Option<&Secret>) -> Result<Session, Error> {
        let _turn = self.turn().await;
        let held = self.held().ok_or_else(|| Reason::NoSession.at(Step::Refresh))?;
        if stale.is_some_and(|stale| *stale != held.access_token)
            && !self.has(ClientFault::RefreshNoLock)
        {
            return Ok(held.session);
        }
        let mut refreshed = self.refresh_session(&held).await;
        let mut runs = 1;
        // A refresh that begins another on its way has no end of its own.
        while matches!(refreshed, Err(Reason::NonceAgain))
            && self.has(ClientFault::NonceRecursivePlugin)
            && runs < ENDLESS
        {
            refreshed = self.refresh_session(&held).await;
            runs += 1;
        }
        match refreshed {
            // An end is an end (RFC 6749, section 5.2).
            Err(reason) if is_gone(&reason) && self.has(ClientFault::RefreshIgnoreError) => {
                Ok(held.session)
            }
            Err(reason) => {
                if self.is_terminal(&reason) {
                    self.end_session();
                }
                Err(reason.at(Step::Refresh))
            }
            Ok(session) => Ok(session),
        }
    }

    /// Waits for its turn (atproto OAuth spec, Tokens: clients avoid concurrent refreshes).
    async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        if self.has(ClientFault::RefreshNoLock) {
            // Looking up a session takes others past this point as well.
            tokio::task::yield_now().await;
            return None;
        }
        if self.has(ClientFault::RefreshShortLock) {
            return self.impatient_turn().await;
        }
        Some(self.refreshing.lock().await)
    }

    /// The clock that others move says when it is too long.
    async fn impatient_turn(&self) -> Option<MutexGuard<'_, ()>> {
        let end = self.clock.now_millis() + SHORT;
        loop {
            match self.refreshing.try_lock() {
                Ok(turn) => return Some(turn),
                Err(_) if self.clock.now_millis() >= end => return None,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }

    async fn refresh_session(&self, held: &Held) -> Result<Session, Reason> {
        let refresh_token = held.refresh_token.clone().ok_or(Reason::NoRefreshToken)?;
        let sub = &held.session.sub;
        let (identity, server) = self.still_in_charge(held).await?;
        let tokens = self.refreshed_tokens(held, &server, &refresh_token).await?;
        if self.has(ClientFault::IdentityCheckIssuerAfterRefresh) {
            self.authority(sub, &held.server).await?;
        }
        // An answer for another account would swap accounts inside a session.
        if tokens.sub != *sub && !self.has(ClientFault::RefreshSubUnchecked) {
            return Err(other_account(sub, &tokens.sub));
        }
        let handle = held.session.handle.clone();
        let requested = held.requested.clone();
        let renewed = Held::new(tokens, identity.pds, server, held.key.clone(), requested);
        let mut renewed = Held { nonce: held.nonce.clone(), ..renewed.known_as(handle) };
        // Without a new one the old one stays in use (OAuth 2.1, section 4.3.2).
        let is_kept = match renewed.refresh_token {
            None => !self.has(ClientFault::RefreshDropOldToken),
            Some(_) => self.has(ClientFault::RefreshKeepOldToken),
        };
        if is_kept {
            renewed.refresh_token = Some(refresh_token);
        }
        let session = renewed.session.clone();
        self.memory().session = Some(renewed);
        Ok(session)
    }

    /// Before the token leaves: the server must still be the one of the account.
    async fn still_in_charge(
        &self,
        held: &Held,
    ) -> Result<(Identity, AuthorizationServer), Reason> {
        let Session { sub, handle, aud, .. } = &held.session;
        if self.has(ClientFault::IdentityNoCheckOnRestore)
            || self.has(ClientFault::IdentityCheckIssuerAfterRefresh)
        {
            let (did, handle, pds) = (sub.clone(), handle.clone(), aud.clone());
            return Ok((Identity { did, handle, pds }, held.server.clone()));
        }
        if self.has(ClientFault::RefreshUnboundIssuer) {
            return self.named_server(sub).await;
        }
        let (identity, server) = self.authority(sub, &held.server).await?;
        // Handles change, and accounts stay (atproto OAuth spec, Sessions).
        if self.has(ClientFault::SessionBoundToHandle)
            && self.verified_handle(&identity).await != *handle
        {
            return Err(Reason::UnclaimedHandle(sub.to_string()));
        }
        Ok((identity, server))
    }

    async fn refreshed_tokens(
        &self,
        held: &Held,
        server: &AuthorizationServer,
        refresh_token: &Secret,
    ) -> Result<Tokens, Reason> {
        let grant_type = match self.has(ClientFault::RefreshWrongGrantType) {
            true => "authorization_code",
            false => "refresh_token",
        };
        let mut parameters: Parameters = vec![
            ("grant_type", grant_type.to_owned()),
            ("refresh_token", refresh_token.expose().to_owned()),
        ];
        if self.has(ClientFault::RefreshScopeWidened) {
            parameters.push(("scope", self.config.scope.clone()));
        }
        let key = match self.has(ClientFault::DpopNewKeyAtRefresh) {
            true => self.memory().stream.key(),
            false => held.key.clone(),
        };
        let response = self.grant(server, &key, parameters, Occasion::Refresh).await?;
        let account = Some(&held.session.sub);
        let due = Due { account, scope: &held.requested, occasion: Occasion::Refresh };
        self.tokens(&response, due)
    }

    /// Whether a failed refresh ends the session: the grant is gone, or the answer was for someone
    /// else. Whatever may pass leaves the token as it is.
    fn is_terminal(&self, reason: &Reason) -> bool {
        match reason {
            Reason::Account { .. } => true,
            // A page of a gateway is no end, whatever it says.
            Reason::Format => self.has(ClientFault::TokenParseBeforeStatus),
            Reason::Refused { .. } if self.has(ClientFault::RefreshBurnOnError) => true,
            _ => is_gone(reason) || self.has(ClientFault::RefreshBurnOnTransient),
        }
    }
}

fn is_gone(reason: &Reason) -> bool {
    matches!(reason, Reason::Refused { error, .. } if error == "invalid_grant")
}
