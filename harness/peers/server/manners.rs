//! Manners: what a server is free to do with every answer. Only variants show here.

use atproof_protocol::http::{Headers, Response};
use serde_json::Value;

use super::place::{Place, Side};
use super::state::Server;
use crate::Variant;

impl Server {
    /// Gives an answer the form that variants of the whole server ask for.
    pub(super) fn dress(&mut self, place: Option<Place>, response: Response) -> Response {
        let mut response = self.with_status_of_taste(response);
        if self.varies(Variant::NonceEverywhere)
            && response.headers.count("DPoP-Nonce") == 0
            && place.is_some()
        {
            let nonce = self.nonce(Side::Authorization);
            // The PDS has nonces of its own.
            if place != Some(Place::Xrpc) && place != Some(Place::ResourceMetadata) {
                response.headers.push("DPoP-Nonce", nonce);
            }
        }
        self.dress_body(&mut response);
        if self.varies(Variant::SecurityHeaders) {
            for (name, value) in [
                ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
                ("X-Content-Type-Options", "nosniff"),
                ("Vary", "Accept-Encoding"),
                ("Server", "atproof"),
            ] {
                response.headers.push(name, value);
            }
        }
        if self.varies(Variant::ConnectionClose) {
            response.headers.push("Connection", "close");
        }
        if self.varies(Variant::HeadersLowerCase) {
            let fields = response.headers.iter();
            let fields: Headers =
                fields.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
            response.headers = fields;
        }
        response
    }

    fn with_status_of_taste(&self, mut response: Response) -> Response {
        response.status = match response.status {
            405 if self.varies(Variant::MethodsNotFound) => 404,
            415 if self.varies(Variant::MediaType400) => 400,
            status => status,
        };
        response
    }

    fn dress_body(&self, response: &mut Response) {
        let is_redirect = (300..400).contains(&response.status) && response.body.is_empty();
        if is_redirect && self.varies(Variant::RedirectBody) {
            let taken = std::mem::replace(response, Response::new(303));
            *response = taken.body("text/html", "<p>Go on <a href=\"/\">here</a>.</p>");
        }
        if response.is_media_type("text/html") && self.varies(Variant::PagesOtherMarkup) {
            let page = String::from_utf8_lossy(&response.body).into_owned();
            response.body = other_markup(&page).into_bytes();
        }
        if response.is_media_type("text/html") && self.varies(Variant::PagesOtherWords) {
            let page = String::from_utf8_lossy(&response.body).into_owned();
            response.body = page
                .replace(">Accept<", ">Authorize<")
                .replace(">Deny<", ">Cancel<")
                .replace(">Sign in</button>", ">Log in</button>")
                .into_bytes();
        }
        let Some(body) = response.json() else { return };
        if self.varies(Variant::JsonPrettyReordered)
            && let Ok(text) = serde_json::to_string_pretty(&reordered(body.clone()))
        {
            response.body = text.into_bytes();
        }
        if self.varies(Variant::JsonEscaped) {
            response.body = escaped(&body.to_string()).into_bytes();
        }
        if self.varies(Variant::JsonCharset) && response.is_media_type("application/json") {
            response.headers.set("Content-Type", "application/json;charset=UTF-8");
        }
    }
}

/// The same value with the members of its objects in reverse order.
fn reordered(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().rev().map(|(name, value)| (name, reordered(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(reordered).collect(),
        value => value,
    }
}

/// The same JSON text with every slash and every letter `e` inside strings escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut in_string = false;
    let mut after_backslash = false;
    for c in text.chars() {
        match c {
            _ if after_backslash => {
                after_backslash = false;
                escaped.push(c);
            }
            '\\' => {
                after_backslash = true;
                escaped.push(c);
            }
            '"' => {
                in_string = !in_string;
                escaped.push(c);
            }
            '/' if in_string => escaped.push_str("\\/"),
            'e' if in_string => escaped.push_str("\\u0065"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The same page with tags in capitals and inputs in the place of buttons.
fn other_markup(page: &str) -> String {
    let mut page = page.to_owned();
    for (name, value, label) in [("decision", "accept", "Accept"), ("decision", "deny", "Deny")] {
        page = page.replace(
            &format!("<button type=\"submit\" name=\"{name}\" value=\"{value}\">{label}</button>"),
            &format!("<INPUT TYPE=SUBMIT NAME={name} VALUE={value} ARIA-LABEL='{label}'>"),
        );
    }
    for tag in ["form", "input", "label", "button"] {
        let upper = tag.to_uppercase();
        page = page.replace(&format!("<{tag} "), &format!("<{upper}\n\t"));
        page = page.replace(&format!("</{tag}>"), &format!("</{upper} >"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_change_no_meaning() {
        let value = serde_json::json!({"type": "a/b\"e\\e", "n": [1e3, true]});
        let text = escaped(&value.to_string());
        assert!(text.contains("\\/") && text.contains("\\u0065"));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
