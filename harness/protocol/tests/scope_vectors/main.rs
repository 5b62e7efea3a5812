//! The vectors of the scope language in `fixtures/vectors`: made from the model, checked by a second
//! evaluator that shares no code with it.
//!
//! `ATPROOF_BLESS=1 cargo test -p atproof-protocol --test scope_vectors` writes the files anew.

#![expect(clippy::unwrap_used, reason = "a test stops at what is unexpected")]

mod cases;
mod ingredients;
mod second;
mod vectors;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use atproof_protocol::scope;
use serde_json::{Value, json};

use vectors::{FILES, tests};

fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/vectors")).join(name)
}

fn file(name: &str) -> Value {
    let text = fs::read_to_string(path(&format!("scope-{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_files_are_what_the_model_makes() {
    for &(name, make) in FILES {
        let made = make();
        let path = path(&format!("scope-{name}.json"));
        if std::env::var_os("ATPROOF_BLESS").is_some() {
            fs::write(&path, &made).unwrap();
        }
        assert!(fs::read_to_string(&path).unwrap() == made, "{} is stale", path.display());
    }
}

#[test]
fn the_files_follow_their_schema() {
    let schema = fs::read_to_string(path("scope.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (name, _) in FILES {
        let errors: Vec<_> = validator.iter_errors(&file(name)).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn there_are_enough_cases_and_no_two_alike() {
    let mut total = 0;
    for (name, _) in FILES {
        let file = file(name);
        let mut seen = BTreeSet::new();
        let mut by_flag: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for test in tests(&file) {
            let mut input = test.clone();
            for member in ["id", "flags"] {
                input.as_object_mut().unwrap().remove(member);
            }
            assert!(seen.insert(input.to_string()), "{name}: twice: {input}");
            for flag in test["flags"].as_array().unwrap() {
                let results = by_flag.entry(flag.as_str().unwrap().to_owned()).or_default();
                results.insert(test["result"].as_str().unwrap().to_owned());
            }
        }
        let declared: BTreeSet<_> = file["flags"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(declared, by_flag.keys().cloned().collect(), "{name}: flags");
        for (flag, results) in by_flag {
            let both = results.contains("valid") && results.contains("invalid");
            assert!(both, "{name}: {flag} has {results:?} alone");
        }
        total += seen.len();
    }
    assert!(total >= 1500, "{total} cases");
}

/// Looks at every case of a file, and names those that do not hold.
fn all_hold(name: &str, holds: impl Fn(&Value) -> bool) {
    let file = file(name);
    let failed: Vec<String> =
        tests(&file).filter(|test| !holds(test)).map(Value::to_string).collect();
    assert!(failed.is_empty(), "{} of {name}:\n{}", failed.len(), failed.join("\n"));
}

fn text<'a>(test: &'a Value, member: &str) -> &'a str {
    test[member].as_str().unwrap()
}

#[test]
fn a_second_evaluator_reads_the_same() {
    all_hold("grammar", |test| {
        let scope = text(test, "scope");
        let sound = second::separated(scope) && !test["values"].to_string().contains("invalid");
        test["values"] == json!(second::states(scope)) && (sound || test["result"] != "valid")
    });
}

#[test]
fn a_second_evaluator_grants_the_same() {
    all_hold("covers", |test| {
        let granted = second::granted(text(test, "scope"));
        test["allowed"] == granted.contains(&test["operation"].to_string())
    });
}

#[test]
fn canonical_forms_are_stable_and_grant_the_same() {
    all_hold("canonical", |test| {
        let [scope, canonical] = ["scope", "canonical"].map(|name| text(test, name));
        second::enumerated(scope) == second::enumerated(canonical)
            && (test["result"] == "valid") == (scope == canonical)
            && scope::read(canonical).document.unwrap().to_string() == canonical
    });
}

#[test]
fn enumeration_gives_the_same_subsets() {
    all_hold("subset", |test| {
        let within = second::is_within(text(test, "scope"), text(test, "of"));
        (test["result"] != "invalid") == within
    });
}

#[test]
fn subset_is_transitive() {
    let file = file("subset");
    let within: BTreeSet<_> = tests(&file)
        .filter(|test| test["result"] != "invalid")
        .map(|test| (text(test, "scope"), text(test, "of")))
        .collect();
    let all: BTreeSet<_> =
        tests(&file).map(|test| (text(test, "scope"), text(test, "of"))).collect();
    for (one, middle) in &within {
        assert!(within.contains(&(*one, *one)), "{one} is not within itself");
        for (_, other) in within.iter().filter(|(start, _)| start == middle) {
            let broken = all.contains(&(*one, *other)) && !within.contains(&(*one, *other));
            assert!(!broken, "{one} < {middle} < {other}");
        }
    }
}

#[test]
fn a_second_evaluator_expands_the_same() {
    all_hold("permission-set", |test| {
        let granted = second::set_grants(text(test, "include"), &test["lexicon"]);
        test["expanded"].as_str().map(second::enumerated) == granted
    });
}
