//! Bugs from the field, and the cases that find them.

use std::fmt::Write;

use atproof_engine::model::{BugState, BugTie, FieldBug};
use serde_json::{Value, json};

/// JSON Schema of the list of bugs.
pub const SCHEMA: &str = include_str!("schema/bugs-1.json");

/// One section per state: tied with fault and cases, untied with the reason.
pub fn table(ties: &[BugTie<'_>]) -> String {
    let servers: Vec<_> = ties.iter().filter(|tie| tie.bug.is_of_server()).collect();
    let count = |state| servers.iter().filter(|tie| tie.state() == state).count();
    let mut text = format!(
        "Bugs of servers: {}; tied to a case {}, not to be tied {}, open {}.\n",
        servers.len(),
        count(BugState::Tied),
        count(BugState::Untied),
        count(BugState::Open),
    );
    for (state, heading) in [
        (BugState::Tied, "Tied to the cases that find the fault"),
        (BugState::Open, "Open, since no case finds the fault so far"),
        (BugState::Untied, "Not to be tied, and why"),
        (BugState::OfClients, "Of clients, and no case finds the fault so far"),
    ] {
        let ties: Vec<_> = ties.iter().filter(|tie| tie.state() == state).collect();
        if ties.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{heading} ({}):", ties.len());
        let width = ties.iter().map(|tie| tie.bug.fault().len()).max().unwrap_or_default();
        for tie in ties {
            let fault = tie.bug.fault();
            let _ = writeln!(text, "{}  {fault:width$}  {}", tie.bug.id, detail(tie));
        }
    }
    text
}

/// The same as JSON. The format is `schema/bugs-1.json`.
pub fn json(ties: &[BugTie<'_>]) -> String {
    let bugs: Vec<Value> = ties
        .iter()
        .map(|tie| {
            let FieldBug { id, implementation, reference, side, area, summary, .. } = tie.bug;
            let mut bug = json!({
                "id": id,
                "implementation": implementation,
                "ref": reference,
                "ref_seen": tie.bug.ref_seen,
                "side": side,
                "area": area,
                "summary": summary,
                "fault": tie.bug.fault(),
                "state": tie.state(),
                "cases": tie.cases,
            });
            if let (Some(why), Some(members)) = (&tie.bug.untied, bug.as_object_mut()) {
                members.insert("untied".into(), json!(why));
            }
            bug
        })
        .collect();
    let all = json!({"schema": 1, "bugs": bugs});
    let mut text = serde_json::to_string_pretty(&all).unwrap_or_default();
    text.push('\n');
    text
}

/// Who finds it, why nobody does, or what nobody finds.
fn detail(tie: &BugTie<'_>) -> String {
    match (tie.state(), &tie.bug.untied) {
        (BugState::Tied, _) => tie.cases.join(", "),
        (_, Some(why)) => why.clone(),
        (_, None) => tie.bug.summary.clone(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use atproof_engine::model::BugSide;

    /// Bugs of every state.
    pub(crate) fn bugs() -> Vec<FieldBug> {
        let bug = |id: &str, side, deviant: &str, untied: Option<&str>| FieldBug {
            id: id.into(),
            implementation: format!("Maker of {id}"),
            reference: format!("example/peer#{}", &id[4..]),
            ref_seen: id != "BUG-002",
            side,
            area: "par".into(),
            summary: format!("What went wrong in {id}."),
            trigger: String::new(),
            expected: String::new(),
            observed: String::new(),
            deviant: deviant.into(),
            untied: untied.map(str::to_owned),
        };
        vec![
            bug("BUG-001", BugSide::As, "as.sample.one: skip it", None),
            bug("BUG-002", BugSide::Doc, "as.sample.two: skip the other", None),
            bug("BUG-003", BugSide::Rs, "rs.sample.three: forget it", None),
            bug("BUG-004", BugSide::As, "as.sample.unseen: hide it", Some("nothing shows it")),
            bug("BUG-005", BugSide::Client, "client.sample.x: do it", None),
            bug("BUG-006", BugSide::Client, "client.sample.y: do it", Some("nobody sees it")),
        ]
    }

    fn ties(bugs: &[FieldBug]) -> Vec<BugTie<'_>> {
        let cases = |bug: &FieldBug| match bug.id.as_str() {
            "BUG-001" => vec!["server.par.a", "server.par.b"],
            "BUG-002" => vec!["server.par.a"],
            _ => Vec::new(),
        };
        bugs.iter().map(|bug| BugTie { bug, cases: cases(bug) }).collect()
    }

    #[test]
    fn every_state_has_a_section() {
        insta::assert_snapshot!(table(&ties(&bugs())));
    }

    #[test]
    fn json_has_the_published_form() {
        let text = json(&ties(&bugs()));
        let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
        let good: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = validator.iter_errors(&good).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        for (pointer, value) in [
            ("/schema", json!(2)),
            ("/bugs/0/state", json!("done")),
            ("/bugs/0/side", json!("server")),
            ("/bugs/0/cases", json!("server.par.a")),
        ] {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(!validator.is_valid(&bad), "{pointer}");
        }
        insta::assert_snapshot!(text);
    }
}
