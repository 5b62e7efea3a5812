//! Clients that nobody on this project wrote, against our reference server: where they do not
//! understand each other, the reference server is wrong. And the same against the reference PDS, to
//! show that a server that we play and a real one are alike to them.

use std::process::Command;
use std::sync::Arc;

use atproof_engine::consent::Consent;
use atproof_engine::model::Account;
use atproof_engine::stage::{Host, Page, Stream};
use atproof_peers::{Fault, Listener, Switches};
use serde_json::{Value, json};

use crate::consent::{REDIRECT_URI, approve};
use crate::driver::{Client, Driver};
use crate::installed::{browser, built, node, packages};
use crate::pds::Pds;

const SCOPE: &str = "atproto transition:generic";
const SESSION: &str = "/xrpc/com.atproto.server.getSession";

/// A client, and what its driver says that it can do.
struct Peer {
    folder: &'static str,
    name: &'static str,
    kind: Kind,
    inputs: &'static [&'static str],
    logs_out: bool,
    /// What has to be overlooked for its logins to succeed.
    overlooked: &'static [Fault],
}

/// How a client is reached.
enum Kind {
    /// By a driver, the command.
    Driver(fn(&str) -> Option<Command>),
    /// As a page in a browser, the file.
    Page(&'static str),
}

const NODE: Peer = Peer {
    folder: "atproto-oauth-client-node",
    name: "@atproto/oauth-client-node",
    kind: Kind::Driver(in_node),
    inputs: &["handle", "did", "url"],
    logs_out: true,
    overlooked: &[],
};

const BROWSER: Peer = Peer {
    folder: "atproto-oauth-client-browser",
    name: "@atproto/oauth-client-browser",
    kind: Kind::Page("page.html"),
    ..NODE
};

const ATCUTE: Peer =
    Peer { folder: "atcute-oauth-node-client", name: "@atcute/oauth-node-client", ..NODE };

/// It authenticates even as the development client, with assertions that never end, by a key that
/// it names itself.
const RUST: Peer = Peer {
    folder: "atproto-oauth-rust",
    name: "atproto-oauth",
    kind: Kind::Driver(native),
    inputs: &["handle", "did"],
    logs_out: false,
    overlooked: &[
        Fault::AsAssertionIgnoredOfPublicClient,
        Fault::AsAssertionExpOptional,
        Fault::AsAssertionKidIgnored,
    ],
};

#[tokio::test(flavor = "multi_thread")]
async fn the_node_client_logs_in_at_the_reference_server() {
    at_the_reference_server(&NODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_client_logs_in_at_the_reference_server() {
    at_the_reference_server(&BROWSER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_atcute_client_logs_in_at_the_reference_server() {
    at_the_reference_server(&ATCUTE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_client_logs_in_at_the_reference_server() {
    at_the_reference_server(&RUST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_client_authenticates_at_the_reference_server() {
    as_a_confidential_client(&NODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_atcute_client_authenticates_at_the_reference_server() {
    as_a_confidential_client(&ATCUTE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_client_authenticates_at_the_reference_server() {
    as_a_confidential_client(&RUST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_client_has_no_secrets() {
    let Some(mut client) = BROWSER.client().await else { return };
    let answer = client.ask("init", json!({"contract": 1, "jwk": {"kty": "EC"}})).await;
    assert_eq!((&answer["ok"], &answer["skip"]), (&json!(false), &json!(true)), "{answer}");
    client.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_log_in_at_the_reference_pds() {
    let Some(pds) = Pds::start("the_clients_log_in_at_the_reference_pds") else { return };
    let [handle, password, did] = &pds.accounts[0];
    let place = Place {
        issuer: &pds.issuer,
        plc: &pds.plc,
        account: [handle, password, did],
        consent: || Consent::Api,
        client: public_client(),
    };
    for peer in [&NODE, &BROWSER, &ATCUTE, &RUST] {
        logs_in(peer, &place).await;
    }
}

/// Where clients log in, and as which client.
struct Place<'a> {
    issuer: &'a str,
    plc: &'a str,
    /// Handle, password and DID.
    account: [&'a str; 3],
    consent: fn() -> Consent,
    /// What `init` says of the client.
    client: Value,
}

async fn at_the_reference_server(peer: &Peer) {
    let server = Listener::start(overlooking(peer)).await.unwrap();
    logs_in(peer, &place(&server, public_client())).await;
}

async fn as_a_confidential_client(peer: &Peer) {
    let host = Arc::new(Host::new("https://client.internal"));
    let server = Listener::start_reaching(overlooking(peer), host.clone()).await.unwrap();
    logs_in(peer, &place(&server, confidential_client(&host))).await;
}

fn overlooking(peer: &Peer) -> Switches {
    Switches { faults: peer.overlooked.iter().copied().collect(), ..Switches::default() }
}

fn place(server: &Listener, client: Value) -> Place<'_> {
    let config = server.config();
    let alice = &config.accounts[0];
    Place {
        issuer: &config.issuer,
        plc: &config.plc,
        account: [&alice.handle, &alice.password, &alice.did],
        consent: || Consent::Form,
        client,
    }
}

/// The development client.
fn public_client() -> Value {
    json!({"client_id": "http://localhost", "redirect_uri": REDIRECT_URI})
}

/// A client with a key, whose document is published at this host.
fn confidential_client(host: &Host) -> Value {
    let key = Stream::seeded(4, "a confidential client").key();
    let named = |mut jwk: Value| {
        jwk["kid"] = json!("key-1");
        jwk["alg"] = json!("ES256");
        jwk
    };
    let client_id = "https://client.internal/client-metadata.json";
    let redirect_uri = "https://client.internal/callback";
    let document = json!({
        "client_id": client_id,
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [redirect_uri],
        "scope": SCOPE,
        "dpop_bound_access_tokens": true,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [named(key.public().to_value())]},
    });
    host.publish("/client-metadata.json", Page::json(document.to_string()));
    json!({
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "client_metadata": document,
        "jwk": named(key.private_jwk()),
    })
}

/// Login by every kind of input, a request, a refresh and a logout, each with a fresh client.
async fn logs_in(peer: &Peer, place: &Place<'_>) {
    let Some(mut client) = peer.client().await else { return };
    let [handle, password, did] = place.account;
    for input in peer.inputs {
        let hello = client.done("init", settings(place)).await;
        assert_eq!((&hello["name"], &hello["inputs"]), (&json!(peer.name), &json!(peer.inputs)));
        let own = &hello["client_metadata"]["redirect_uris"][0];
        let redirect_uri = own.as_str().or_else(|| place.client["redirect_uri"].as_str()).unwrap();
        assert!(hello["version"].is_string(), "{hello}");
        let commands = hello["commands"].as_array().unwrap();
        assert_eq!(commands.contains(&json!("logout")), peer.logs_out);
        let value = match *input {
            "handle" => handle,
            "did" => did,
            _ => place.issuer,
        };
        let started = client.done("start", json!({"input": value, "scope": SCOPE})).await;
        let account = Account { identifier: handle.to_owned(), password: password.to_owned() };
        let url = started["url"].as_str().unwrap();
        let redirect = approve(place.issuer, account, (place.consent)(), url, redirect_uri).await;
        let login = client.done("callback", json!({"url": redirect})).await;
        let expected = [did, place.issuer, place.issuer, SCOPE, "DPoP"];
        assert_eq!(told(&login), expected, "{input}");
        for _ in 0..2 {
            let request = json!({"method": "GET", "path": SESSION, "headers": {"x-note": "1"}});
            let session = client.done("request", request).await;
            assert_eq!(session["status"], 200, "{session}");
            let body: Value = serde_json::from_str(session["body"].as_str().unwrap()).unwrap();
            assert_eq!(body["did"], json!(did));
            assert_eq!(told(&client.done("refresh", json!({})).await), expected, "{input}");
        }
        let again = client.ask("callback", json!({"url": redirect})).await;
        assert_eq!(again["ok"], false, "the redirect twice: {again}");
        assert!(again["error"][0].is_string(), "{again}");
        let left = client.ask("logout", json!({})).await;
        assert_eq!(left["ok"], json!(peer.logs_out), "{left}");
        assert_eq!(left["skip"] == true, !peer.logs_out, "{left}");
    }
    client.end();
}

fn settings(place: &Place<'_>) -> Value {
    let mut settings = json!({
        "contract": 1,
        "scope": SCOPE,
        "plc_url": place.plc,
        "handle_resolver_url": place.issuer,
        "allow_http": true,
        "ca_file": null,
    });
    for (name, value) in place.client.as_object().unwrap() {
        settings[name] = value.clone();
    }
    settings
}

/// What a driver says of a session. Some clients write the PDS with a slash at its end.
fn told(answer: &Value) -> [&str; 5] {
    ["sub", "iss", "aud", "scope", "token_type"]
        .map(|name| answer[name].as_str().unwrap_or_default().trim_end_matches('/'))
}

impl Peer {
    /// The client, where it is installed.
    async fn client(&self) -> Option<Client> {
        match self.kind {
            Kind::Driver(command) => Some(Client::Driven(Driver::start(command(self.folder)?))),
            Kind::Page(file) => {
                browser(self.folder)?;
                Some(Client::show(&packages(self.folder)?.join(file)).await)
            }
        }
    }
}

fn in_node(folder: &str) -> Option<Command> {
    let node = node(folder)?;
    let mut command = Command::new(node);
    command.args(["--no-warnings", "driver.mjs"]).current_dir(packages(folder)?);
    Some(command)
}

fn native(folder: &str) -> Option<Command> {
    Some(Command::new(built(folder)?))
}
