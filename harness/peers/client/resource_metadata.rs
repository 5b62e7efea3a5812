//! Protected resource metadata of a PDS (RFC 9728).

use atproof_protocol::identifier::Origin;
use serde_json::Value;

use super::error::Reason;
use super::fetch::member;
use super::state::Client;

impl Client {
    /// The one authorization server of a PDS.
    pub(super) async fn resource_metadata(&self, pds: &Origin) -> Result<Origin, Reason> {
        let document =
            self.metadata(&format!("{pds}/.well-known/oauth-protected-resource")).await?;
        // RFC 9728, section 3.3: identical, without normalisation.
        if member(&document, "resource") != Some(pds.as_str()) {
            return Err(Reason::Member("resource"));
        }
        self.only_server(&document).ok_or(Reason::Member("authorization_servers"))
    }

    /// The profile asks for exactly one, which is named by its origin.
    fn only_server(&self, document: &Value) -> Option<Origin> {
        let servers = document.get("authorization_servers")?.as_array()?;
        let [server] = servers.as_slice() else { return None };
        let issuer = server.as_str()?;
        Origin::parse(issuer).ok().filter(|_| self.config.permits(issuer))
    }
}
