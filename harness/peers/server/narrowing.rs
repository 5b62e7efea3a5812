//! What the user leaves of the scopes that a client asks for (the profile, on authorization).

use super::authorize::Found;
use super::login_request::LoginRequest;
use super::page::{escape, hidden};
use super::scope;
use super::state::Server;
use crate::codec::form::Params;
use crate::{Fault, Variant};

/// Says that a form has boxes: those that are not ticked are not sent.
const CHOICE: &str = "choice";

impl Server {
    /// A ticked box for each scope that the user may take out.
    pub(super) fn boxes(&self, found: &Found) -> String {
        if self.varies(Variant::ConsentWhole) {
            return String::new();
        }
        let scopes = scope::values(&found.request.scope);
        let optional = scopes.iter().enumerate().filter(|(_, scope)| *scope != "atproto");
        let boxes = optional.map(|(number, scope)| {
            let scope = escape(scope);
            format!(
                "<p><label><input type=\"checkbox\" name=\"{}\" value=\"{scope}\" checked> \
                 {scope}</label></p>",
                name(number)
            )
        });
        let boxes: String = boxes.collect();
        if boxes.is_empty() { boxes } else { hidden(CHOICE, "1") + &boxes }
    }

    /// The request with the scopes that the user has left.
    pub(super) fn narrowed(&self, found: &Found, params: &Params) -> Found {
        let Found { request_uri, request } = found;
        let (request_uri, request) = (request_uri.clone(), request.clone());
        if params.value(CHOICE).is_none() || self.has(Fault::AsConsentNarrowingIgnored) {
            return Found { request_uri, request };
        }
        let scopes = scope::values(&request.scope).into_iter().enumerate();
        let left = scopes.filter(|(number, scope)| {
            scope == "atproto" || params.value(&name(*number)) == Some(scope)
        });
        let left: Vec<String> = left.map(|(_, scope)| scope).collect();
        let scope = left.join(" ");
        let request = match self.has(Fault::AsConsentNarrowingSaidAlone) {
            true => LoginRequest { asked: scope, ..request },
            false => LoginRequest { scope, ..request },
        };
        Found { request_uri, request }
    }
}

fn name(number: usize) -> String {
    format!("scope-{number}")
}
