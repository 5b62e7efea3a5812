//! The suite against the reference PDS.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::adjudication::Rulings;
use crate::pds::Pds;

/// Runs `atproof server` against it, with these passwords.
fn examine(pds: &Pds, passwords: [&str; 2], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["server", &pds.issuer])
        .args(arguments)
        .env("ATPROOF_ACCOUNT", &pds.accounts[0][0])
        .env("ATPROOF_PASSWORD", passwords[0])
        .env("ATPROOF_ACCOUNT_2", &pds.accounts[1][0])
        .env("ATPROOF_PASSWORD_2", passwords[1])
        .output()
        .unwrap()
}

/// Options with which client documents reach it.
fn metadata_host(pds: &Pds) -> Vec<String> {
    let listen = format!("127.0.0.1:{}", pds.metadata_port);
    let authority = pds.authority.to_str().unwrap();
    let words = ["--ca", authority, "--metadata-host", "client.internal", "--metadata-listen"];
    words.into_iter().chain([listen.as_str()]).map(str::to_owned).collect()
}

fn passwords(pds: &Pds) -> [&str; 2] {
    [&pds.accounts[0][1], &pds.accounts[1][1]]
}

#[test]
fn every_verdict_is_as_adjudicated() {
    let Some(pds) = Pds::start("every_verdict_is_as_adjudicated") else { return };
    let (record, json) = (pds.folder.join("run.jsonl"), pds.folder.join("run.json"));
    let files = [record.to_str().unwrap(), json.to_str().unwrap()];
    let mut arguments = vec!["--tier", "load", "--record", files[0], "--json", files[1]];
    let metadata_host = metadata_host(&pds);
    arguments.extend(metadata_host.iter().map(String::as_str));
    let output = examine(&pds, passwords(&pds), &arguments);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{printed}");

    let texts = [printed, fs::read_to_string(&record).unwrap(), fs::read_to_string(&json).unwrap()];
    for text in &texts {
        assert_holds_no_secret(text, &passwords(&pds));
    }
    let run: Value = serde_json::from_str(&texts[2]).unwrap();
    let text = include_str!("../../fixtures/peers/atproto-pds/adjudication.toml");
    let differences = Rulings::read(text, "server").differences(&run);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The other instances fetch documents from loopback; this one keeps its address filter on.
#[test]
fn with_its_address_filter_on_it_connects_to_no_sentinel() {
    let name = "with_its_address_filter_on_it_connects_to_no_sentinel";
    let Some(pds) = Pds::start_with(name, &[("SSRF_PROTECTION", "1")]) else { return };
    let json = pds.folder.join("run.json");
    let arguments = ["--only", "server.ssrf.*", "--json", json.to_str().unwrap()];
    let output = examine(&pds, passwords(&pds), &arguments);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{printed}");
    let run: Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    let cases = run["cases"].as_array().unwrap();
    let of = |verdict: &str| cases.iter().filter(|case| case["verdict"] == verdict).count();
    assert!(of("pass") >= 10, "{printed}");
    assert_eq!(of("pass") + of("observed") + of("skipped"), cases.len(), "{printed}");
}

#[test]
fn a_wrong_password_ends_the_run_with_one_sentence() {
    let Some(pds) = Pds::start("a_wrong_password_ends_the_run_with_one_sentence") else { return };
    let record = pds.folder.join("run.jsonl");
    let output = examine(&pds, ["wrong", "wrong"], &["--record", record.to_str().unwrap()]);
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{printed}");
    assert!(printed.contains("sign-in was refused"), "{printed}");
    let kept = fs::read_to_string(&record).unwrap();
    assert!(kept.lines().count() > 3, "the record so far is kept");
    assert_eq!(kept.matches("~api/sign-in\"").count(), 1, "sign-in is tried once only");
}

/// Passwords, and anything that looks like a JWT but for DPoP proofs, which are public.
fn assert_holds_no_secret(text: &str, passwords: &[&str]) {
    for password in passwords {
        assert!(!text.contains(password), "a password stands in an output");
    }
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_')) {
        if word.starts_with("eyJ") && word.matches('.').count() == 2 {
            let (header, _) = atproof_protocol::jws::decode_unverified(word).unwrap_or_default();
            // What is sent in the place of a proof is ours: it has a key in its header, or names ours.
            let is_ours = header.get("jwk").is_some() || header["kid"] == "atproof";
            let public = is_ours || header["typ"] != "at+jwt" && header["typ"] != "refresh+jwt";
            assert!(public, "a token stands in an output: {header}");
        }
    }
    for prefix in ["tok-", "ref-", "cod-", "ses-", "dev-"] {
        let hex = |c: char| c.is_ascii_hexdigit();
        let found = text.split(prefix).skip(1).any(|rest| rest.chars().take(16).all(hex));
        assert!(!found, "a secret that begins with {prefix} stands in an output");
    }
}
