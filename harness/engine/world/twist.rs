//! Changes to answers and callbacks, as the twists of a case say.

use std::time::Duration;

use atproof_protocol::form;
use atproof_protocol::http::{Request, Response};
use serde_json::Value;

use super::registration::{K256, K256_PUBLIC};
use super::{Before, Cast, Conduct, Delivery, Origins};
use crate::model::Alter;
use crate::stage::Stream;

/// What placeholders stand for.
pub(super) struct Template {
    names: Vec<(&'static str, String)>,
}

impl Template {
    /// Those that are the same for the whole world.
    pub(super) fn names(origins: &Origins, cast: &Cast) -> Self {
        let names = [
            ("{issuer}", &origins.issuer),
            ("{pds}", &origins.pds),
            ("{directory}", &origins.directory),
            ("{other}", &origins.other),
            ("{did}", &cast.did),
            ("{handle}", &cast.handle),
            ("{other_did}", &cast.other_did),
            ("{other_handle}", &cast.other_handle),
            ("{foreign_did}", &cast.foreign_did),
            ("{foreign_handle}", &cast.foreign_handle),
        ];
        let names = names.map(|(name, value)| (name, value.clone()));
        let more = [
            ("{k256}", K256.to_owned()),
            ("{k256_public}", K256_PUBLIC.to_owned()),
            ("{domain}", origins.domain.clone()),
            ("{pds_name}", name_and_port(&origins.pds)),
            ("{inside}", format!("{}.{}", super::INSIDE, origins.domain)),
        ];
        Self { names: names.into_iter().chain(more).collect() }
    }

    /// Those, and what a request adds.
    pub(super) fn new(
        origins: &Origins,
        cast: &Cast,
        random: &mut Stream,
        request: &Request,
    ) -> Self {
        let mut template = Self::names(origins, cast);
        template.names.extend([
            ("{path}", request.target().to_owned()),
            ("{origin}", super::site::origin(&request.url).to_owned()),
            ("{nonce}", random.token()),
        ]);
        template
    }

