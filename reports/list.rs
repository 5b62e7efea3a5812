//! The cases as a table.

use std::collections::BTreeMap;

use atproof_engine::model::{Case, Family, Need, Requirement, Role, Tier};
use serde_json::{Value, json};

/// A case and its family.
pub type Row = (&'static Family, &'static Case);

/// One line per case: id, level and id of the primary clause, title.
pub fn table(rows: &[Row], requirements: &BTreeMap<String, Requirement>) -> String {
    let level = |case: &Case| {
        requirements.get(case.clause).map_or("?", |requirement| requirement.level.as_str())
    };
    let width = |cell: fn(&Case) -> usize| {
        rows.iter().map(|(_, case)| cell(case)).max().unwrap_or_default()
    };
    let (id, clause) = (width(|case| case.id.len()), width(|case| case.clause.len()));
    let lines = rows.iter().map(|(_, case)| {
        let level = level(case);
        format!("{:id$}  {level:11}  {:clause$}  {}\n", case.id, case.clause, case.title)
    });
    lines.collect()
}

/// The same as JSON, with all that a case declares.
pub fn json(rows: &[Row], requirements: &BTreeMap<String, Requirement>) -> String {
    let cases: Vec<Value> = rows
        .iter()
        .map(|(family, case)| {
            let needs: Vec<&str> = family.needs.iter().map(|need| need.explain().0).collect();
            json!({
                "id": case.id,
                "title": case.title,
                "family": family.id,
                "role": role(family.role),
                "area": family.area,
                "tier": tier(family.tier),
                "needs": needs,
                "level": requirements.get(case.clause).map(|found| found.level.as_str()),
                "clauses": std::iter::once(&case.clause).chain(case.covers).collect::<Vec<_>>(),
                "edit": case.edit.to_string(),
                "killers": case.killers,
            })
        })
        .collect();
    let mut text =
        serde_json::to_string_pretty(&json!({"schema": 1, "cases": cases})).unwrap_or_default();
    text.push('\n');
    text
}

/// What playing a family takes, where it takes anything.
pub(crate) fn needs(family: &Family) -> Option<String> {
    let tier = match family.tier {
        Tier::Passive | Tier::Safe => None,
        higher => Some(format!("--tier {}", tier(higher))),
    };
    let needs = family.needs.iter().map(|need: &Need| need.explain().0.to_owned());
    let all: Vec<String> = needs.chain(tier).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Server => "server",
        Role::Client => "client",
        Role::Document => "document",
    }
}

const fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Passive => "passive",
        Tier::Safe => "safe",
        Tier::Write => "write",
        Tier::Load => "load",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use atproof_engine::model::{
        Alternative, Basis, Change, Edit, Expectation, Level, Outcome, Refusal, Script, Subject,
        Text,
    };

    /// A family with a case of every expectation.
    pub(crate) static FAMILY: Family = Family {
        id: "server.sample",
        role: Role::Server,
        area: "par",
        tier: Tier::Load,
        needs: &[Need::Account],
        source: "//! Requests that hold\n//! a sample.\n//!\n//! # What it does\n//!\n\
                 //! Sends them.\n//!\n//! # References\n//!\n//! RFC 0.\n\n\
                 use std;\n//! Not this.\n",
        script: Script::Once { play: |_| Box::pin(async { Ok(()) }), logins: 0 },
        judge: |_, _| Outcome::Observed { fact: String::new() },
        cases: &[
            Case {
                id: "server.sample.state-missing",
                title: "A request without state is sent",
                clause: "RFC0-1-01",
                covers: &["RFC0-2-01", "RFC0-3-01"],
                killers: &["as.sample.one", "as.sample.two"],
                edit: Edit::Parameter(Change::Remove("state")),
                expect: Expectation::Refused(&[
                    &[Refusal::new(400, "invalid_request")],
                    &[Refusal::status(405)],
                ]),
            },
            Case {
                id: "server.sample.extra-refused",
                title: "A request with more than it needs is refused",
                clause: "RFC0-2-01",
                covers: &[],
                killers: &[],
                edit: Edit::Parameter(Change::Set("more", Text::Is("1"))),
                expect: Expectation::Accepted,
            },
            Case {
                id: "server.sample.order",
                title: "Requests are sent out of order",
                clause: "RFC0-2-01",
                covers: &[],
                killers: &[],
                edit: Edit::Story("two requests change places"),
                expect: Expectation::Open(&[
                    Alternative { name: "accepted", is: |answer| answer.status < 300 },
                    Alternative { name: "refused", is: |answer| answer.status >= 400 },
                ]),
            },
        ],
    };

    /// The clauses of the family, all but one.
    pub(crate) fn requirements() -> BTreeMap<String, Requirement> {
        let requirement = |id: &str, level, basis, ambiguity: Option<&str>| Requirement {
            id: id.into(),
            subject: Subject::As,
            level,
            area: "par".into(),
            source: "RFC 0, section 1".into(),
            statement: "A request holds what it needs.".into(),
            check: "c".into(),
            observable: true,
            basis,
            ambiguity: ambiguity.map(str::to_owned),
            readings: vec!["strict".into()],
            dominant: ambiguity.map(|_| "strict".into()),
            fixes_answer: false,
        };
        [
            requirement("RFC0-1-01", Level::Must, Some(Basis::Stated), None),
            requirement("RFC0-2-01", Level::Unspecified, None, Some("Nothing says how.")),
        ]
        .into_iter()
        .map(|requirement| (requirement.id.clone(), requirement))
        .collect()
    }

    fn rows() -> Vec<Row> {
        FAMILY.cases.iter().map(|case| (&FAMILY, case)).collect()
    }

    #[test]
    fn the_table_is_aligned() {
        insta::assert_snapshot!(table(&rows(), &requirements()));
    }

    #[test]
    fn json_says_all_that_a_case_declares() {
        insta::assert_snapshot!(json(&rows(), &requirements()));
    }
}
