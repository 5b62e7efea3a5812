//! Whether an authorization server may speak for an account.

use atproof_protocol::identifier::Did;

use super::error::Reason;
use super::identity::Identity;
use super::par::Pending;
use super::server_metadata::AuthorizationServer;
use super::state::Client;
use crate::{ClientFault, ClientVariant};

impl Client {
    /// Checks the account of a token answer: the one that the user named, if any, and one whose own
    /// PDS leads back to the server that answered (atproto OAuth spec, Identity Authentication).
    pub(super) async fn verify(
        &self,
        pending: &Pending,
        sub: &Did,
    ) -> Result<(Identity, AuthorizationServer), Reason> {
        if let Some(account) = &pending.account
            && account != sub
        {
            return Err(other_account(account, sub));
        }
        let is_trusted = (pending.account.is_some() && self.has(ClientFault::IdentityStartTrusted))
            || (pending.scope == "atproto" && self.has(ClientFault::IdentitySignInUnverified));
        if is_trusted || self.has(ClientFault::IdentitySkipSubAuthority) {
            return Ok((self.identity(sub).await?, pending.server.clone()));
        }
        self.authority(sub, &pending.server).await
    }

    /// The same before the code is exchanged, where the account is known by then.
    pub(super) async fn verify_early(&self, pending: &Pending) -> Result<(), Reason> {
        match &pending.account {
            Some(account) if self.takes(ClientVariant::VerifiesBeforeExchange) => {
                self.authority(account, &pending.server).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// The identity of an account and its authorization server, which must be this one. It is
    /// looked up anew from the DID; nothing that the server says of itself counts.
    pub(super) async fn authority(
        &self,
        did: &Did,
        expected: &AuthorizationServer,
    ) -> Result<(Identity, AuthorizationServer), Reason> {
        let identity = self.identity(did).await?;
        let found = self.resource_metadata(&identity.pds).await?;
        if found != expected.issuer {
            let (expected, found) = (expected.issuer.to_string(), found.to_string());
            return Err(Reason::Issuer { expected, found });
        }
        match self.server_metadata(&found, Some(&identity.pds)).await {
            Err(Reason::Issuer { .. }) if self.has(ClientFault::AsMetadataIssuerCheckedOnce) => {
                Ok((identity, expected.clone()))
            }
            server => Ok((identity, server?)),
        }
    }

    /// The authorization server that the PDS of an account names, whichever it is.
    pub(super) async fn named_server(
        &self,
        did: &Did,
    ) -> Result<(Identity, AuthorizationServer), Reason> {
        let identity = self.identity(did).await?;
        let found = self.resource_metadata(&identity.pds).await?;
        let server = self.server_metadata(&found, Some(&identity.pds)).await?;
        Ok((identity, server))
    }
}

/// The error of an answer about somebody else.
pub(super) fn other_account(expected: &Did, found: &Did) -> Reason {
    Reason::Account { expected: expected.to_string(), found: found.to_string() }
}
