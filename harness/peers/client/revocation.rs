//! The end of a session (RFC 7009).

use super::error::{Error, Reason, Step};
use super::form::Parameters;
use super::par::Pending;
use super::response::is_success;
use super::session::Held;
use super::state::Client;
use super::token::Tokens;
use crate::{ClientFault, ClientVariant, Occasion};

impl Client {
    /// Ends the session, here in any case, and at the server where it offers revocation. After an
    /// error the tokens must be taken to be alive (RFC 7009, section 2.2.1).
    ///
    /// # Errors
    ///
    /// Says what was wrong. The session is over nevertheless.
    pub async fn logout(&self) -> Result<(), Error> {
        let no_session = || Reason::NoSession.at(Step::Revocation);
        let held = match self.has(ClientFault::RevokeFailClosed) {
            true => self.held(),
            false => self.end_session(),
        };
        let held = held.ok_or_else(no_session)?;
        self.revoke(&held).await.map_err(|why| why.at(Step::Revocation))?;
        self.end_session();
        Ok(())
    }

    /// Revoking the refresh token ends the grant.
    async fn revoke(&self, held: &Held) -> Result<(), Reason> {
        let Some(endpoint) = &held.server.revocation_endpoint else {
            return match self.has(ClientFault::RevokeFailClosed) {
                true => Err(Reason::Member("revocation_endpoint")),
                false => Ok(()),
            };
        };
        if self.has(ClientFault::RevokeLocalOnly) {
            return Ok(());
        }
        let refresh_token =
            held.refresh_token.as_ref().filter(|_| !self.has(ClientFault::RevokeAccessTokenOnly));
        let access = (&held.access_token, "access_token");
        let mut tokens = vec![refresh_token.map_or(access, |token| (token, "refresh_token"))];
        if self.takes(ClientVariant::RevokesBoth) {
            tokens.push(access);
        }
        for (token, hint) in tokens {
            self.revoke_token(held, endpoint, token.expose(), hint).await?;
        }
        Ok(())
    }

    /// Tokens of a login that was not taken are of no use to anybody.
    pub(super) async fn give_back(&self, pending: &Pending, tokens: &Tokens) {
        let Pending { server, key, scope, .. } = pending.clone();
        let pds = server.issuer.clone();
        // Whether it succeeds changes nothing.
        let _answer = self.revoke(&Held::new(tokens.clone(), pds, server, key, scope)).await;
    }

    async fn revoke_token(
        &self,
        held: &Held,
        endpoint: &str,
        token: &str,
        hint: &str,
    ) -> Result<(), Reason> {
        let mut parameters: Parameters = vec![("token", token.to_owned())];
        if !self.takes(ClientVariant::RevokesWithoutHint) {
            parameters.push(("token_type_hint", hint.to_owned()));
        }
        parameters.push(("client_id", self.config.client_id.clone()));
        let request = || {
            let mut parameters = parameters.clone();
            let (server, key) = (&held.server, &held.key);
            parameters.extend(self.credentials(server, endpoint, key, Occasion::Revoke));
            self.post(endpoint, parameters)
        };
        let response = self.prove_leniently(&held.key, &request, None, Occasion::Revoke).await?;
        // What the body of a success says is ignored (RFC 7009, section 2.2).
        if self.has(ClientFault::RevokeBodyRead) && !response.body.is_empty() {
            self.object(&response)?;
        }
        if !is_success(response.status) && !self.has(ClientFault::RevokeAnyAnswer) {
            return Err(self.refusal(&response));
        }
        Ok(())
    }
}
