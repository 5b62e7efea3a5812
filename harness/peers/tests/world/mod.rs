//! The reference client before the reference server, with the way between the two in our hands.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::sync::{Arc, Mutex};

use atproof_engine::stage::{Clock, Host, Page, Sending, Stream, Transport};
use atproof_peers::client::{Client, Config, Error};
use atproof_peers::{ClientSwitches, Embedded, Switches};
use atproof_protocol::form;
use atproof_protocol::http::{Request, Response};
use atproof_protocol::jwk::SigningKey;
use serde_json::json;

pub(crate) const HANDLE: &str = "alice.atproof.test";
const HOST: &str = "https://client.atproof.test";
const CLIENT: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback\
    &scope=atproto%20transition%3Ageneric";

pub(crate) type Altering = Box<dyn Fn(&Request, &mut Response) + Send>;

/// The way to the embedded server, on which answers can be altered and everything is noted.
pub(crate) struct Wire {
    pub(crate) server: Embedded,
    pub(crate) alter: Mutex<Altering>,
    pub(crate) seen: Mutex<Vec<(Request, Response)>>,
}

impl Transport for Wire {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            // Others may come first, as on a network.
            tokio::task::yield_now().await;
            let mut response = match request.url.starts_with("dns:") {
                // There are no records here.
                true => Response::new(404),
                false => self.server.send(request.clone()).await?,
            };
            (self.alter.lock().unwrap())(&request, &mut response);
            self.seen.lock().unwrap().push((request, response.clone()));
            Ok(response)
        })
    }

    fn send_raw<'a>(&'a self, origin: &'a str, bytes: Vec<u8>) -> Sending<'a> {
        self.server.send_raw(origin, bytes)
    }
}

pub(crate) struct World {
    pub(crate) wire: Arc<Wire>,
    pub(crate) clock: Clock,
    pub(crate) client: Client,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(&[], |_| {})
    }

    pub(crate) fn with(switches: &[&str], configure: fn(&mut Config)) -> Self {
        let mut config = Config::new(
            CLIENT,
            "http://127.0.0.1/callback",
            "atproto transition:generic",
            "https://plc.atproof.test",
        );
        configure(&mut config);
        Self::of(switches, config, Host::new(HOST))
    }

    /// A public client with these switches.
    pub(crate) fn public(ids: &[&str]) -> Self {
        let mut config = Config::new(
            "http://localhost",
            "http://127.0.0.1/callback",
            "atproto transition:generic",
            "https://plc.atproof.test",
        );
        config.switches = ClientSwitches::parse(ids).unwrap();
        Self::of(&[], config, Host::new(HOST))
    }

    /// A confidential client with these switches, whose document is found at its identifier.
    pub(crate) fn confidential(ids: &[&str]) -> Self {
        let key = SigningKey::from_bytes(&[9; 32]).unwrap();
        let mut jwk = key.public().to_value();
        jwk["kid"] = json!("first");
        let document = json!({
            "client_id": format!("{HOST}/client-metadata.json"),
            "application_type": "web",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "redirect_uris": [format!("{HOST}/callback")],
            "scope": "atproto transition:generic",
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "dpop_bound_access_tokens": true,
            "jwks": {"keys": [jwk]},
        });
        let host = Host::new(HOST);
        host.publish("/client-metadata.json", Page::json(document.to_string()));
        let mut private = key.private_jwk();
        private["kid"] = json!("first");
        let init = json!({
            "client_id": format!("{HOST}/client-metadata.json"),
            "redirect_uri": format!("{HOST}/callback"),
            "scope": "atproto transition:generic",
            "plc_url": "https://plc.atproof.test",
            "client_metadata": document,
            "jwk": private,
        });
        let config = Config::from_init(&init, ClientSwitches::parse(ids).unwrap()).unwrap();
        Self::of(&[], config, host)
    }

    fn of(switches: &[&str], config: Config, host: Host) -> Self {
        let clock = Clock::at(1_750_000_000);
        let switches = Switches::parse(switches).unwrap();
        let server = atproof_peers::Config::embedded().with(switches);
        let wire = Arc::new(Wire {
            server: Embedded::new(server, 1, clock.clone()).reach(Arc::new(host)),
            alter: Mutex::new(Box::new(|_, _| {})),
            seen: Mutex::new(Vec::new()),
        });
        let stream = Stream::seeded(2, "reference client");
        let client = Client::new(config, wire.clone(), clock.clone(), stream).unwrap();
        Self { wire, clock, client }
    }

    pub(crate) fn alter(&self, alter: impl Fn(&Request, &mut Response) + Send + 'static) {
        *self.wire.alter.lock().unwrap() = Box::new(alter);
    }

    /// How many requests had this in their URL.
    pub(crate) fn count(&self, part: &str) -> usize {
        let seen = self.wire.seen.lock().unwrap();
        seen.iter().filter(|(request, _)| request.url.contains(part)).count()
    }

    pub(crate) fn wait(&self, seconds: i64) {
        let Clock::Virtual(millis) = &self.clock else { unreachable!() };
        millis.fetch_add(seconds * 1000, std::sync::atomic::Ordering::SeqCst);
    }

    /// Starts a login and consents to it as alice: the URL that the browser comes back with.
    pub(crate) async fn consent(&self, input: &str) -> Result<String, Error> {
        let url = self.client.start(input, "atproto").await?;
        Ok(self.approve(&url).await.unwrap_or_else(|| panic!("no consent at {url}")))
    }

    /// Consents as alice, where the server lets her.
    pub(crate) async fn approve(&self, url: &str) -> Option<String> {
        visit(&self.wire.server, url, "accept").await
    }

    pub(crate) async fn login(&self, input: &str) -> Result<(), Error> {
        let url = self.consent(input).await?;
        self.client.callback(&url).await.map(drop)
    }
}

