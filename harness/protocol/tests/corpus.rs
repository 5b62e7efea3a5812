//! Replays the fuzz corpora, and keeps the seeds in step with the table of mutations.
//!
//! `ATPROOF_BLESS=1 cargo test -p atproof-protocol --test corpus` writes the seeds anew.

use std::fs;
use std::path::PathBuf;

use atproof_protocol::dpop;

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
