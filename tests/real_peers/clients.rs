//! Clients that nobody on this project wrote, against our reference server: where they do not
//! understand each other, the reference server is wrong.

use std::process::Command;

use atproof_engine::consent::Consent;
use atproof_engine::model::Account;
use atproof_peers::{Config, Listener, Switches};
use serde_json::{Value, json};

use crate::consent::{REDIRECT_URI, approve};
use crate::driver::Driver;
use crate::installed::{browser, built, node, packages};

const SCOPE: &str = "atproto transition:generic";
const SESSION: &str = "/xrpc/com.atproto.server.getSession";

/// A client, and what its driver says that it can do.
struct Peer {
    folder: &'static str,
    name: &'static str,
    command: fn(&str) -> Option<Command>,
    inputs: &'static [&'static str],
    logs_out: bool,
}

const NODE: Peer = Peer {
    folder: "atproto-oauth-client-node",
    name: "@atproto/oauth-client-node",
    command: in_node,
    inputs: &["handle", "did", "url"],
    logs_out: true,
};

const BROWSER: Peer = Peer {
    folder: "atproto-oauth-client-browser",
    name: "@atproto/oauth-client-browser",
    command: in_browser,
    inputs: &["handle", "did", "url"],
    logs_out: true,
};

const ATCUTE: Peer = Peer {
    folder: "atcute-oauth-node-client",
    name: "@atcute/oauth-node-client",
    command: in_node,
    inputs: &["handle", "did", "url"],
    logs_out: true,
};

const RUST: Peer = Peer {
    folder: "atproto-oauth-rust",
    name: "atproto-oauth",
    command: native,
    inputs: &["handle", "did"],
    logs_out: false,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_node_client_logs_in_at_the_reference_server() {
    logs_in(&NODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_client_logs_in_at_the_reference_server() {
    logs_in(&BROWSER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_atcute_client_logs_in_at_the_reference_server() {
    logs_in(&ATCUTE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_client_logs_in_at_the_reference_server() {
    logs_in(&RUST).await;
}

/// Login by every kind of input, a request, a refresh and a logout, each with a fresh client.
async fn logs_in(peer: &Peer) {
    let Some(command) = (peer.command)(peer.folder) else { return };
    let mut driver = Driver::start(command);
    let server = Listener::start(Switches::default()).await.unwrap();
    let config = server.config().clone();
    let alice = &config.accounts[0];
    for input in peer.inputs {
        let hello = driver.done("init", settings(&config));
        assert_eq!((&hello["name"], &hello["inputs"]), (&json!(peer.name), &json!(peer.inputs)));
        let commands = hello["commands"].as_array().unwrap();
        assert_eq!(commands.contains(&json!("logout")), peer.logs_out);
        let value = match *input {
            "handle" => &alice.handle,
            "did" => &alice.did,
            _ => &config.pds,
        };
        let started = driver.done("start", json!({"input": value, "scope": SCOPE}));
        let account =
            Account { identifier: alice.handle.clone(), password: alice.password.clone() };
        let url = started["url"].as_str().unwrap();
        let redirect = approve(&config.issuer, account, Consent::Form, url).await;
        let login = driver.done("callback", json!({"url": redirect}));
        let expected = [&*alice.did, &*config.issuer, &*config.pds, SCOPE, "DPoP"];
        assert_eq!(told(&login), expected, "{input}");
        for _ in 0..2 {
            let request = json!({"method": "GET", "path": SESSION, "headers": {"x-note": "1"}});
            let session = driver.done("request", request);
            assert_eq!(session["status"], 200, "{session}");
            let body: Value = serde_json::from_str(session["body"].as_str().unwrap()).unwrap();
            assert_eq!(body["did"], json!(alice.did));
            assert_eq!(told(&driver.done("refresh", json!({}))), expected, "{input}");
        }
        let again = driver.ask("callback", json!({"url": redirect}));
        assert_eq!(again["ok"], false, "the redirect twice: {again}");
        assert!(again["error"][0].is_string(), "{again}");
        let left = driver.ask("logout", json!({}));
        assert_eq!(left["ok"], json!(peer.logs_out), "{left}");
        assert_eq!(left["skip"] == true, !peer.logs_out, "{left}");
    }
    driver.end();
}

fn settings(config: &Config) -> Value {
    json!({
        "contract": 1,
        "client_id": "http://localhost",
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "plc_url": config.plc,
        "handle_resolver_url": config.pds,
        "allow_http": true,
        "ca_file": null,
    })
}

/// What a driver says of a session. Some clients write the PDS with a slash at its end.
fn told(answer: &Value) -> [&str; 5] {
    ["sub", "iss", "aud", "scope", "token_type"]
        .map(|name| answer[name].as_str().unwrap_or_default().trim_end_matches('/'))
}

fn in_node(folder: &str) -> Option<Command> {
    let node = node(folder)?;
    let mut command = Command::new(node);
    command.args(["--no-warnings", "driver.mjs"]).current_dir(packages(folder)?);
    Some(command)
}

fn in_browser(folder: &str) -> Option<Command> {
    let browser = browser(folder)?;
    let mut command = in_node(folder)?;
    command.env("CHROMIUM", browser);
    Some(command)
}

fn native(folder: &str) -> Option<Command> {
    Some(Command::new(built(folder)?))
}
