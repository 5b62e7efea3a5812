//! Requests, and what is asked of every answer.

use atproof_protocol::http::{Request, Response};
use atproof_protocol::{form, json};
use serde_json::Value;

use super::error::Reason;
use super::state::Client;

/// Longest document or answer that is read, in bytes.
pub(super) const LONGEST_DOCUMENT: usize = 256 * 1024;

impl Client {
    /// Sends a request. Redirects are not followed, whatever it is.
    pub(super) async fn send(&self, request: Request) -> Result<Response, Reason> {
        if !self.config.permits(&request.url) {
            return Err(Reason::Url(request.url));
        }
        Ok(self.transport.send(request).await?)
    }

    /// Fetches a JSON document of any media type.
    pub(super) async fn document(&self, url: &str) -> Result<Value, Reason> {
        let request = Request::new("GET", url).header("Accept", "application/json, */*;q=0.5");
        self.successful(&self.send(request).await?)
    }

    /// Fetches metadata (RFC 8414, section 3.2; RFC 9728, section 3.2).
    pub(super) async fn metadata(&self, url: &str) -> Result<Value, Reason> {
        let request = Request::new("GET", url).header("Accept", "application/json");
        let response = self.send(request).await?;
        let document = self.successful(&response)?;
        if !response.is_media_type("application/json") {
            return Err(Reason::MediaType);
        }
        Ok(document)
    }

    /// The object of an answer with the status 200, and no other.
    fn successful(&self, response: &Response) -> Result<Value, Reason> {
        if response.status != 200 {
            return Err(Reason::Status(response.status));
        }
        object(response)
    }
}

/// The JSON object in the body of an answer.
pub(super) fn object(response: &Response) -> Result<Value, Reason> {
    if response.body.len() > LONGEST_DOCUMENT {
        return Err(Reason::Format);
    }
    let node = json::parse(&response.body).ok().filter(json::Node::is_object);
    Ok(node.ok_or(Reason::Format)?.to_value())
}

/// What an answer other than the one that is due says: an error of OAuth (RFC 6749, section 5.2),
/// or nothing but its status, as when a gateway answers.
pub(super) fn refusal(response: &Response) -> Reason {
    let object = object(response).unwrap_or_default();
    match member(&object, "error") {
        Some(error) => Reason::Refused {
            error: error.to_owned(),
            description: member(&object, "error_description").map(str::to_owned),
        },
        None => Reason::Status(response.status),
    }
}

/// A string member.
pub(super) fn member<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// A form that is posted.
pub(super) fn post(url: &str, parameters: &[(&str, &str)]) -> Request {
    let pairs = parameters.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let body = form::encode(&pairs.collect::<Vec<_>>());
    Request::new("POST", url)
        .header("Accept", "application/json")
        .body("application/x-www-form-urlencoded", body)
}
