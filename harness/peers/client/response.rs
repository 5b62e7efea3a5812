//! What is asked of every answer.

use atproof_protocol::http::Response;
use atproof_protocol::json;
use serde_json::Value;

use super::error::Reason;
use super::state::Client;
use crate::ClientFault;

/// Longest document or answer that is read, in bytes.
pub(super) const LONGEST_DOCUMENT: usize = 256 * 1024;

impl Client {
    /// The JSON object in the body of an answer.
    pub(super) fn object(&self, response: &Response) -> Result<Value, Reason> {
        self.object_within(response, ClientFault::DosUnboundedBody)
    }

    /// The same, of an ordinary size unless this fault is switched on.
    pub(super) fn object_within(
        &self,
        response: &Response,
        unbounded: ClientFault,
    ) -> Result<Value, Reason> {
        let is_long = response.body.len() > LONGEST_DOCUMENT;
        if is_long && !self.has(unbounded) {
            return Err(Reason::Format);
        }
        let node = json::parse(&response.body).ok().filter(json::Node::is_object);
        Ok(node.ok_or(Reason::Format)?.to_value())
    }

    /// Errors of gateways are pages, which is no reason to fall over.
    pub(super) fn survive(&self, response: &Response, fatal: ClientFault) -> Result<(), Reason> {
        let is_page = response.status >= 400 && self.object(response).is_err();
        if is_page && self.has(fatal) {
            return Err(Reason::Crash);
        }
        Ok(())
    }

    /// What an answer other than the one that is due says: an error of OAuth (RFC 6749, section
    /// 5.2), or nothing but its status, as when a gateway answers.
    pub(super) fn refusal(&self, response: &Response) -> Reason {
        let object = self.object(response).unwrap_or_default();
        match member(&object, "error") {
            Some(error) => Reason::Refused {
                error: error.to_owned(),
                description: member(&object, "error_description").map(str::to_owned),
            },
            None => Reason::Status(response.status),
        }
    }
}

/// What people see of a text.
pub(super) fn visible(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

/// A string member.
pub(super) fn member<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// Whether a status is one of success.
pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Where an answer redirects to.
pub(super) fn redirect(response: &Response) -> Option<String> {
    let is_redirect = matches!(response.status, 301 | 302 | 303 | 307 | 308);
    is_redirect.then(|| response.headers.get("location").unwrap_or_default().to_owned())
}
