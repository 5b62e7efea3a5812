//! Forms (RFC 6749, appendix B).

use atproof_protocol::form;
use atproof_protocol::http::Request;
use serde_json::{Map, Value};

use super::state::Client;
use crate::{ClientFault, ClientVariant};

/// The parameters of a form, in their order.
pub(super) type Parameters = Vec<(&'static str, String)>;

impl Client {
    /// A form that is posted.
    pub(super) fn post(&self, url: &str, mut parameters: Parameters) -> Request {
        if self.takes(ClientVariant::FormReordered) {
            parameters.reverse();
        }
        if self.takes(ClientVariant::FormExtraMembers) {
            parameters.push(("x-atproof", "1".to_owned()));
        }
        if self.has(ClientFault::ClientAuthSecret) {
            parameters.push(("client_secret", "secret".to_owned()));
        }
        let media_type = match self.takes(ClientVariant::FormCharset) {
            true => "application/x-www-form-urlencoded;charset=UTF-8",
            false => FORM,
        };
        self.accepting(Request::new("POST", url)).body(media_type, self.encoded(&parameters))
    }

    fn encoded(&self, parameters: &Parameters) -> String {
        if self.has(ClientFault::ParRawFormValues) {
            let (scopes, others): (Parameters, Parameters) =
                parameters.iter().cloned().partition(|(name, _)| *name == "scope");
            let raw = scopes.iter().map(|(name, value)| format!("&{name}={value}"));
            return query(&others) + &raw.collect::<String>().replace(' ', "+");
        }
        if self.takes(ClientVariant::FormPercentSpace) {
            return query(parameters);
        }
        let pairs = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        form::encode(&pairs.collect::<Vec<_>>())
    }

    /// The same parameters as a JSON object.
    pub(super) fn post_json(&self, url: &str, parameters: Parameters) -> Request {
        let members = parameters.into_iter().map(|(n, v)| (n.to_owned(), Value::from(v)));
        let body = Value::Object(members.collect::<Map<_, _>>());
        self.accepting(Request::new("POST", url)).body("application/json", body.to_string())
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Parameters as they stand in a query.
pub(super) fn query(parameters: &Parameters) -> String {
    let pair = |(name, value): &(&str, String)| format!("{name}={}", form::percent_encode(value));
    parameters.iter().map(pair).collect::<Vec<_>>().join("&")
}
