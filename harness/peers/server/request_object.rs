//! Request objects (RFC 9101). A correct server of this profile has no use for them and refuses
//! the parameter; what broken ones make of it is here.

use super::state::Server;
use crate::Fault;
use crate::codec::base64url;
use crate::codec::form::Params;

impl Server {
    /// The pushed parameters with those of an object that nobody answers for, where this server
    /// takes it by mistake.
    pub(super) fn of_request_object(&self, params: &Params) -> Option<Params> {
        let object = params.value("request")?;
        let signed = !object.ends_with('.');
        let taken = if signed {
            self.has(Fault::AsParRequestObjectAnyKey)
        } else {
            self.has(Fault::AsParRequestObjectUnsigned)
        };
        taken.then(|| params.with("state", &state_of(object)).with("request", ""))
    }

    /// The state of an object in the authorization URL, where this server takes it by mistake.
    pub(super) fn state_from_object(&self, params: &Params) -> Option<String> {
        let object = params.value("request")?;
        self.has(Fault::AsAuthorizeRequestObjectOverrides).then(|| state_of(object))
    }

    /// The name of the newest request of a client, for a `request_uri` that a broken server would
    /// have fetched.
    pub(super) fn as_if_fetched(
        &self,
        request_uri: &str,
        client_id: Option<&str>,
    ) -> Option<String> {
        if !request_uri.starts_with("https:") || !self.has(Fault::AsAuthorizeExternalRequestUri) {
            return None;
        }
        let of_client = self.pushed.iter().filter(|(_, r)| Some(r.client.id.as_str()) == client_id);
        of_client.max_by_key(|(_, request)| request.serial).map(|(name, _)| name.clone())
    }
}

fn state_of(object: &str) -> String {
    let claims = object.split('.').nth(1).and_then(base64url::decode).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap_or_default();
    claims.get("state").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
