//! Identity: from a handle to a DID and back, and from a DID to the PDS of the account.

use atproof_protocol::form;
use atproof_protocol::http::Request;
use atproof_protocol::identifier::{Did, Handle, Origin};
use serde_json::Value;

use super::error::Reason;
use super::fetch::member;
use super::state::Client;

/// What a DID document says that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) did: Did,
    /// The handle that the account claims.
    pub(super) handle: Option<Handle>,
    pub(super) pds: Origin,
}

impl Client {
    /// The account of a handle, which must claim the handle in turn (atproto Handle spec, Handle
    /// Resolution).
    pub(super) async fn identity_of_handle(&self, handle: &Handle) -> Result<Identity, Reason> {
        if handle.as_str() == "handle.invalid" || handle.disallowed_tld().is_some() {
            return Err(Reason::ReservedHandle(handle.to_string()));
        }
        let did = self.resolve_handle(handle).await?;
        let identity = self.identity(&did).await?;
        if identity.handle.as_ref() != Some(handle) {
            return Err(Reason::UnclaimedHandle(handle.to_string()));
        }
        Ok(identity)
    }

    /// The DID document of an account (atproto DID spec), which must be about that DID.
    pub(super) async fn identity(&self, did: &Did) -> Result<Identity, Reason> {
        let document = self.document(&self.document_url(did)).await?;
        if member(&document, "id") != Some(did.as_str()) {
            return Err(Reason::OtherDid(did.to_string()));
        }
        let pds = self.pds(did, &document).ok_or(Reason::NoPds)?;
        Ok(Identity { did: did.clone(), handle: claimed_handle(&document), pds })
    }

    /// The resolver stands in for DNS and is therefore preferred; the host of the handle is asked
    /// where it knows nothing.
    async fn resolve_handle(&self, handle: &Handle) -> Result<Did, Reason> {
        if let Some(resolver) = &self.config.handle_resolver {
            let base = resolver.trim_end_matches('/');
            let handle = form::percent_encode(handle.as_str());
            let method = "com.atproto.identity.resolveHandle";
            let document = self.document(&format!("{base}/xrpc/{method}?handle={handle}")).await;
            let did = document.ok().and_then(|answer| Did::parse(member(&answer, "did")?).ok());
            if let Some(did) = did {
                return Ok(did);
            }
        }
        let url = format!("https://{handle}/.well-known/atproto-did");
        let response = self.send(Request::new("GET", url)).await?;
        let unknown = || Reason::UnknownHandle(handle.to_string());
        if !(200..300).contains(&response.status) {
            return Err(unknown());
        }
        let text = String::from_utf8(response.body).map_err(|_| unknown())?;
        Did::parse(text.trim()).map_err(|_| unknown())
    }

    fn document_url(&self, did: &Did) -> String {
        match did.as_str().strip_prefix("did:web:") {
            // A port is only there in development (atproto DID spec, Blessed DID Methods).
            Some(host) if host == "localhost" || host.starts_with("localhost%") => {
                let host = host.replace("%3A", ":").replace("%3a", ":");
                format!("http://{host}/.well-known/did.json")
            }
            Some(host) => format!("https://{host}/.well-known/did.json"),
            None => format!("{}/{did}", self.config.plc_url.trim_end_matches('/')),
        }
    }

    /// The first entry of the right id and type counts, and its endpoint is an origin.
    fn pds(&self, did: &Did, document: &Value) -> Option<Origin> {
        let full = format!("{did}#atproto_pds");
        let entry = document.get("service")?.as_array()?.iter().find(|entry| {
            let id = member(entry, "id").unwrap_or_default();
            (id == "#atproto_pds" || id == full)
                && member(entry, "type") == Some("AtprotoPersonalDataServer")
        })?;
        let endpoint = member(entry, "serviceEndpoint")?;
        Origin::parse(endpoint).ok().filter(|_| self.config.permits(endpoint))
    }
}

/// The first entry of `alsoKnownAs` that is a handle; others are ignored (atproto DID spec).
fn claimed_handle(document: &Value) -> Option<Handle> {
    let entries = document.get("alsoKnownAs")?.as_array()?.iter();
    let mut handles = entries.filter_map(|entry| {
        entry.as_str()?.strip_prefix("at://").and_then(|text| Handle::parse(text).ok())
    });
    handles.next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_handle_counts() {
        for (entries, expected) in [
            (json!(["at://a.test", "at://b.test"]), Some("a.test")),
            (json!(["https://c.test", "at://-", 1, "at://B.test"]), Some("b.test")),
            (json!([]), None),
            (json!("at://a.test"), None),
        ] {
            let handle = claimed_handle(&json!({ "alsoKnownAs": entries }));
            assert_eq!(handle.as_ref().map(Handle::as_str), expected);
        }
        assert_eq!(claimed_handle(&json!({})), None);
    }
}
