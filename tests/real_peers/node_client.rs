//! The Node OAuth client SDK of the AT Protocol, which nobody on this project wrote, against our
//! reference server: where they do not understand each other, the reference server is wrong.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use atproof_engine::consent::Consent;
use atproof_engine::model::Account;
use atproof_peers::{Listener, Switches};
use serde_json::{Value, json};

use crate::consent::{REDIRECT_URI, approve};
use crate::installed::{node, peer};

/// The driver of the client, see its folder.
struct Driver {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    id: u64,
}

impl Driver {
    fn start() -> Option<Self> {
        let node = node("the node client")?;
        let folder = peer("atproto-oauth-client-node");
        assert!(folder.join("node_modules").exists(), "run ./test, it installs the node client");
        let mut process = Command::new(node)
            .args(["--no-warnings", "driver.mjs"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Some(Self { process, input, output, id: 0 })
    }

    /// Sends one request and reads its answer, which has to be a good one.
    fn ask(&mut self, command: &str, mut request: Value) -> Value {
        self.id += 1;
        request["id"] = json!(self.id);
        request["cmd"] = json!(command);
        writeln!(self.input, "{request}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], self.id);
        assert_eq!(answer["ok"], true, "{command}: {answer}");
        answer
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_client_logs_in_at_the_reference_server() {
    let Some(mut driver) = Driver::start() else { return };
    let server = Listener::start(Switches::default()).await.unwrap();
    let config = server.config().clone();
    let alice = &config.accounts[0];
    for input in [&alice.handle, &alice.did, &config.pds] {
        driver.ask(
            "init",
            json!({
                "contract": 1,
                "client_id": "http://localhost",
                "redirect_uri": REDIRECT_URI,
                "scope": "atproto transition:generic",
                "plc_url": config.plc,
                "handle_resolver_url": config.pds,
                "allow_http": true,
            }),
        );
        let started =
            driver.ask("start", json!({"input": input, "scope": "atproto transition:generic"}));
        let account =
            Account { identifier: alice.handle.clone(), password: alice.password.clone() };
        let url = started["url"].as_str().unwrap();
        let redirect = approve(&config.issuer, account, Consent::Form, url).await;
        let login = driver.ask("callback", json!({"url": redirect}));
        assert_eq!(login["sub"], json!(alice.did), "{input}: {login}");
        assert_eq!(login["iss"], json!(config.issuer));
        let session = driver.ask(
            "request",
            json!({"method": "GET", "path": "/xrpc/com.atproto.server.getSession"}),
        );
        assert_eq!(session["status"], 200, "{session}");
        let refreshed = driver.ask("refresh", json!({}));
        assert_eq!(refreshed["sub"], json!(alice.did));
        driver.ask("logout", json!({}));
    }
}
