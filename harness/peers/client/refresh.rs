//! The refresh of a session (RFC 6749, section 6).

use super::Session;
use super::error::{Error, Reason, Step};
use super::session::Held;
use super::state::Client;
use super::token::Grant;

impl Client {
    /// Gets new tokens. There is never more than one refresh at a time, since the client is
    /// borrowed for it.
    pub async fn refresh(&mut self) -> Result<Session, Error> {
        let refreshed = self.refresh_session().await;
        if let Err(reason) = &refreshed
            && is_terminal(reason)
        {
            self.end_session();
        }
        refreshed.map_err(|why| why.at(Step::Refresh))
    }

    async fn refresh_session(&mut self) -> Result<Session, Reason> {
        let held = self.session.clone().ok_or(Reason::NoSession)?;
        let refresh_token = held.refresh_token.ok_or(Reason::NoRefreshToken)?;
        // Before the token leaves: the server must still be the one of the account.
        let Session { sub, iss, .. } = &held.session;
        let (pds, server) = self.authority(sub, iss).await?;
        let grant = Grant::RefreshToken(&refresh_token);
        let tokens = self.grant(&server.token_endpoint, &held.key, &grant).await?;
        // An answer for another account would swap accounts inside a session.
        if tokens.sub != *sub {
            let (expected, found) = (sub.to_string(), tokens.sub.to_string());
            return Err(Reason::Account { expected, found });
        }
        let mut renewed = Held::new(tokens, pds, server, held.key);
        // Without a new one the old one stays in use (OAuth 2.1, section 4.3.2).
        renewed.refresh_token = renewed.refresh_token.or(Some(refresh_token));
        let session = renewed.session.clone();
        self.session = Some(renewed);
        Ok(session)
    }
}

/// Whether a failed refresh ends the session: the grant is gone, or the answer was for someone else.
/// Whatever may pass leaves the token as it is.
fn is_terminal(reason: &Reason) -> bool {
    match reason {
        Reason::Refused { error, .. } => error == "invalid_grant",
        Reason::Account { .. } => true,
        _ => false,
    }
}
