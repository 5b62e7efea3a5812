//! Every fault and every variant is exactly one switch in the code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use atproof_peers::{FAULTS, VARIANTS};

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, text);
        } else if name.ends_with(".rs") && name != "faults.rs" && name != "variants.rs" {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn count(text: &str, name: &str) -> usize {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    text.match_indices(name).filter(|(i, _)| ends(&text[i + name.len()..])).count()
}

#[test]
fn each_is_one_switch() {
    let mut text = String::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")), &mut text);
    let faults = FAULTS.iter().map(|row| format!("Fault::{:?}", row.fault));
    let variants = VARIANTS.iter().map(|row| format!("Variant::{:?}", row.variant));
    let wrong: Vec<_> = faults
        .chain(variants)
        .map(|name| (count(&text, &name), name))
        .filter(|w| w.0 != 1)
        .collect();
    assert!(wrong.is_empty(), "switches that do not occur exactly once: {wrong:#?}");
}
