//! Methods of the PDS that take a permission of their own.

use atproof_protocol::http::Response;
use serde_json::{Value, json};

use super::answer::json_response;
use super::incoming::Incoming;
use super::permission::{Need, allows};
use super::refusal::Refusal;
use super::resource::Caller;
use super::scope;
use super::state::Server;
use crate::Fault;
use crate::codec::content::cid;

impl Server {
    /// Refuses what the scope of a token does not allow (RFC 6750, section 3.1).
    pub(super) fn check_permission(&self, caller: &Caller, need: Need<'_>) -> Result<(), Refusal> {
        let allowed = allows(&scope::values(&caller.scope), need);
        if allowed || self.has(Fault::RsScopeUnchecked) {
            return Ok(());
        }
        let text = "the access token lacks the scope for this";
        if self.has(Fault::RsScopeAs401) {
            return Err(Refusal::invalid_token(text));
        }
        let other = self.has(Fault::RsScopeOtherError);
        let error = if other { "ScopeMissing" } else { "insufficient_scope" };
        Err(Refusal::new(403, error, text))
    }

    /// `com.atproto.repo.uploadBlob`.
    pub(super) fn upload_blob(
        &self,
        caller: &Caller,
        incoming: &Incoming<'_>,
    ) -> Result<Response, Refusal> {
        let media_type = incoming.headers.get("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        self.check_permission(caller, Need::Upload(media_type))?;
        let blob = json!({
            "$type": "blob",
            "ref": { "$link": cid(incoming.body) },
            "mimeType": media_type,
            "size": incoming.body.len(),
        });
        Ok(json_response(200, &json!({ "blob": blob })))
    }

    /// `com.atproto.server.getServiceAuth`.
    pub(super) fn service_auth(
        &mut self,
        caller: &Caller,
        incoming: &Incoming<'_>,
    ) -> Result<Response, Refusal> {
        let query = incoming.query_params()?;
        let missing = || Refusal::new(400, "InvalidRequest", "aud and lxm are needed");
        let audience = query.value("aud").ok_or_else(missing)?.to_owned();
        let method = query.value("lxm").ok_or_else(missing)?.to_owned();
        self.check_permission(caller, Need::Call { method: &method, audience: &audience })?;
        let token = self.service_token(&caller.did, &audience, &method);
        Ok(json_response(200, &json!({ "token": token })))
    }

    /// `com.atproto.identity.updateHandle`, which never finds the handle good enough.
    pub(super) fn update_handle(
        &self,
        caller: &Caller,
        incoming: &Incoming<'_>,
    ) -> Result<Response, Refusal> {
        self.check_permission(caller, Need::Handle)?;
        let body: Option<Value> = serde_json::from_slice(incoming.body).ok();
        let handle = body.as_ref().and_then(|body| body.get("handle")?.as_str());
        let text = match handle {
            Some(_) => "the handle does not lead to the account",
            None => "handle is missing",
        };
        Err(Refusal::new(400, "InvalidHandle", text))
    }

    /// The email address of an account and whether it is confirmed, where a token may see them.
    pub(super) fn email(&self, caller: &Caller) -> Option<(String, bool)> {
        let account = self.account(&caller.did)?;
        let name = account.handle.split('.').next().unwrap_or_default();
        let may = allows(&scope::values(&caller.scope), Need::Email);
        may.then(|| (format!("{name}@mail.example"), true))
    }
}
