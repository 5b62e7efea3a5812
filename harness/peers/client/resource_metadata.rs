//! Protected resource metadata of a PDS (RFC 9728).

use atproof_protocol::identifier::Origin;
use atproof_protocol::jws;
use serde_json::Value;

use super::error::Reason;
use super::fetch::Kind;
use super::response::{member, visible};
use super::state::Client;
use crate::ClientFault;

impl Client {
    /// The one authorization server of a PDS.
    pub(super) async fn resource_metadata(&self, pds: &Origin) -> Result<Origin, Reason> {
        if self.has(ClientFault::RsMetadataSkipped) {
            return Ok(pds.clone());
        }
        let name = "oauth-protected-resource";
        let url = self.metadata_url(pds, name, ClientFault::RsMetadataOtherPath);
        let document = self.metadata(&KIND, &url).await?;
        if !self.is_of(&document, pds) {
            return Err(Reason::Member("resource"));
        }
        self.only_server(&document).ok_or(Reason::Member("authorization_servers"))
    }

    /// RFC 9728, section 3.3: identical, without normalisation.
    fn is_of(&self, document: &Value, pds: &Origin) -> bool {
        if self.has(ClientFault::RsMetadataSkipResourceMatch) {
            return true;
        }
        let Some(resource) = member(document, "resource") else { return false };
        let is_alike = self.has(ClientFault::RsMetadataResourceNormalised)
            && Origin::of(resource).as_ref() == Some(pds)
            || self.has(ClientFault::RsMetadataResourceTrimmed)
                && visible(resource) == pds.as_str();
        resource == pds.as_str() || is_alike
    }

    /// The profile asks for exactly one, which is named by its origin.
    fn only_server(&self, document: &Value) -> Option<Origin> {
        let signed = member(document, "signed_metadata").and_then(jws::decode_unverified);
        let signed = signed.filter(|_| self.has(ClientFault::RsMetadataSignatureUnchecked));
        let document = signed.as_ref().map_or(document, |(_, claims)| claims);
        let servers = document.get("authorization_servers")?.as_array()?;
        let issuer = match servers.as_slice() {
            [server] => server.as_str()?,
            [server, ..] if self.has(ClientFault::RsMetadataFirstServer) => server.as_str()?,
            _ => return None,
        };
        let origin = match self.has(ClientFault::RsMetadataServerWithPath) {
            true => Origin::of(issuer),
            false => Origin::parse(issuer).ok(),
        };
        origin.filter(|_| self.config.permits(issuer) || self.has(ClientFault::SsrfAsHostUnchecked))
    }
}

const KIND: Kind = Kind {
    any_success: ClientFault::RsMetadataAnySuccess,
    any_status: ClientFault::RsMetadataStatusUnchecked,
    follows: ClientFault::RsMetadataFollowRedirect,
    any_media_type: ClientFault::RsMetadataAnyMediaType,
    unknown_members: ClientFault::RsMetadataUnknownMembersRefused,
    members: &[
        "resource",
        "authorization_servers",
        "scopes_supported",
        "bearer_methods_supported",
        "resource_documentation",
        "dpop_bound_access_tokens_required",
        "dpop_signing_alg_values_supported",
    ],
};
