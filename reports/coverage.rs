//! The ledger of clauses: how much of the catalogue is tested, and what is missing.

use std::collections::BTreeMap;
use std::fmt::Write;

use atproof_engine::model::{ClauseState, LedgerRow, Level, Reason, SubjectGroup};
use serde::Serialize;

/// JSON Schema of the ledger.
pub const SCHEMA: &str = include_str!("schema/coverage-1.json");

/// What is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// List every clause, and not only those that are not yet covered.
    pub all: bool,
}

/// The ledger as text.
pub fn text(rows: &[LedgerRow<'_>], options: Options) -> String {
    let Ledger { servers, levels, areas, .. } = ledger(rows);
    let mut text = table(&levels);
    if levels.iter().any(|level| level.group == SubjectGroup::Servers.as_str()) {
        text += &headline(&servers);
    }
    text += &by_area(&areas);
    text += &list(rows, options);
    text
}

/// The ledger as JSON. The format is `schema/coverage-1.json`.
pub fn json(rows: &[LedgerRow<'_>]) -> String {
    // These types hold no map with other than string keys and no failing `Serialize`.
    let mut text = serde_json::to_string_pretty(&ledger(rows)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Ledger<'a> {
    schema: u32,
    servers: Binding,
    levels: Vec<ByLevel>,
    areas: Vec<ByArea<'a>>,
    clauses: Vec<Clause<'a>>,
}

/// Observable clauses that a peer shall keep.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Binding {
    /// MUST and MUST NOT.
    must: Count,
    /// SHOULD and SHOULD NOT.
    should: Count,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Count {
    observable: usize,
    tested: usize,
    reasons: usize,
}

/// Number of clauses by state, in the order of `ClauseState::NAMES`.
type States = BTreeMap<&'static str, usize>;

#[derive(Serialize)]
struct ByLevel {
    group: &'static str,
    level: &'static str,
    states: States,
    total: usize,
}

#[derive(Serialize)]
struct ByArea<'a> {
    group: &'static str,
    area: &'a str,
    #[serde(flatten)]
    binding: Binding,
    states: States,
    total: usize,
}

#[derive(Serialize)]
struct Clause<'a> {
    id: &'a str,
    subject: atproof_engine::model::Subject,
    level: Level,
    area: &'a str,
    source: &'a str,
    statement: &'a str,
    observable: bool,
    state: &'static str,
    cases: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    same_as: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

fn ledger<'a>(rows: &'a [LedgerRow<'_>]) -> Ledger<'a> {
    let mut levels = BTreeMap::new();
    let mut areas = BTreeMap::new();
    let mut servers = Binding::default();
    for row in rows {
        let (group, level) = (group(row), row.requirement.level);
        let area = row.requirement.area.as_str();
        levels.entry((group, level)).or_insert_with(Vec::new).push(row);
        areas.entry((group, area)).or_insert_with(Vec::new).push(row);
        if group == SubjectGroup::Servers {
            servers.add(row);
        }
    }
    let levels = levels.into_iter().map(|((group, level), rows)| ByLevel {
        group: group.as_str(),
        level: level.as_str(),
        states: states(&rows),
        total: rows.len(),
    });
    let areas = areas.into_iter().map(|((group, area), rows)| {
        let mut binding = Binding::default();
        rows.iter().for_each(|row| binding.add(row));
        let group = group.as_str();
        ByArea { group, area, binding, states: states(&rows), total: rows.len() }
    });
    Ledger {
        schema: 1,
        servers,
        levels: levels.collect(),
        areas: areas.collect(),
        clauses: sorted(rows).into_iter().map(clause).collect(),
    }
}

fn group(row: &LedgerRow<'_>) -> SubjectGroup {
    SubjectGroup::of(row.requirement.subject)
}

/// By group, then by area, then by id.
fn sorted<'a, 'b>(rows: &'a [LedgerRow<'b>]) -> Vec<&'a LedgerRow<'b>> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| (group(row), &row.requirement.area, &row.requirement.id));
    rows
}

