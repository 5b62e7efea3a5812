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

/// What was decided about the cases that do not pass at one peer.
pub(crate) struct Rulings(BTreeMap<String, Ruling>);

impl Rulings {
    /// Reads what was decided about a `server` or `client`.
    pub(crate) fn read(text: &str, party: &str) -> Self {
        Self(read(read_file(text).case, party))
    }

    /// The same with other rulings where something is seen in another way.
    pub(crate) fn over(mut self, text: &str, party: &str) -> Self {
        self.0.extend(read(read_file(text).case, party));
        self
    }

    /// The same for a run in the sealed world, where all cases can be played: what was not exercised
    /// elsewhere passes there, or has a ruling of its own.
    pub(crate) fn when_sealed(mut self, text: &str, party: &str) -> Self {
        self.0.retain(|_, ruling| ruling.party != "not-exercised");
        self.0.extend(read(read_file(text).sealed, party));
        self
    }

    /// Those about these families alone.
    pub(crate) fn about(mut self, families: &[&str]) -> Self {
        self.0.retain(|id, _| families.iter().any(|family| id.starts_with(family)));
        self
    }

    /// In what a judged run differs from them, in both directions.
    pub(crate) fn differences(mut self, run: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        for case in run["cases"].as_array().unwrap() {
            let (id, verdict) = (case["id"].as_str().unwrap(), case["verdict"].as_str().unwrap());
            let ruled =
                self.0.remove(id).map_or_else(|| "pass".to_owned(), |ruling| ruling.verdict);
            if ruled != verdict {
                differences.push(format!("{id}: {verdict}, ruled {ruled}: {}", case["reason"]));
            }
        }
        differences.extend(self.0.into_keys().map(|id| format!("{id}: ruled on, but not played")));
        differences
    }
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
