//! What must hold for any bytes: the bodies of the fuzz targets, also replayed by ordinary tests.

use std::collections::BTreeMap;

use super::{
    Alternative, Operation, Readings, RepoAction, ScopeSet, permission_set, read, read_as,
};
use crate::identifier::Nsid;

/// Reads any bytes as a scope string.
///
/// # Panics
///
/// When the canonical form reads differently, a set is not within itself, or one that is within
/// another allows more.
pub fn scope_string_oracle(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for alternative in Alternative::ALL {
        let _ = read_as(text, Readings::usual().with(alternative));
    }
    let Some(set) = read(text).document else { return };
    let canonical = set.to_string();
    let again = read(&canonical).document;
    let again = again.as_ref().unwrap_or(&set);
    assert_eq!(again.to_string(), canonical, "canonical form is not stable");
    // What is compared pair by pair takes the square of the time.
    if set.values.len() <= MAX_COMPARED {
        assert!(set.is_within(&set) && set.is_listed_in(&set), "not within itself");
        assert!(set.is_within(again) && again.is_within(&set), "canonical form says another thing");
        let fewer = ScopeSet { values: set.values.iter().step_by(2).cloned().collect(), ..set };
        compare(&fewer, again);
        compare(again, &fewer);
    }
}

fn compare(one: &ScopeSet, other: &ScopeSet) {
    if one.is_within(other) {
        let agree = |operation| !one.covers(operation) || other.covers(operation);
        assert!(samples().iter().all(agree), "within, and still allows more");
    }
}

fn samples() -> Vec<Operation> {
    let name = |name: &str| name.to_owned();
    vec![
        Operation::Repo { action: RepoAction::Create, collection: name("app.example.post") },
        Operation::Rpc { lxm: None, aud: name("did:web:a.example#b") },
        Operation::Rpc { lxm: Some(name("app.example.get")), aud: name("did:web:a.example#b") },
        Operation::Blob { mime: name("image/png") },
        Operation::Handle,
    ]
}

const MAX_COMPARED: usize = 40;

/// Reads any bytes as the lexicon of a permission set.
///
/// # Panics
///
/// When a set grants something outside of its namespace, or something that has no scope string.
pub fn permission_set_oracle(bytes: &[u8]) {
    let Ok(nsid) = Nsid::parse("app.example.authFull") else { return };
    let Some(set) = permission_set::read(bytes, &nsid).document else { return };
    let sets = BTreeMap::from([(nsid, set)]);
    let include = "atproto include:app.example.authFull?aud=did:web:a.example%23b";
    let Some(requested) = read(include).document else { return };
    let expanded = requested.expand(&sets);
    let again = read(&expanded.to_string()).document;
    assert_eq!(again.map(|set| set.to_string()), Some(expanded.to_string()));
    let outside =
        Operation::Repo { action: RepoAction::Create, collection: "app.examples.post".to_owned() };
    assert!(!expanded.covers(&outside), "grants what is outside of its namespace");
}
