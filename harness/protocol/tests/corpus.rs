//! Replays the fuzz corpora, and keeps the seeds in step with the table of mutations and the vectors.
//!
//! `ATPROOF_BLESS=1 cargo test -p atproof-protocol --test corpus` writes the seeds anew.

#![expect(clippy::unwrap_used, reason = "a test stops at what is unexpected")]

use std::fs;
use std::path::PathBuf;

use atproof_protocol::{dpop, scope};
use serde_json::Value;

fn corpus(target: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target)
}

#[test]
fn seeds_follow_the_table_of_mutations() {
    let names = dpop::MUTATIONS.iter().map(|row| Some(row.name));
    for name in names.chain([None]) {
        let Some(bytes) = dpop::seed(name) else { continue };
        let path = corpus("dpop_proof").join(name.unwrap_or("correct"));
        if std::env::var_os("ATPROOF_BLESS").is_some() {
            fs::write(&path, &bytes).unwrap();
        }
        assert_eq!(fs::read(&path).unwrap(), bytes, "{} is stale", path.display());
    }
}

#[test]
fn replays_the_corpus_of_dpop_proofs() {
    let mut replayed = 0;
    for entry in fs::read_dir(corpus("dpop_proof")).unwrap() {
        dpop::oracle(&fs::read(entry.unwrap().path()).unwrap());
        replayed += 1;
    }
    assert!(replayed > 100, "the corpus is gone: {replayed} files");
}

#[test]
fn replays_the_corpora_of_scopes() {
    for (target, kind, member, oracle) in [
        ("scope_string", "grammar", "scope", scope::scope_string_oracle as fn(&[u8])),
        ("permission_set", "permission-set", "lexicon", scope::permission_set_oracle),
    ] {
        let bless = std::env::var_os("ATPROOF_BLESS").is_some();
        let groups = vectors(kind);
        for (index, group) in groups.as_array().unwrap().iter().enumerate() {
            let tests = group["tests"].as_array().unwrap();
            for test in tests {
                oracle(bytes(&test[member]).as_bytes());
            }
            let seed = corpus(target).join(format!("group-{}", index + 1));
            if bless {
                fs::create_dir_all(corpus(target)).unwrap();
                let inputs = tests.iter().map(|test| bytes(&test[member]));
                let longest = inputs.max_by_key(String::len).unwrap();
                fs::write(&seed, longest).unwrap();
            }
            oracle(&fs::read(&seed).unwrap());
        }
    }
}

fn vectors(kind: &str) -> Value {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/vectors"));
    let text = fs::read_to_string(folder.join(format!("scope-{kind}.json"))).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["groups"].take()
}

fn bytes(input: &Value) -> String {
    input.as_str().map_or_else(|| input.to_string(), str::to_owned)
}
