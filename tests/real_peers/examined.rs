//! The suite against clients that nobody here wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::adjudication::Rulings;
use crate::installed::{node, peer};

/// Runs `atproof client` in the folder of a peer.
pub(crate) fn examine(name: &str, of: &str, arguments: &[&str], more: &[&str]) -> (Value, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
    fs::create_dir_all(&folder).unwrap();
    let (json, record) =
        (folder.join(format!("{name}.json")), folder.join(format!("{name}.jsonl")));
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .arg("client")
        .args(arguments)
        .args(["--all", "--jobs", "4", "--json"])
        .arg(&json)
        .arg("--record")
        .arg(&record)
        .args(more)
        .current_dir(peer(of))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{printed}");
    let again = Command::new(env!("CARGO_BIN_EXE_atproof")).arg("judge").arg(record).output();
    assert_eq!(again.unwrap().status.code(), output.status.code(), "judged again");
    (judged(&json), printed)
}

/// Reads a judged run.
pub(crate) fn judged(json: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap()
}

#[test]
fn every_verdict_on_the_node_client_is_as_adjudicated() {
    let Some(node) = node("the node client") else { return };
    let name = "atproto-oauth-client-node";
    let driver = ["--", node.to_str().unwrap(), "--no-warnings", "driver.mjs"];
    let (run, printed) = examine(name, name, &["exec"], &driver);
    let text = include_str!("../../fixtures/peers/atproto-oauth-client-node/adjudication.toml");
    let differences = Rulings::read(text, "client").differences(&run);
    assert!(differences.is_empty(), "{}\n{printed}", differences.join("\n"));
}