/// Goes through the forms of the server until it redirects to the client; `None` where it shows
/// something else.
pub(crate) async fn visit(server: &Embedded, url: &str, decision: &str) -> Option<String> {
    let origin = origin(url).to_owned();
    let mut cookie = String::new();
    let mut request = Request::new("GET", url);
    for _ in 0..6 {
        request.headers.push("Cookie", cookie.as_str());
        let response = server.send(request).await.unwrap();
        if let Some(field) = response.headers.get("set-cookie") {
            cookie = field.split(';').next().unwrap().to_owned();
        }
        request = match response.headers.get("location") {
            Some(location) if self::origin(location) != origin => return Some(location.to_owned()),
            Some(location) => Request::new("GET", location),
            None if response.status != 200 => return None,
            None => fill(&String::from_utf8(response.body).unwrap(), &origin, decision),
        };
    }
    panic!("the forms do not end");
}

/// The form of a page, filled in by alice.
pub(crate) fn fill(page: &str, origin: &str, decision: &str) -> Request {
    let attribute = |tag: &str, name: &str| {
        let lower = tag.to_ascii_lowercase();
        let start = lower.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        tag[start..].split('"').next().unwrap().replace("&amp;", "&")
    };
    let page = &page.replace("<INPUT\n\t", "<input ").replace("<FORM\n\t", "<form ");
    let inputs = page.split("<input ").skip(1);
    let hidden = inputs.filter(|input| input.starts_with("type=\"hidden\""));
    let mut pairs: Vec<_> =
        hidden.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect();
    let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
    if page.contains("type=\"password\"") {
        add("identifier", HANDLE);
        add("password", "alice-password");
    }
    if page.to_ascii_lowercase().replace('"', "").contains("name=decision") {
        add("decision", decision);
    }
    let (_, form) = page.split_once("<form").unwrap_or_else(|| panic!("{page}"));
    Request::new("POST", format!("{origin}{}", attribute(form, "action")))
        .body("application/x-www-form-urlencoded", form::encode(&pairs))
}

pub(crate) fn origin(url: &str) -> &str {
    url.match_indices('/').nth(2).map_or(url, |(end, _)| &url[..end])
}
