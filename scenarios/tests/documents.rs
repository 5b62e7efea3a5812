//! Every rule of documents is shown to be found, and nothing beside it.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use atproof_engine::model::Verdict;
use atproof_protocol::lint::{Kind, Lint, Note, detect, lint};
use atproof_scenarios::catalogue::catalogue;
use atproof_scenarios::document::{EXAMPLES, rules, verdict};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/documents")
}

/// The good examples with their kinds, by path in the folder.
fn examples() -> Vec<(String, Kind, Vec<u8>)> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let Ok(files) = fs::read_dir(folder().join(kind.name())) else { continue };
        for file in files {
            let path = file.unwrap().path();
            let name = format!("{kind}/{}", path.file_name().unwrap().to_string_lossy());
            found.push((name, kind, fs::read(path).unwrap()));
        }
    }
    found.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    found
}

/// Whether a note is about a MUST, which no document that is otherwise sound may break.
fn is_failure(note: &Note) -> bool {
    let rule = rules().unwrap().get(note.defect.code);
    verdict(note, rule, catalogue().unwrap().get(note.defect.clause)) == Verdict::Fail
}

#[test]
fn good_examples_have_no_finding() {
    let examples = examples();
    let named: Vec<&str> = examples.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(named, EXAMPLES.map(|(name, _)| name), "files and their list");
    for (name, kind, text) in examples {
        assert_eq!(detect(&text), Some(kind), "{name}");
        let Lint { notes, .. } = lint(&text, kind, None);
        assert!(notes.is_empty(), "{name}: {notes:#?}");
    }
}

#[test]
fn every_rule_is_found_and_no_other_failure() {
    let mut wrong = Vec::new();
    for rule in rules().unwrap().values() {
        let Some((kind, text)) = rule.example_of_breaking() else {
            assert!(
                rule.id.starts_with("delivery.") || rule.id.starts_with("text."),
                "{}",
                rule.id
            );
            continue;
        };
        let notes = lint(&text, kind, rule.at.as_deref()).notes;
        let is_expected = |note: &&Note| note.defect.code == rule.id;
        if notes.iter().filter(is_expected).count() == 0 {
            wrong.push(format!("{}: not found; {notes:?}", rule.id));
        }
        let others = notes.iter().filter(|note| {
            !is_expected(note)
                && is_failure(note)
                && !rule.also.iter().any(|id| id == note.defect.code)
        });
        wrong.extend(others.map(|note| format!("{}: also {}", rule.id, note.defect)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_the_readers_has_a_rule() {
    let known: BTreeSet<&str> = rules().unwrap().keys().map(String::as_str).collect();
    let mut missing = BTreeSet::new();
    for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../harness/protocol")) {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        for code in text.split('"').filter(|code| is_code(code)) {
            if !UNREACHED.contains(&code) && !known.contains(code) {
                missing.insert(code.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Codes that no lint gives, for a reason of their own.
const UNREACHED: [&str; 13] = [
    // A proof is read without the request that it is for.
    "dpop.ath-mismatch",
    "dpop.ath-missing",
    "dpop.htm-mismatch",
    "dpop.iat-window",
    "dpop.jkt-mismatch",
    "dpop.missing",
    // Lint has said text.not-utf-8.
    "dpop.encoding",
    // The reader of the document gives its own code for all of these.
    "json.bom",
    "json.encoding",
    "json.surrogate",
    "json.syntax",
    // Only under another reading of the text.
    "scope.raw-hash",
    "scope.redundant-value",
];

fn is_code(text: &str) -> bool {
    let starts = [
        "client-metadata.",
        "client-id.",
        "redirect-uri.",
        "as-metadata.",
        "rs-metadata.",
        "jwk.",
        "json.",
        "permission-set.",
        "scope.",
        "challenge.",
        "authorization-response.",
        "dpop.",
        "jws.",
        "jwt.",
        "base64url.",
        "form.",
        "did.",
        "did-document.",
        "text.",
    ];
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    starts.iter().any(|start| text.starts_with(start)) && text.chars().all(is_word)
}

fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                found.extend(sources(&path));
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    found
}
