//! What was decided about the cases that do not pass at a real peer.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Adjudication {
    case: Vec<Ruling>,
    /// What is ruled in another way where the run was in the sealed world.
    #[serde(default)]
    sealed: Vec<Ruling>,
}

/// What was decided about a case that does not pass.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ruling {
    id: String,
    verdict: String,
    party: String,
    clause: String,
    observed: String,
    judgement: String,
}

/// In what a judged run differs from the rulings on a `server` or `client`, in both directions.
pub(crate) fn differences(rulings: &str, party: &str, run: &Value) -> Vec<String> {
    differ(read(read_file(rulings).case, party), run)
}

/// The same for a run in the sealed world, where all cases can be played: what was not exercised
/// elsewhere passes there, or has a ruling of its own.
pub(crate) fn differences_when_sealed(rulings: &str, party: &str, run: &Value) -> Vec<String> {
    let adjudication = read_file(rulings);
    let mut rulings = read(adjudication.case, party);
    rulings.retain(|_, ruling| ruling.party != "not-exercised");
    rulings.extend(read(adjudication.sealed, party));
    differ(rulings, run)
}

fn differ(mut rulings: BTreeMap<String, Ruling>, run: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    for case in run["cases"].as_array().unwrap() {
        let (id, verdict) = (case["id"].as_str().unwrap(), case["verdict"].as_str().unwrap());
        let ruled = rulings.remove(id).map_or_else(|| "pass".to_owned(), |ruling| ruling.verdict);
        if ruled != verdict {
            differences.push(format!("{id}: {verdict}, ruled {ruled}: {}", case["reason"]));
        }
    }
    differences.extend(rulings.into_keys().map(|id| format!("{id}: ruled on, but not played")));
    differences
}

fn read_file(text: &str) -> Adjudication {
    toml::from_str(text).unwrap()
}

fn read(list: Vec<Ruling>, party: &str) -> BTreeMap<String, Ruling> {
    let mut rulings = BTreeMap::new();
    for ruling in list {
        for text in [&ruling.clause, &ruling.observed, &ruling.judgement] {
            assert!(!text.trim().is_empty(), "{} is not explained", ruling.id);
        }
        let known = [party, "clause", "not-exercised"];
        assert!(known.contains(&&*ruling.party), "{}: party {}", ruling.id, ruling.party);
        let id = ruling.id.clone();
        assert!(rulings.insert(id.clone(), ruling).is_none(), "{id} is ruled on twice");
    }
    rulings
}
