//! The suite against clients that nobody here wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::adjudication;
use crate::installed::{node, peer};

/// Runs `atproof client exec` against a driver in a folder of its own.
fn examine(name: &str, program: &Path, arguments: &[&str]) -> (Value, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
    fs::create_dir_all(&folder).unwrap();
    let (json, record) =
        (folder.join(format!("{name}.json")), folder.join(format!("{name}.jsonl")));
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["client", "exec", "--all", "--jobs", "4", "--json"])
        .arg(&json)
        .arg("--record")
        .arg(&record)
        .arg("--")
        .arg(program)
        .args(arguments)
        .current_dir(peer(name))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{printed}");
    let judged = Command::new(env!("CARGO_BIN_EXE_atproof")).arg("judge").arg(record).output();
    assert_eq!(judged.unwrap().status.code(), output.status.code(), "judged again");
    (serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap(), printed)
}

#[test]
fn every_verdict_on_the_node_client_is_as_adjudicated() {
    let Some(node) = node("the node client") else { return };
    let name = "atproto-oauth-client-node";
    let (run, printed) = examine(name, &node, &["--no-warnings", "driver.mjs"]);
    let text = include_str!("../../fixtures/peers/atproto-oauth-client-node/adjudication.toml");
    let differences = adjudication::differences(text, "client", &run);
    assert!(differences.is_empty(), "{}\n{printed}", differences.join("\n"));
}
