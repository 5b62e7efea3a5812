//! The suite against clients that nobody here wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::adjudication;
use crate::installed::{node, peer};

/// Runs `atproof client exec`, with options, against a driver in a folder of its own. `None` where
/// this machine has no sealed worlds, which is said aloud and a failure under `CI=true`.
fn examine(
    name: &str,
    options: &[&str],
    program: &Path,
    arguments: &[&str],
) -> Option<(Value, String)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients").join(options.concat());
    fs::create_dir_all(&folder).unwrap();
    let (json, record) =
        (folder.join(format!("{name}.json")), folder.join(format!("{name}.jsonl")));
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["client", "exec", "--all", "--jobs", "4"])
        .args(options)
        .arg("--json")
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
    if output.status.code() == Some(3) && printed.contains("a sealed world cannot be made") {
        let may_skip = std::env::var_os("CI").is_none_or(|ci| ci != "true");
        assert!(may_skip, "{printed}");
        println!("SKIPPED: {name}: {printed}");
        return None;
    }
    assert!(matches!(output.status.code(), Some(0..=2)), "{printed}");
    let judged = Command::new(env!("CARGO_BIN_EXE_atproof")).arg("judge").arg(record).output();
    assert_eq!(judged.unwrap().status.code(), output.status.code(), "judged again");
    Some((serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap(), printed))
}

#[test]
fn every_verdict_on_the_node_client_is_as_adjudicated() {
    let Some(node) = node("the node client") else { return };
    let name = "atproto-oauth-client-node";
    let driver = ["--no-warnings", "driver.mjs"];
    let Some((run, printed)) = examine(name, &[], &node, &driver) else { return };
    let text = include_str!("../../fixtures/peers/atproto-oauth-client-node/adjudication.toml");
    let differences = adjudication::differences(text, "client", &run);
    assert!(differences.is_empty(), "{}\n{printed}", differences.join("\n"));
}

#[test]
fn every_verdict_on_the_node_client_in_the_sealed_world_is_as_adjudicated() {
    in_the_sealed_world(
        "atproto-oauth-client-node",
        include_str!("../../fixtures/peers/atproto-oauth-client-node/adjudication.toml"),
    );
}

#[test]
fn every_verdict_on_the_atcute_client_in_the_sealed_world_is_as_adjudicated() {
    in_the_sealed_world(
        "atcute-oauth-node-client",
        include_str!("../../fixtures/peers/atcute-oauth-node-client/adjudication.toml"),
    );
}

/// The driver as it is, told nothing but the file of the authority.
fn in_the_sealed_world(name: &str, rulings: &str) {
    let Some(node) = node(name) else { return };
    let driver = ["--no-warnings", "driver.mjs"];
    let Some((run, printed)) = examine(name, &["--sealed"], &node, &driver) else { return };
    let differences = adjudication::differences_when_sealed(rulings, "client", &run);
    assert!(differences.is_empty(), "{}\n{printed}", differences.join("\n"));
}