fn states(rows: &[&LedgerRow<'_>]) -> States {
    let count = |name| rows.iter().filter(|row| row.state.name() == name).count();
    ClauseState::NAMES.iter().map(|name| (*name, count(*name))).collect()
}

impl Binding {
    fn add(&mut self, row: &LedgerRow<'_>) {
        let count = match row.requirement.level {
            Level::Must | Level::MustNot => &mut self.must,
            Level::Should | Level::ShouldNot => &mut self.should,
            Level::May | Level::Unspecified => return,
        };
        count.observable += usize::from(row.requirement.observable);
        count.tested += usize::from(matches!(row.state, ClauseState::Tested(_)));
        count.reasons += usize::from(matches!(row.state, ClauseState::Reasoned(_)));
    }
}

impl Count {
    /// Rounded down, so that 100 means all.
    fn share(self, part: usize) -> String {
        match (part * 100).checked_div(self.observable) {
            Some(share) => format!("{share} %"),
            None => "-".to_owned(),
        }
    }

    fn tested(self) -> String {
        format!("{} of {}", self.tested, self.observable)
    }
}

fn clause<'a>(row: &'a LedgerRow<'_>) -> Clause<'a> {
    let requirement = row.requirement;
    let reason = match &row.state {
        ClauseState::Reasoned(reason) => Some(reason),
        _ => None,
    };
    Clause {
        id: &requirement.id,
        subject: requirement.subject,
        level: requirement.level,
        area: &requirement.area,
        source: &requirement.source,
        statement: &requirement.statement,
        observable: requirement.observable,
        state: row.state.name(),
        cases: match &row.state {
            ClauseState::Tested(cases) => cases,
            _ => &[],
        },
        same_as: reason.and_then(|reason| reason.same_as.as_deref()),
        note: reason.map(|reason| reason.note.as_str()),
    }
}

/// One line per group and level.
fn table(levels: &[ByLevel]) -> String {
    let mut text = format!("{:23}", "");
    for name in ClauseState::NAMES {
        let _ = write!(text, "  {name}");
    }
    text += "  total\n";
    for ByLevel { group, level, states, total } in levels {
        let _ = write!(text, "{group:9}  {level:12}");
        for name in ClauseState::NAMES {
            let count = states.get(name).copied().unwrap_or_default();
            let _ = write!(text, "  {count:>width$}", width = name.len());
        }
        let _ = writeln!(text, "  {total:>5}");
    }
    text
}

fn headline(servers: &Binding) -> String {
    let Binding { must, should } = servers;
    format!(
        "\nServers: {} observable MUST and MUST NOT are tested ({}), and {} observable SHOULD and \
         SHOULD NOT ({}).\nA reason stands in for a case at {} of {} observable MUST and MUST NOT \
         ({}).\n",
        must.tested(),
        must.share(must.tested),
        should.tested(),
        should.share(should.tested),
        must.reasons,
        must.observable,
        must.share(must.reasons),
    )
}

/// One line per group and area: how many of the observable clauses are tested.
fn by_area(areas: &[ByArea<'_>]) -> String {
    let mut text = format!(
        "\n{:9}  {:18}  {:>18}  {:>18}  {:>7}\n",
        "", "", "MUST, MUST NOT", "SHOULD, SHOULD NOT", "not-yet"
    );
    for ByArea { group, area, binding, states, .. } in areas {
        let _ = write!(text, "{group:9}  {area:18}");
        for count in [binding.must, binding.should] {
            let _ = write!(text, "  {:>11}  {:>5}", count.tested(), count.share(count.tested));
        }
        let not_yet = states.get(ClauseState::NotYet.name()).copied().unwrap_or_default();
        let _ = writeln!(text, "  {not_yet:>7}");
    }
    text
}

/// One line per clause that is not yet covered, or per clause.
fn list(rows: &[LedgerRow<'_>], options: Options) -> String {
    let shown: Vec<_> = sorted(rows)
        .into_iter()
        .filter(|row| options.all || row.state == ClauseState::NotYet)
        .collect();
    let mut text = match (options.all, shown.len()) {
        (true, count) => format!("\nAll clauses ({count}):\n"),
        (false, 0) => "\nNothing is left to cover.\n".to_owned(),
        (false, count) => format!("\nNot yet covered ({count}):\n"),
    };
    let width = |cell: fn(&LedgerRow<'_>) -> usize| {
        shown.iter().map(|row| cell(row)).max().unwrap_or_default()
    };
    let (id, area) = (width(|row| row.requirement.id.len()), width(|r| r.requirement.area.len()));
    for row in shown {
        let requirement = row.requirement;
        let (group, level) = (group(row).as_str(), requirement.level.as_str());
        let _ = writeln!(
            text,
            "{:id$}  {group:9}  {level:11}  {:area$}  {}",
            requirement.id, requirement.area, requirement.statement
        );
        if options.all {
            let _ = writeln!(text, "  {}", describe(&row.state));
        }
    }
    text
}

fn describe(state: &ClauseState) -> String {
    match state {
        ClauseState::Tested(cases) => format!("tested by {}", cases.join(", ")),
        ClauseState::Reasoned(Reason { code, same_as, note }) => match same_as {
            Some(same_as) => format!("{} {same_as}: {note}", code.as_str()),
            None => format!("{}: {note}", code.as_str()),
        },
        ClauseState::NotObservable | ClauseState::NotYet => state.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atproof_engine::model::{Basis, ReasonCode, Requirement, Subject};
    use serde_json::{Value, json as value};

    fn requirements() -> Vec<Requirement> {
        use Level::{May, Must, MustNot, Should, Unspecified};
        let requirement = |(id, subject, level, area): (&str, Subject, Level, &str)| Requirement {
            id: id.into(),
            subject,
            level,
            area: area.into(),
            source: "RFC 0, section 1".into(),
            statement: format!("What {id} says."),
            check: "c".into(),
            observable: id != "R-06",
            basis: Some(Basis::Stated),
            ambiguity: None,
            readings: Vec::new(),
            dominant: None,
            fixes_answer: false,
        };
        [
            ("R-01", Subject::As, Must, "par"),
            ("R-02", Subject::Rs, MustNot, "resource"),
            ("R-03", Subject::Pds, Must, "rs-metadata"),
            ("R-04", Subject::As, Must, "par"),
            ("R-05", Subject::As, Should, "par"),
            ("R-06", Subject::As, Must, "par"),
            ("R-07", Subject::As, May, "token"),
            ("R-08", Subject::Client, Must, "par"),
            ("R-09", Subject::MetadataDocument, Must, "client-metadata"),
            ("R-10", Subject::Identity, Unspecified, "identity"),
            ("R-11", Subject::As, Must, "token"),
        ]
        .map(requirement)
        .into()
    }

    fn rows(requirements: &[Requirement]) -> Vec<LedgerRow<'_>> {
        let reasoned = |code, same_as: Option<&str>, note: &str| {
            let same_as = same_as.map(str::to_owned);
            ClauseState::Reasoned(Reason { code, same_as, note: note.into() })
        };
        let state = |id: &str| match id {
            "R-01" => ClauseState::Tested(vec!["server.par.a", "server.par.b"]),
            "R-02" => reasoned(ReasonCode::Needs, None, "Takes a second server."),
            "R-03" => reasoned(ReasonCode::DocumentOnly, None, "A word in a document."),
            "R-04" => reasoned(ReasonCode::SameAs, Some("R-01"), "Says it again."),
            "R-06" => ClauseState::NotObservable,
            _ => ClauseState::NotYet,
        };
        requirements
            .iter()
            .map(|requirement| LedgerRow { requirement, state: state(&requirement.id) })
            .collect()
    }

    #[test]
    fn the_ledger_names_what_is_not_covered() {
        insta::assert_snapshot!(text(&rows(&requirements()), Options::default()));
    }

    #[test]
    fn everything_lists_the_covered_clauses_too() {
        insta::assert_snapshot!(text(&rows(&requirements()), Options { all: true }));
    }

    #[test]
    fn clients_alone_have_no_headline() {
        let requirements = requirements();
        let clients: Vec<_> = rows(&requirements)
            .into_iter()
            .filter(|row| row.requirement.subject == Subject::Client)
            .collect();
        insta::assert_snapshot!(text(&clients, Options::default()));
    }

    #[test]
    fn json_says_the_same() {
        insta::assert_snapshot!(json(&rows(&requirements())));
    }

    #[test]
    fn the_ledger_has_the_published_form() {
        let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
        let good: Value = serde_json::from_str(&json(&rows(&requirements()))).unwrap();
        let errors: Vec<_> = validator.iter_errors(&good).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let changes: [(&str, Value); 7] = [
            ("/schema", value!(2)),
            ("/clauses/0/state", value!("done")),
            ("/clauses/0/level", value!("must")),
            ("/clauses/0/subject", value!("server")),
            ("/levels/0/states", value!({"tested": 1})),
            ("/areas/0/must", value!({})),
            ("/servers", value!({"must": 1})),
        ];
        for (pointer, value) in changes {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(!validator.is_valid(&bad), "{pointer}");
        }
    }
}
