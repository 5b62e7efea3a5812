//! Every fault and every variant is a switch in the code: at one place, or at two or three where
//! one rule shows in several messages.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use atproof_peers::{CLIENT_FAULTS, CLIENT_VARIANTS, Confined, FAULTS, VARIANTS};

/// Files in which a switch is named without being one.
const TABLES: [&str; 4] = ["faults.rs", "variants.rs", "client_faults.rs", "client_variants.rs"];

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, text);
        } else if name.ends_with(".rs") && !TABLES.contains(&name.as_str()) {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn count(text: &str, name: &str) -> usize {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let starts = |before: &str| !before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let places = text.match_indices(name);
    places.filter(|(i, _)| starts(&text[..*i]) && ends(&text[i + name.len()..])).count()
}

fn can_be_confined(id: &str) -> bool {
    Confined::parse(&format!("{id}@token")).is_some()
}

#[test]
fn each_is_a_switch() {
    let mut text = String::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")), &mut text);
    let faults = FAULTS.iter().map(|row| (format!("Fault::{:?}", row.fault), row.id.0));
    let variants = VARIANTS.iter().map(|row| (format!("Variant::{:?}", row.variant), row.id.0));
    let of_client =
        CLIENT_FAULTS.iter().map(|row| (format!("ClientFault::{:?}", row.fault), row.id.0));
    let variants_of_client =
        CLIENT_VARIANTS.iter().map(|row| (format!("ClientVariant::{:?}", row.variant), row.id.0));
    let wrong: Vec<_> = faults
        .chain(variants)
        .chain(of_client)
        .chain(variants_of_client)
        .map(|(name, id)| (count(&text, &name), name, id))
        // Those that can be confined to one endpoint stand in a list as well.
        .filter(|(times, _, id)| {
            let listed = usize::from(can_be_confined(id));
            !(1 + listed..=3 + listed).contains(times)
        })
        .collect();
    assert!(wrong.is_empty(), "switches that stand at no place or at too many: {wrong:#?}");
}
