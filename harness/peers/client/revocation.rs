//! The end of a session (RFC 7009).

use super::error::{Error, Reason, Step};
use super::fetch::{post, refusal};
use super::session::Held;
use super::state::Client;

impl Client {
    /// Ends the session, here in any case, and at the server where it offers revocation. After an
    /// error the tokens must be taken to be alive (RFC 7009, section 2.2.1).
    pub async fn logout(&mut self) -> Result<(), Error> {
        let held = self.end_session().ok_or_else(|| Reason::NoSession.at(Step::Revocation))?;
        self.revoke(&held).await.map_err(|why| why.at(Step::Revocation))
    }

    /// Revoking the refresh token ends the grant.
    async fn revoke(&mut self, held: &Held) -> Result<(), Reason> {
        let Some(endpoint) = &held.server.revocation_endpoint else { return Ok(()) };
        let (token, hint) = match &held.refresh_token {
            Some(token) => (token, "refresh_token"),
            None => (&held.access_token, "access_token"),
        };
        let client_id = self.config.client_id.as_str();
        let parameters =
            [("token", token.expose()), ("token_type_hint", hint), ("client_id", client_id)];
        let request = post(endpoint, &parameters);
        let response = self.prove_leniently(&held.key, &request, None).await?;
        if response.status != 200 {
            return Err(refusal(&response));
        }
        Ok(())
    }
}
