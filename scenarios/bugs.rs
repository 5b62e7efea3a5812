//! Bugs from the field, `fixtures/bugs/field-bugs.toml`, and the cases that find them.

use std::sync::OnceLock;

use atproof_engine::model::{BugTie, Case, FieldBug};
use serde::Deserialize;

use crate::registry::FAMILIES;

/// The collection.
const FIELD_BUGS: &str = include_str!("../fixtures/bugs/field-bugs.toml");

/// What is wrong with the collection. A test reads it, so this cannot happen in a release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field-bugs.toml: {0}")]
pub struct BugError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    #[serde(rename = "date")]
    _date: String,
    bug: Vec<FieldBug>,
}

/// The form of the collection that is read here.
const SCHEMA: u32 = 1;

/// Every bug with the cases that find the fault that repeats it.
pub fn ties() -> Result<&'static [BugTie<'static>], BugError> {
    static BUGS: OnceLock<Result<Vec<FieldBug>, BugError>> = OnceLock::new();
    static TIES: OnceLock<Result<Vec<BugTie<'static>>, BugError>> = OnceLock::new();
    let ties = TIES.get_or_init(|| {
        let bugs = BUGS.get_or_init(|| read(FIELD_BUGS)).as_ref().map_err(Clone::clone)?;
        let cases: Vec<&Case> = FAMILIES.iter().flat_map(|family| family.cases).collect();
        tie(bugs, &cases)
    });
    ties.as_deref().map_err(Clone::clone)
}

/// The bugs that a case finds.
pub fn found_by(case: &Case) -> Result<Vec<&'static FieldBug>, BugError> {
    let found = ties()?.iter().filter(|tie| tie.cases.contains(&case.id));
    Ok(found.map(|tie| tie.bug).collect())
}

fn read(text: &str) -> Result<Vec<FieldBug>, BugError> {
    let document: Document = toml::from_str(text).map_err(|error| BugError(error.to_string()))?;
    if document.schema != SCHEMA {
        return Err(BugError(format!("schema {} is not {SCHEMA}", document.schema)));
    }
    Ok(document.bug)
}

fn tie<'a>(bugs: &'a [FieldBug], cases: &[&'static Case]) -> Result<Vec<BugTie<'a>>, BugError> {
    let mut ties: Vec<BugTie<'a>> = Vec::new();
    for bug in bugs {
        let finds = |case: &&&Case| case.killers.iter().any(|killer| bug.is_found_by(killer));
        let cases: Vec<&str> = cases.iter().filter(finds).map(|case| case.id).collect();
        if ties.iter().any(|tie| tie.bug.id == bug.id) {
            return Err(BugError(format!("{} stands twice", bug.id)));
        }
        if let (Some(_), [first, ..]) = (&bug.untied, cases.as_slice()) {
            return Err(BugError(format!("{} is said to be untied, but {first} finds it", bug.id)));
        }
        ties.push(BugTie { bug, cases });
    }
    Ok(ties)
}

#[cfg(test)]
mod tests {
    use super::*;
    use atproof_engine::model::{BugSide, BugState, Edit, Expectation};

    /// Bugs of servers that no case finds so far. Who ties one lowers it; nobody raises it.
    const OPEN: usize = 0;

    #[test]
    fn every_bug_of_a_server_is_accounted_for() {
        let ties = ties().unwrap();
        assert_eq!(ties.len(), 249);
        for tie in ties {
            assert!(tie.bug.deviant.contains(": "), "{} names no fault", tie.bug.id);
            let needs_server = matches!(tie.bug.side, BugSide::As | BugSide::Rs);
            assert!(!needs_server || tie.bug.is_of_server(), "{} has two sides", tie.bug.id);
        }
        let of_servers: Vec<_> = ties.iter().filter(|tie| tie.bug.is_of_server()).collect();
        let servers = of_servers.len();
        let count = |state| of_servers.iter().filter(|tie| tie.state() == state).count();
        let (tied, untied, open) =
            (count(BugState::Tied), count(BugState::Untied), count(BugState::Open));
        assert_eq!(tied + untied + open, servers);
        assert_eq!(open, OPEN, "fewer is progress: lower OPEN; more is none");
    }

    #[test]
    fn every_bug_of_a_client_has_a_fault_that_repeats_it() {
        let of_clients = ties().unwrap().iter().filter(|tie| !tie.bug.is_of_server());
        for tie in of_clients.filter(|tie| tie.bug.untied.is_none()) {
            let fault = tie.bug.fault();
            let is_known = atproof_peers::CLIENT_FAULTS.iter().any(|row| row.id.0 == fault);
            assert!(is_known, "{}: the reference client has no fault {fault}", tie.bug.id);
        }
    }

    static CASE: Case = Case {
        id: "server.par.x",
        title: "A thing is wrong",
        clause: "T-1",
        covers: &[],
        killers: &["as.par.other", "as.par.one@refresh"],
        edit: Edit::None,
        expect: Expectation::Accepted,
    };

    fn bug(id: &str, deviant: &str, untied: Option<&str>) -> FieldBug {
        FieldBug {
            id: id.into(),
            implementation: "Server".into(),
            reference: "example/server#1".into(),
            ref_seen: true,
            side: BugSide::As,
            area: "par".into(),
            summary: "Wrong.".into(),
            trigger: String::new(),
            expected: String::new(),
            observed: String::new(),
            deviant: deviant.into(),
            untied: untied.map(str::to_owned),
        }
    }

    #[test]
    fn a_killer_ties_a_bug_to_its_case() {
        let bugs = [
            bug("B-1", "as.par.other: does it", None),
            bug("B-2", "as.par.one: does it at one place", None),
            bug("B-3", "as.par.on: does it", None),
            bug("B-4", "as.par.unseen: does it", Some("nobody sees it")),
            bug("B-5", "client.par.x: does it", None),
        ];
        let ties = tie(&bugs, &[&CASE]).unwrap();
        let states: Vec<_> = ties.iter().map(BugTie::state).collect();
        use BugState::{OfClients, Open, Tied, Untied};
        assert_eq!(states, [Tied, Tied, Open, Untied, OfClients]);
    }

    #[test]
    fn what_contradicts_itself_is_named() {
        let stale = [bug("B-1", "as.par.other: does it", Some("nobody sees it"))];
        let error = tie(&stale, &[&CASE]).unwrap_err().to_string();
        assert!(error.contains("B-1 is said to be untied, but server.par.x finds it"), "{error}");
        let twice = [bug("B-1", "as.a.b: c", None), bug("B-1", "as.a.b: c", None)];
        assert!(tie(&twice, &[]).unwrap_err().to_string().contains("B-1 stands twice"));
        assert!(read("schema = 2\ndate = \"\"\nbug = []").is_err());
    }
}
