//! From what the user typed to an authorization server.

use atproof_protocol::identifier::{Did, Handle, Origin};

use super::error::{Error, Reason, Step};
use super::server_metadata::AuthorizationServer;
use super::state::Client;

impl Client {
    /// Finds the authorization server of a handle, DID or server URL, and the account where one
    /// was named. Nothing is remembered from an earlier login.
    pub(super) async fn discover(
        &self,
        input: &str,
    ) -> Result<(Option<Did>, AuthorizationServer), Error> {
        let (account, host) = self.identify(input).await.map_err(|why| why.at(Step::Identity))?;
        let (issuer, resource) = match self.resource_metadata(&host).await {
            Ok(issuer) => (issuer, Some(host)),
            // A user may name the authorization server itself, which is no resource.
            Err(Reason::Status(404)) if account.is_none() => (host, None),
            Err(reason) => return Err(reason.at(Step::ResourceMetadata)),
        };
        let server = self.server_metadata(&issuer, resource.as_ref()).await;
        Ok((account, server.map_err(|why| why.at(Step::ServerMetadata))?))
    }

    /// The account that was named, if any, and the host where discovery goes on.
    async fn identify(&self, input: &str) -> Result<(Option<Did>, Origin), Reason> {
        let unknown = || Reason::Input(input.to_owned());
        if input.contains("://") {
            let origin = Origin::of(input).filter(|_| self.config.permits(input));
            return Ok((None, origin.ok_or_else(unknown)?));
        }
        let identity = if input.starts_with("did:") {
            self.identity(&Did::parse(input).map_err(|_| unknown())?).await?
        } else {
            self.identity_of_handle(&Handle::parse(input).map_err(|_| unknown())?).await?
        };
        Ok((Some(identity.did), identity.pds))
    }
}