    pub(super) fn fill(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    /// The same, where something stands already.
    fn over(&self, text: &str, value: &str) -> String {
        self.fill(text).replace("{value}", value)
    }
}

/// Host and port of an origin, the port even where it is the usual one of https.
fn name_and_port(origin: &str) -> String {
    let name = origin.split_once("://").map_or(origin, |(_, name)| name);
    if name.contains(':') { name.to_owned() } else { format!("{name}:443") }
}

/// The answer that takes the place of that of the network, which never sees the request.
pub(super) fn instead(alter: &Alter, template: &Template) -> Option<Delivery> {
    match alter {
        Alter::Instead(status, headers, body) => {
            let mut response = Response::new(*status);
            for (name, value) in *headers {
                response.headers.push(*name, template.fill(value));
            }
            if !body.is_empty() && response.headers.get("content-type").is_none() {
                response.headers.push("Content-Type", "application/json");
            }
            response.body = template.fill(body).into_bytes();
            Some(Delivery::whole(response))
        }
        Alter::Redirect(status, to) => {
            let response = Response::new(*status).header("Location", template.fill(to));
            Some(Delivery::whole(response))
        }
        Alter::Closed => Some(Delivery::without_answer(Conduct::Closed)),
        Alter::Silent => Some(Delivery::without_answer(Conduct::Silent)),
        _ => None,
    }
}

/// Changes the answer of the network.
pub(super) fn apply(alter: &Alter, template: &Template, delivery: &mut Delivery) {
    let response = &mut delivery.response;
    match alter {
        Alter::Status(status) => response.status = *status,
        Alter::Header(name, value) => {
            let present = response.headers.get(name).unwrap_or_default().to_owned();
            response.headers.set(name, template.over(value, &present));
        }
        Alter::WithoutHeader(name) => response.headers.remove(name),
        Alter::Spelled(name) => {
            let spell = |present: &str| match present.eq_ignore_ascii_case(name) {
                true => (*name).to_owned(),
                false => present.to_owned(),
            };
            response.headers =
                response.headers.iter().map(|(n, value)| (spell(n), value.to_vec())).collect();
        }
        Alter::MoreHeader(name, value) => {
            let present = response.headers.get(name).unwrap_or_default().to_owned();
            response.headers.push(*name, template.over(value, &present));
        }
        Alter::Member(pointer, json) => edit(response, |body| {
            let present = body.pointer(pointer).map(plain).unwrap_or_default();
            let text = template.over(json, &present);
            // A text of the suite that is no JSON stands for itself.
            let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            set(body, pointer, value);
        }),
        Alter::WithoutMember(pointer) => edit(response, |body| remove(body, pointer)),
        Alter::Body(media_type, text) => {
            let present = String::from_utf8_lossy(&response.body).into_owned();
            response.headers.set("Content-Type", template.fill(media_type));
            response.body = template.over(text, &present).into_bytes();
        }
        Alter::Padded(bytes) => edit(response, |body| {
            set(body, "/padding", Value::String("x".repeat(*bytes)));
        }),
        Alter::Delayed(seconds) => delivery.after = Duration::from_secs((*seconds).into()),
        Alter::Cut => delivery.conduct = Conduct::Cut,
        Alter::Lost => delivery.conduct = Conduct::Closed,
        Alter::Instead(..)
        | Alter::Redirect(..)
        | Alter::Closed
        | Alter::Silent
        | Alter::Parameter(..)
        | Alter::WithoutParameter(_)
        | Alter::MoreParameter(..)
        | Alter::Twice
        | Alter::Spoiled(..)
        | Alter::Preceded(_)
        | Alter::Interleaved
        | Alter::Fragment
        | Alter::Denied
        | Alter::Certificate(_) => {}
    }
}

/// What comes before a callback.
pub(super) fn before(alter: &Alter, template: &Template, url: &str) -> Option<Before> {
    match alter {
        Alter::Twice => Some(Before::Good(url.to_owned())),
        Alter::Spoiled(name, value) => {
            Some(Before::Bad(callback(&Alter::Parameter(name, value), template, url)))
        }
        Alter::Preceded(query) => {
            let place = url.split(['?', '#']).next().unwrap_or_default();
            Some(Before::Bad(format!("{place}?{}", template.fill(query))))
        }
        Alter::Interleaved => Some(Before::Start),
        _ => None,
    }
}

/// Changes the URL of a callback.
pub(super) fn callback(alter: &Alter, template: &Template, url: &str) -> String {
    let (place, query) = url.split_once(['?', '#']).unwrap_or((url, ""));
    let mark =
        if url.get(place.len()..).is_some_and(|rest| rest.starts_with('#')) { '#' } else { '?' };
    let mut pairs = form::parse(query.as_bytes()).0;
    let present = |name: &str| {
        let pair = pairs.iter().find(|(n, _)| n == name);
        pair.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mark = match alter {
        Alter::Parameter(name, value) => {
            let value = template.over(value, &present(name));
            match pairs.iter_mut().find(|(n, _)| n == name) {
                Some((_, old)) => *old = value,
                None => pairs.push(((*name).to_owned(), value)),
            }
            mark
        }
        Alter::WithoutParameter(name) => {
            pairs.retain(|(n, _)| n != name);
            mark
        }
        Alter::MoreParameter(name, value) => {
            let value = template.over(value, &present(name));
            pairs.push(((*name).to_owned(), value));
            mark
        }
        Alter::Fragment => '#',
        _ => return url.to_owned(),
    };
    format!("{place}{mark}{}", form::encode(&pairs))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Changes a JSON body; any other stays.
fn edit(response: &mut Response, change: impl FnOnce(&mut Value)) {
    if let Some(mut body) = response.json() {
        change(&mut body);
        response.body = body.to_string().into_bytes();
    }
}

/// Sets a member or an element; what leads to it has to be there. `-` is the place after the last
/// element of a list.
fn set(body: &mut Value, pointer: &str, value: Value) {
    if pointer.is_empty() {
        *body = value;
        return;
    }
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    match body.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.insert(name, value)),
        Some(Value::Array(items)) => {
            match name.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                Some(item) => *item = value,
                None => items.push(value),
            }
        }
        _ => {}
    }
}

fn remove(body: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    match body.pointer_mut(parent) {
        // The order of the others stays.
        Some(Value::Object(members)) => drop(members.shift_remove(&name)),
        Some(Value::Array(items)) => {
            if let Some(at) = name.parse().ok().filter(|at: &usize| *at < items.len()) {
                items.remove(at);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        Template { names: vec![("{other}", "https://other.test".into()), ("{nonce}", "n".into())] }
    }

    #[test]
    fn an_answer_is_changed_in_one_place() {
        let answer = || {
            Response::new(200)
                .header("A", "1")
                .body("application/json", r#"{"a":"x","l":["p","q"],"o":{"b/c":1}}"#)
        };
        let body = |alter: Alter| {
            let mut delivery = Delivery::whole(answer());
            apply(&alter, &template(), &mut delivery);
            String::from_utf8(delivery.response.body).unwrap()
        };
        for (alter, expected) in [
            (
                Alter::Member("/a", "\"{value}/{other}\""),
                r#"{"a":"x/https://other.test","l":["p","q"],"o":{"b/c":1}}"#,
            ),
            (Alter::Member("/l/0", "1"), r#"{"a":"x","l":[1,"q"],"o":{"b/c":1}}"#),
            (Alter::Member("/l/-", "null"), r#"{"a":"x","l":["p","q",null],"o":{"b/c":1}}"#),
            (Alter::WithoutMember("/o/b~1c"), r#"{"a":"x","l":["p","q"],"o":{}}"#),
            (Alter::WithoutMember("/l/1"), r#"{"a":"x","l":["p"],"o":{"b/c":1}}"#),
            (Alter::WithoutMember("/none/1"), r#"{"a":"x","l":["p","q"],"o":{"b/c":1}}"#),
            (Alter::Member("", "[]"), "[]"),
            (Alter::Body("text/plain", "{nonce}"), "n"),
        ] {
            assert_eq!(body(alter), expected, "{alter}");
        }
        let mut delivery = Delivery::whole(answer());
        apply(&Alter::MoreHeader("a", "{value}2"), &template(), &mut delivery);
        assert_eq!(delivery.response.headers.all("A").collect::<Vec<_>>(), [&b"1"[..], b"12"]);
    }

    #[test]
    fn a_callback_is_changed_in_one_place() {
        let url = "http://127.0.0.1/cb?code=c&iss=https%3A%2F%2Fa.test";
        for (alter, expected) in [
            (
                Alter::Parameter("iss", "{other}"),
                "http://127.0.0.1/cb?code=c&iss=https%3A%2F%2Fother.test",
            ),
            (Alter::WithoutParameter("iss"), "http://127.0.0.1/cb?code=c"),
            (
                Alter::MoreParameter("code", "{value}d"),
                "http://127.0.0.1/cb?code=c&iss=https%3A%2F%2Fa.test&code=cd",
            ),
            (Alter::Fragment, "http://127.0.0.1/cb#code=c&iss=https%3A%2F%2Fa.test"),
            (Alter::Twice, url),
        ] {
            assert_eq!(callback(&alter, &template(), url), expected, "{alter}");
        }
    }
}
