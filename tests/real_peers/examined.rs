//! The suite against clients that nobody here wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::adjudication::Rulings;
use crate::installed::{built, node, peer};

/// Runs `atproof client` in the folder of a peer.
pub(crate) fn examine(name: &str, of: &str, arguments: &[&str], more: &[&str]) -> (Value, String) {
    try_to_examine(name, of, arguments, more).unwrap_or_else(|printed| panic!("{printed}"))
}

/// The same, where this machine may have no sealed worlds: then it is what was printed.
fn try_to_examine(
    name: &str,
    of: &str,
    arguments: &[&str],
    more: &[&str],
) -> Result<(Value, String), String> {
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
    if output.status.code() == Some(3) && printed.contains("a sealed world cannot be made") {
        return Err(printed);
    }
    assert!(matches!(output.status.code(), Some(0..=2)), "{printed}");
    let again = Command::new(env!("CARGO_BIN_EXE_atproof")).arg("judge").arg(record).output();
    assert_eq!(again.unwrap().status.code(), output.status.code(), "judged again");
    Ok((judged(&json), printed))
}

/// Reads a judged run.
pub(crate) fn judged(json: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap()
}

const NODE_RULINGS: &str =
    include_str!("../../fixtures/peers/atproto-oauth-client-node/adjudication.toml");
const ATCUTE_RULINGS: &str =
    include_str!("../../fixtures/peers/atcute-oauth-node-client/adjudication.toml");
const RUST_RULINGS: &str =
    include_str!("../../fixtures/peers/atproto-oauth-rust/adjudication.toml");

#[test]
fn every_verdict_on_the_node_client_is_as_adjudicated() {
    on_loopback("atproto-oauth-client-node", NODE_RULINGS);
}

#[test]
fn every_verdict_on_the_atcute_client_is_as_adjudicated() {
    on_loopback("atcute-oauth-node-client", ATCUTE_RULINGS);
}

#[test]
fn every_verdict_on_the_rust_client_is_as_adjudicated() {
    let peer = "atproto-oauth-rust";
    let Some(driver) = built(peer) else { return };
    let (run, printed) = examine(peer, peer, &["exec"], &["--", driver.to_str().unwrap()]);
    assert_ruled(Rulings::read(RUST_RULINGS, "client"), &run, &printed);
}

#[test]
fn every_verdict_on_the_node_client_in_the_sealed_world_is_as_adjudicated() {
    in_the_sealed_world("atproto-oauth-client-node", NODE_RULINGS);
}

#[test]
fn every_verdict_on_the_atcute_client_in_the_sealed_world_is_as_adjudicated() {
    in_the_sealed_world("atcute-oauth-node-client", ATCUTE_RULINGS);
}

fn on_loopback(peer: &str, text: &str) {
    let Some(node) = node(peer) else { return };
    let driver = ["--", node.to_str().unwrap(), "--no-warnings", "driver.mjs"];
    let (run, printed) = examine(peer, peer, &["exec"], &driver);
    assert_ruled(Rulings::read(text, "client"), &run, &printed);
}

/// The driver as it is, told nothing but the file of the authority. Where this machine has no sealed
/// worlds, that is said aloud, and a failure under `CI=true`.
fn in_the_sealed_world(peer: &str, text: &str) {
    let Some(node) = node(peer) else { return };
    let driver = ["--", node.to_str().unwrap(), "--no-warnings", "driver.mjs"];
    match try_to_examine(&format!("{peer}-sealed"), peer, &["exec", "--sealed"], &driver) {
        Ok((run, printed)) => {
            let rulings = Rulings::read(text, "client").when_sealed(text, "client");
            assert_ruled(rulings, &run, &printed);
        }
        Err(printed) => {
            let may_skip = std::env::var_os("CI").is_none_or(|ci| ci != "true");
            assert!(may_skip, "{printed}");
            println!("SKIPPED: {peer}: {printed}");
        }
    }
}

fn assert_ruled(rulings: Rulings, run: &Value, printed: &str) {
    let differences = rulings.differences(run);
    assert!(differences.is_empty(), "{}\n{printed}", differences.join("\n"));
}
