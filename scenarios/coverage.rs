//! The ledger: what the suite has for each clause. The reasons for clauses without a case are in
//! `spec/uncovered.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use atproof_engine::model::{Case, ClauseState, LedgerRow, Reason, ReasonCode, Requirement};
use atproof_engine::run::Catalogue;
use serde::Deserialize;

use crate::catalogue::catalogue;
use crate::registry::FAMILIES;

/// Why clauses have no case.
const UNCOVERED: &str = include_str!("spec/uncovered.toml");

/// What is wrong with the reasons. A test reads them, so this cannot happen in a release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("uncovered.toml: {}", .0.join("; "))]
pub struct LedgerError(Vec<String>);

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    uncovered: Vec<Uncovered>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Uncovered {
    id: String,
    reason: ReasonCode,
    same_as: Option<String>,
    note: String,
}

/// Every clause with its state, by id.
pub fn ledger() -> Result<&'static [LedgerRow<'static>], LedgerError> {
    static LEDGER: OnceLock<Result<Vec<LedgerRow<'static>>, LedgerError>> = OnceLock::new();
    let ledger = LEDGER.get_or_init(|| {
        let catalogue = catalogue().map_err(|error| LedgerError(vec![error.to_string()]))?;
        let cases = FAMILIES.iter().flat_map(|family| family.cases);
        rows(catalogue, cases, UNCOVERED)
    });
    ledger.as_deref().map_err(Clone::clone)
}

fn rows<'a>(
    catalogue: &'a Catalogue,
    cases: impl Iterator<Item = &'static Case>,
    uncovered: &str,
) -> Result<Vec<LedgerRow<'a>>, LedgerError> {
    let document: Document =
        toml::from_str(uncovered).map_err(|error| LedgerError(vec![error.to_string()]))?;
    let mut tested: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
    for case in cases {
        for clause in std::iter::once(&case.clause).chain(case.covers) {
            let ids = tested.entry(clause).or_default();
            if !ids.contains(&case.id) {
                ids.push(case.id);
            }
        }
    }
    let mut defects = Vec::new();
    let mut reasons: BTreeMap<String, Reason> = BTreeMap::new();
    for entry in document.uncovered {
        defects.extend(defect(&entry, catalogue, &tested));
        let Uncovered { id, reason, same_as, note } = entry;
        if reasons.insert(id.clone(), Reason { code: reason, same_as, note }).is_some() {
            defects.push(format!("{id} stands twice"));
        }
    }
    if !defects.is_empty() {
        return Err(LedgerError(defects));
    }
    let row = |requirement: &'a Requirement| {
        let id = requirement.id.as_str();
        let state = match (tested.remove(id), reasons.remove(id)) {
            (Some(cases), _) => ClauseState::Tested(cases),
            (None, Some(reason)) => ClauseState::Reasoned(reason),
            (None, None) if !requirement.observable => ClauseState::NotObservable,
            (None, None) => ClauseState::NotYet,
        };
        LedgerRow { requirement, state }
    };
    Ok(catalogue.values().map(row).collect())
}

/// What is wrong with an entry, seen by itself.
fn defect(
    entry: &Uncovered,
    catalogue: &Catalogue,
    tested: &BTreeMap<&str, Vec<&'static str>>,
) -> Option<String> {
    let Uncovered { id, reason, same_as, note } = entry;
    let Some(requirement) = catalogue.get(id) else {
        return Some(format!("{id} is not in the catalogue"));
    };
    if let Some(cases) = tested.get(id.as_str()) {
        return Some(format!("{id} has a reason although {} tests it", cases.join(" and ")));
    }
    if !requirement.observable {
        return Some(format!("{id} needs no reason: the catalogue says it cannot be observed"));
    }
    if note.trim().is_empty() {
        return Some(format!("{id} has an empty note"));
    }
    match (reason, same_as) {
        (ReasonCode::SameAs, None) => Some(format!("{id} does not say what it is the same as")),
        (ReasonCode::SameAs, Some(other)) if !tested.contains_key(other.as_str()) => {
            Some(format!("{id} is said to be the same as {other}, which no case tests"))
        }
        (ReasonCode::SameAs, Some(_)) | (_, None) => None,
        (_, Some(_)) => Some(format!("{id} has same_as, but another reason")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atproof_engine::model::{Basis, Edit, Expectation, Level, Subject};

    static CASE: Case = Case {
        id: "server.par.x",
        title: "A thing is wrong",
        clause: "T-1",
        covers: &["T-2", "T-1"],
        killers: &[],
        edit: Edit::None,
        expect: Expectation::Accepted,
    };

    fn small() -> Catalogue {
        let requirement = |id: &str, observable| Requirement {
            id: id.into(),
            subject: Subject::As,
            level: Level::Must,
            area: "par".into(),
            source: String::new(),
            statement: String::new(),
            check: String::new(),
            observable,
            basis: Some(Basis::Stated),
            ambiguity: None,
            readings: Vec::new(),
            dominant: None,
            fixes_answer: false,
        };
        [("T-1", true), ("T-2", true), ("T-3", true), ("T-4", false), ("T-5", true)]
            .map(|(id, observable)| (id.to_owned(), requirement(id, observable)))
            .into()
    }

    fn entry(id: &str, reason: &str, more: &str) -> String {
        format!("[[uncovered]]\nid = \"{id}\"\nreason = \"{reason}\"\nnote = \"Why.\"\n{more}\n")
    }

    #[test]
    fn a_clause_has_one_state() {
        let catalogue = small();
        let text = entry("T-3", "same-as", "same_as = \"T-2\"");
        let rows = rows(&catalogue, [&CASE].into_iter(), &text).unwrap();
        let names: Vec<_> = rows.iter().map(|row| row.state.name()).collect();
        assert_eq!(names, ["tested", "tested", "same-as", "not-observable", "not-yet"]);
        assert_eq!(rows[0].state, ClauseState::Tested(vec!["server.par.x"]));
    }

    #[test]
    fn a_wrong_reason_is_named() {
        let catalogue = small();
        let twice = entry("T-5", "needs", "").repeat(2);
        for (text, complaint) in [
            (entry("T-9", "needs", ""), "T-9 is not in the catalogue"),
            (entry("T-2", "needs", ""), "T-2 has a reason although server.par.x tests it"),
            (entry("T-4", "not-observable", ""), "T-4 needs no reason"),
            (entry("T-3", "same-as", ""), "T-3 does not say what it is the same as"),
            (entry("T-3", "same-as", "same_as = \"T-5\""), "the same as T-5, which no case tests"),
            (entry("T-3", "same-as", "same_as = \"T-9\""), "the same as T-9, which no case tests"),
            (entry("T-3", "needs", "same_as = \"T-1\""), "T-3 has same_as, but another reason"),
            (entry("T-3", "needs", "").replace("Why.", " "), "T-3 has an empty note"),
            (entry("T-3", "later", ""), "unknown variant `later`"),
            (entry("T-3", "needs", "link = \"\""), "unknown field `link`"),
            (twice, "T-5 stands twice"),
        ] {
            let error = rows(&catalogue, [&CASE].into_iter(), &text).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }

    #[test]
    fn reasons_are_the_exception() {
        let binding =
            |row: &&LedgerRow<'_>| row.requirement.observable && row.requirement.level.is_must();
        let rows: Vec<_> = ledger().unwrap().iter().filter(binding).collect();
        let reasons = rows.iter().filter(|row| matches!(row.state, ClauseState::Reasoned(_)));
        let (reasons, musts) = (reasons.count(), rows.len());
        assert!(reasons * 10 <= musts, "{reasons} reasons for {musts} MUSTs");
    }
}
