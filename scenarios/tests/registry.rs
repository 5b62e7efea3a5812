//! The registry is whole, and everything it names exists.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use atproof_engine::model::{Case, Edit, Expectation, Family, Role, Script, Subject};
use atproof_peers::{CLIENT_FAULTS, Confined, VARIANTS};
use atproof_protocol::{client_assertion, dpop};
use atproof_scenarios::catalogue::catalogue;
use atproof_scenarios::registry::FAMILIES;

fn cases() -> impl Iterator<Item = (&'static Family, &'static Case)> {
    FAMILIES.iter().flat_map(|family| family.cases.iter().map(|case| (*family, case)))
}

fn role(family: &Family) -> &'static str {
    match family.role {
        Role::Server => "server",
        Role::Client => "client",
        Role::Document => "document",
    }
}

/// Every file of a family in a folder of an area.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if fs::read_to_string(&path).unwrap().contains("pub static FAMILY") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_file_is_listed() {
    let listed: BTreeSet<&str> = FAMILIES.iter().map(|family| family.source).collect();
    assert_eq!(listed.len(), FAMILIES.len(), "two families share a file");
    for folder in ["server", "client"] {
        for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(listed.contains(text.as_str()), "{} is not in the registry", file.display());
        }
    }
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for (family, case) in cases() {
        assert!(seen.insert(case.id), "{} stands twice", case.id);
        let shape =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        assert!(case.id.chars().all(shape), "{} has an odd character", case.id);
        let area = format!("{}.{}.", role(family), family.area);
        assert!(case.id.starts_with(&area), "{} does not begin with {area}", case.id);
        assert!(
            family.id.starts_with(area.trim_end_matches('.')),
            "{} is not in {area}",
            family.id
        );
    }
    assert!(seen.len() >= 80, "only {} cases", seen.len());
}

#[test]
fn clauses_exist_and_bind_who_is_examined() {
    let catalogue = catalogue().unwrap();
    for (family, case) in cases() {
        for clause in std::iter::once(&case.clause).chain(case.covers) {
            let requirement = catalogue.get(*clause);
            let requirement = requirement.unwrap_or_else(|| panic!("{}: {clause}", case.id));
            assert!(requirement.observable, "{}: {clause} cannot be observed", case.id);
            let binds = match family.role {
                Role::Client => {
                    // Its document is its own affair.
                    matches!(requirement.subject, Subject::Client | Subject::MetadataDocument)
                }
                _ => matches!(requirement.subject, Subject::As | Subject::Rs | Subject::Pds),
            };
            assert!(binds, "{}: {clause} binds {:?}", case.id, requirement.subject);
        }
    }
}

#[test]
fn killers_are_faults_and_no_fault_is_without_a_case() {
    // Faults of the check of proofs once for each endpoint: one that checks says nothing of others.
    let wanted: BTreeSet<Confined> = Confined::all().into_iter().collect();
    let mut named = BTreeSet::new();
    for (family, case) in cases() {
        assert!(!case.killers.is_empty(), "{} has no killer", case.id);
        for killer in case.killers.iter().filter(|_| family.role != Role::Client) {
            let fault = Confined::parse(killer);
            named.insert(fault.unwrap_or_else(|| panic!("{}: no fault {killer}", case.id)));
        }
    }
    let idle: Vec<_> = wanted.difference(&named).map(Confined::to_string).collect();
    assert!(idle.is_empty(), "faults that no case names: {idle:?}");
}

#[test]
fn killers_of_clients_are_faults_of_the_reference_client() {
    let wanted: BTreeSet<&str> = CLIENT_FAULTS.iter().map(|row| row.id.0).collect();
    let of_clients = cases().filter(|(family, _)| family.role == Role::Client);
    let named: BTreeSet<&str> =
        of_clients.flat_map(|(_, case)| case.killers.iter().copied()).collect();
    let unknown: Vec<_> = named.difference(&wanted).collect();
    assert!(unknown.is_empty(), "no faults: {unknown:?}");
    let idle: Vec<_> = wanted.difference(&named).collect();
    assert!(idle.is_empty(), "faults that no case names: {idle:?}");
}

#[test]
fn networks_of_clients_take_freedoms_that_exist() {
    for (family, case) in cases() {
        let settings = match family.script {
            Script::Walk { settings, .. } | Script::Watch { settings, .. } => settings,
            _ => continue,
        };
        let edit = match case.edit {
            Edit::Network(variant) => Some(variant),
            _ => None,
        };
        for variant in settings.variants.iter().copied().chain(edit) {
            assert!(VARIANTS.iter().any(|row| row.id.0 == variant), "{}: {variant}", case.id);
        }
    }
}

#[test]
fn no_two_cases_are_told_apart_by_nothing() {
    let mut seen = BTreeSet::new();
    for (_, case) in cases() {
        let shape =
            format!("{:?} {:?} {:?} {:?}", case.killers, case.edit, case.clause, case.expect);
        assert!(seen.insert(shape), "{} repeats another case", case.id);
    }
}

#[test]
fn named_mutations_exist() {
    for (_, case) in cases() {
        if let Edit::Proof(name) = case.edit {
            let row = dpop::mutation(name).unwrap_or_else(|| panic!("{}: {name}", case.id));
            let accepted = matches!(case.expect, Expectation::Accepted);
            assert!(!accepted || row.legal, "{} expects {name} to be accepted", case.id);
        }
        if let Edit::Assertion(name) = case.edit {
            let row = client_assertion::mutation(name);
            let row = row.unwrap_or_else(|| panic!("{}: {name}", case.id));
            let accepted = matches!(case.expect, Expectation::Accepted);
            assert!(!accepted || row.legal, "{} expects {name} to be accepted", case.id);
        }
    }
}

#[test]
fn every_family_explains_itself() {
    let sections = [
        "What it does",
        "Why it matters",
        "What a conforming peer does",
        "How to fix",
        "References",
    ];
    for family in FAMILIES {
        for section in sections {
            let heading = format!("//! # {section}");
            assert!(family.source.contains(&heading), "{} lacks {section}", family.id);
        }
    }
}
