//! Session and records: just enough of a PDS to see whether a token works and what it may do.

use atproof_protocol::http::Response;
use serde_json::{Value, json};

use super::answer::json_response;
use super::incoming::Incoming;
use super::permission::Need;
use super::refusal::Refusal;
use super::resource::Caller;
use super::state::Server;
use crate::codec::content::{cid, tid};

impl Server {
    /// `com.atproto.server.getSession`.
    pub(super) fn session(&self, caller: &Caller) -> Result<Response, Refusal> {
        let account = self.account(&caller.did);
        let handle = account.map_or("handle.invalid", |account| account.handle.as_str());
        let mut body = json!({ "did": caller.did, "handle": handle, "active": true });
        if let Some((address, is_confirmed)) = self.email(caller) {
            body["email"] = json!(address);
            body["emailConfirmed"] = json!(is_confirmed);
        }
        Ok(json_response(200, &body).header("Cache-Control", "private"))
    }

    /// `com.atproto.repo.createRecord`.
    pub(super) fn create_record(
        &mut self,
        caller: &Caller,
        incoming: &Incoming<'_>,
    ) -> Result<Response, Refusal> {
        let body = self.write_input(caller, incoming, "create")?;
        let collection = member(&body, "collection")?;
        let serial = u16::try_from(self.serial() % 1024).unwrap_or_default();
        let micros = self.clock.now_millis().saturating_mul(1000);
        let rkey = member(&body, "rkey").unwrap_or_else(|_| tid(micros, serial));
        if !is_nsid(&collection) || !is_record_key(&rkey) {
            return Err(invalid("the collection or record key is malformed"));
        }
        let record = body.get("record").filter(|record| record.is_object());
        let record = record.cloned().ok_or_else(|| invalid("record is missing"))?;
        let uri = format!("at://{}/{collection}/{rkey}", caller.did);
        let answer = json!({ "uri": uri, "cid": cid(record.to_string().as_bytes()) });
        self.repository.insert((caller.did.clone(), collection, rkey), record);
        Ok(json_response(200, &answer))
    }

    /// `com.atproto.repo.deleteRecord`: a record that is not there is no error.
    pub(super) fn delete_record(
        &mut self,
        caller: &Caller,
        incoming: &Incoming<'_>,
    ) -> Result<Response, Refusal> {
        let body = self.write_input(caller, incoming, "delete")?;
        let (collection, rkey) = (member(&body, "collection")?, member(&body, "rkey")?);
        self.repository.remove(&(caller.did.clone(), collection, rkey));
        Ok(json_response(200, &json!({})))
    }

    /// `com.atproto.repo.getRecord`, which anyone may ask.
    pub(super) fn record(&self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let query = incoming.query_params()?;
        let did = self.repository_of(query.value("repo"))?;
        let collection = query.value("collection").unwrap_or_default().to_owned();
        let rkey = query.value("rkey").unwrap_or_default().to_owned();
        let name = (did, collection, rkey);
        let record = self.repository.get(&name);
        let missing = || Refusal::new(400, "RecordNotFound", "there is no such record");
        Ok(json_response(200, &entry(&name, record.ok_or_else(missing)?)))
    }

    /// `com.atproto.repo.listRecords`, which anyone may ask. All in one page.
    pub(super) fn records(&self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let query = incoming.query_params()?;
        let did = self.repository_of(query.value("repo"))?;
        let collection = query.value("collection").unwrap_or_default();
        let records = self.repository.iter().filter(|((d, c, _), _)| *d == did && c == collection);
        let records: Vec<Value> = records.map(|(name, record)| entry(name, record)).collect();
        Ok(json_response(200, &json!({ "records": records })))
    }

    /// The input of a write, for which the profile asks for more than the scope atproto.
    fn write_input(
        &self,
        caller: &Caller,
        incoming: &Incoming<'_>,
        action: &str,
    ) -> Result<Value, Refusal> {
        let body: Option<Value> = serde_json::from_slice(incoming.body).ok();
        let collection = body.as_ref().and_then(|body| body.get("collection")?.as_str());
        let collection = collection.unwrap_or_default();
        self.check_permission(caller, Need::Write { collection, action })?;
        let body =
            body.filter(|body| body.is_object() && incoming.is_media_type("application/json"));
        let body = body.ok_or_else(|| invalid("the body must be a JSON object"))?;
        let repo = member(&body, "repo")?;
        if self.account(&repo).is_none_or(|account| account.did != caller.did) {
            return Err(invalid("repo is not the account of the access token"));
        }
        Ok(body)
    }

    fn repository_of(&self, repo: Option<&str>) -> Result<String, Refusal> {
        let account = repo.and_then(|repo| self.account(repo));
        let unknown = || Refusal::new(400, "RepoNotFound", "there is no such repository");
        Ok(account.ok_or_else(unknown)?.did.clone())
    }
}

fn entry((did, collection, rkey): &(String, String, String), record: &Value) -> Value {
    json!({
        "uri": format!("at://{did}/{collection}/{rkey}"),
        "cid": cid(record.to_string().as_bytes()),
        "value": record,
    })
}

fn invalid(text: &'static str) -> Refusal {
    Refusal::new(400, "InvalidRequest", text)
}

fn member(body: &Value, name: &str) -> Result<String, Refusal> {
    let value = body.get(name).and_then(Value::as_str);
    value.map(str::to_owned).ok_or_else(|| invalid("a required member is missing"))
}

pub(super) fn is_nsid(text: &str) -> bool {
    let segments: Vec<_> = text.split('.').collect();
    let is_name = |segment: &&str| {
        !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    segments.len() >= 3 && segments.iter().all(is_name)
}

fn is_record_key(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-_:~".contains(&b);
    (1..=512).contains(&text.len()) && text.bytes().all(allowed) && text != "." && text != ".."
}
