//! From what the user typed to an authorization server.

use atproof_protocol::identifier::{Did, Handle, Origin};

use super::error::{Error, Reason, Step};
use super::identity::Identity;
use super::server_metadata::AuthorizationServer;
use super::state::Client;
use crate::ClientFault;

/// What a login was started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    /// The account, where one was named.
    pub(super) account: Option<Did>,
    /// The handle that was named and is the one of the account.
    pub(super) handle: Option<Handle>,
    pub(super) server: AuthorizationServer,
}

impl Client {
    /// Finds the authorization server of a handle, DID or server URL, and the account where one
    /// was named.
    pub(super) async fn discover(&self, input: &str) -> Result<Beginning, Error> {
        let (account, handle, host) =
            self.identify(input).await.map_err(|why| why.at(Step::Identity))?;
        let (issuer, resource) = match self.resource_metadata(&host).await {
            Ok(issuer) => (issuer, Some(host)),
            // A user may name the authorization server itself, which is no resource.
            Err(Reason::Status(404))
                if account.is_none() && !self.has(ClientFault::RsMetadataNoAsFallthrough) =>
            {
                (host, None)
            }
            // An account has the server that its PDS names, or none.
            Err(_) if self.has(ClientFault::RsMetadataFallbackToPds) => (host, None),
            Err(reason) => return Err(reason.at(Step::ResourceMetadata)),
        };
        let issuer = self.remembered_issuer(issuer);
        let resource = resource.filter(|_| !self.has(ClientFault::IdentityFixedIssuer));
        let server = self.server_metadata(&issuer, resource.as_ref()).await;
        let server = server.map_err(|why| why.at(Step::ServerMetadata))?;
        Ok(Beginning { account, handle, server })
    }

    /// Nothing is remembered from an earlier login.
    fn remembered_issuer(&self, issuer: Origin) -> Origin {
        match self.has(ClientFault::IdentityFixedIssuer) {
            true => self.memory().kept.issuer.get_or_insert(issuer).clone(),
            false => issuer,
        }
    }

    /// The account that was named, if any, and the host where discovery goes on.
    async fn identify(&self, input: &str) -> Result<(Option<Did>, Option<Handle>, Origin), Reason> {
        let scheme = if input.starts_with("127.0.0.1") { "http" } else { "https" };
        let url = format!("{scheme}://{input}");
        let is_name = self.has(ClientFault::IdentityServerNameTaken)
            && input.contains(':')
            && !input.contains("://")
            && !input.starts_with("did:");
        let input = if is_name { url.as_str() } else { input };
        if input.contains("://") {
            let origin = Origin::of(input).filter(|_| self.config.permits(input));
            // A user may type more than the origin, of which the origin counts.
            let more = origin.as_ref().and_then(|origin| input.strip_prefix(origin.as_str()));
            let is_refused = match more {
                Some("/") => self.has(ClientFault::IdentityServerSlash),
                Some("") | None => false,
                Some(_) => self.has(ClientFault::IdentityServerPath),
            };
            let origin = origin.filter(|_| !is_refused);
            return Ok((None, None, origin.ok_or_else(|| Reason::Input(input.to_owned()))?));
        }
        if input.starts_with("did:") {
            let Identity { did, pds, handle } =
                self.identity(&self.typed_did(input).await?).await?;
            if handle.is_none() && self.has(ClientFault::IdentityHandleRequired) {
                return Err(Reason::UnclaimedHandle(did.to_string()));
            }
            return Ok((Some(did), None, pds));
        }
        let input = match self.has(ClientFault::IdentityAtSignStripped) {
            true => input.trim_start_matches('@'),
            false => input,
        };
        let handle = self.typed_handle(input).await?;
        let Identity { did, pds, .. } = self.identity_of_handle(&handle, input).await?;
        Ok((Some(did), Some(handle), pds))
    }

    /// DIDs are case-sensitive (atproto DID spec) and nothing is asked about what is none.
    async fn typed_did(&self, input: &str) -> Result<Did, Reason> {
        let lower = input.to_ascii_lowercase();
        let input = if self.has(ClientFault::IdentityDidCase) { lower.as_str() } else { input };
        let Err(defect) = Did::parse(input) else {
            return Did::parse(input).map_err(|_| Reason::Input(input.to_owned()));
        };
        let is_taken = match defect.code {
            "did.too-long" => self.has(ClientFault::IdentityDidTooLong),
            "did.unsupported-method" => self.has(ClientFault::IdentityDidAnyMethod),
            "did.web-path" => self.has(ClientFault::IdentityDidWebPath),
            "did.web-port" => self.has(ClientFault::IdentityDidWebPort),
            _ => false,
        };
        let is_unescaped = self.has(ClientFault::IdentityDidUnescaped);
        let is_unparsed =
            self.has(ClientFault::SsrfValidateBeforeParse) && input.starts_with("did:web:");
        if is_taken || is_unescaped || is_unparsed {
            // There is nothing at the place to which such a name leads; who looks is seen.
            self.look_up(input).await?;
        }
        Err(Reason::Input(input.to_owned()))
    }

    async fn typed_handle(&self, input: &str) -> Result<Handle, Reason> {
        match Handle::parse(input) {
            Ok(handle) => Ok(handle),
            Err(_) => {
                if self.has(ClientFault::IdentityHandleSyntax) {
                    self.look_up_handle(input).await?;
                }
                Err(Reason::Input(input.to_owned()))
            }
        }
    }
}
