//! Whether an authorization server may speak for an account.

use atproof_protocol::identifier::{Did, Origin};

use super::error::Reason;
use super::par::Pending;
use super::server_metadata::AuthorizationServer;
use super::state::Client;

impl Client {
    /// Checks the account of a token answer: the one that the user named, if any, and one whose own
    /// PDS leads back to the server that answered (atproto OAuth spec, Identity Authentication).
    pub(super) async fn verify(
        &self,
        pending: &Pending,
        sub: &Did,
    ) -> Result<(Origin, AuthorizationServer), Reason> {
        if let Some(account) = &pending.account
            && account != sub
        {
            let (expected, found) = (account.to_string(), sub.to_string());
            return Err(Reason::Account { expected, found });
        }
        self.authority(sub, &pending.server.issuer).await
    }

    /// The PDS of an account and its authorization server, which must be this issuer. It is looked
    /// up anew from the DID; nothing that the server says of itself counts.
    pub(super) async fn authority(
        &self,
        did: &Did,
        issuer: &Origin,
    ) -> Result<(Origin, AuthorizationServer), Reason> {
        let pds = self.identity(did).await?.pds;
        let found = self.resource_metadata(&pds).await?;
        if found != *issuer {
            let (expected, found) = (issuer.to_string(), found.to_string());
            return Err(Reason::Issuer { expected, found });
        }
        let server = self.server_metadata(&found, Some(&pds)).await?;
        Ok((pds, server))
    }
}
