//! The vectors of the scope language against the scope library of the reference PDS.
//!
//! A second opinion, not a judge: where it differs, `scope-disagreements.toml` says who is right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::installed::{node, packages};

#[test]
fn every_disagreement_is_explained() {
    let Some(node) = node("the Node of @atproto/oauth-scopes") else { return };
    let Some(folder) = packages("atproto-oauth-scopes") else { return };
    let answers = Command::new(node).arg(folder.join("check.mjs")).arg(vectors()).output().unwrap();
    assert!(answers.status.success(), "{}", String::from_utf8_lossy(&answers.stderr));
    let ours = expected();
    let mut differ = BTreeSet::new();
    let text = String::from_utf8(answers.stdout).unwrap();
    for line in text.lines() {
        let answer: Value = serde_json::from_str(line).unwrap();
        let case = answer["case"].as_str().unwrap();
        if ours[case] != answer["theirs"] {
            differ.insert(case.to_owned());
        }
    }
    assert!(text.lines().count() > 2000, "{} answers", text.lines().count());
    assert_eq!(differ, explained());
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/vectors")
}

/// What the library would answer if it agreed.
fn expected() -> BTreeMap<String, Value> {
    let mut expected = BTreeMap::new();
    for kind in ["grammar", "canonical", "covers", "permission-set"] {
        let text = fs::read_to_string(vectors().join(format!("scope-{kind}.json"))).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        let groups = file["groups"].as_array().unwrap();
        for test in groups.iter().flat_map(|group| group["tests"].as_array().unwrap()) {
            let answer = match kind {
                "grammar" => {
                    let values = test["values"].as_array().unwrap();
                    values.iter().map(|value| json!(value == "known")).collect()
                }
                "canonical" => test["canonical"].clone(),
                "covers" => test["allowed"].clone(),
                _ => test["expanded"].clone(),
            };
            expected.insert(format!("{kind}/{}", test["id"]), answer);
        }
    }
    expected
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    disagreement: Vec<Disagreement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    theirs: String,
    ours: String,
    right: String,
    clause: String,
    why: String,
    cases: Vec<String>,
}

/// The cases that the file explains, each once.
fn explained() -> BTreeSet<String> {
    let text = fs::read_to_string(vectors().join("scope-disagreements.toml")).unwrap();
    let file: File = toml::from_str(&text).unwrap();
    assert_eq!(file.schema, 1);
    let mut explained = BTreeSet::new();
    for entry in file.disagreement {
        assert!(["ours", "theirs", "open"].contains(&entry.right.as_str()), "{}", entry.right);
        let words = [entry.theirs, entry.ours, entry.clause, entry.why];
        assert!(words.iter().all(|text| !text.is_empty()), "{words:?}");
        for case in entry.cases {
            assert!(explained.insert(case.clone()), "{case} is explained twice");
        }
    }
    explained
}
