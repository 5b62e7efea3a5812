//! The page of a case, in Markdown: its clauses, then the module documentation of its family.

use std::collections::BTreeMap;
use std::fmt::Write;

use atproof_engine::model::{Basis, Case, Expectation, Family, FieldBug, Refusal, Requirement};

use crate::list::needs;

/// The page of a case, with the bugs from the field that it finds.
pub fn page(
    family: &Family,
    case: &Case,
    requirements: &BTreeMap<String, Requirement>,
    bugs: &[&FieldBug],
) -> String {
    let (summary, sections) = documentation(family.source);
    let mut page = format!("# {}\n\n{}.\n\n", case.id, case.title);
    let facts = [
        ("Family", Some(format!("{}: {summary}", family.id))),
        ("Needs", needs(family)),
        ("Changed", Some(case.edit.to_string())),
        ("Expected", expected(&case.expect)),
        ("Proof", proof(case.killers)),
    ];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            // Writing to a string does not fail.
            let _ = writeln!(page, "- {name}: {fact}");
        }
    }
    page += "\n## Clauses\n\n";
    for (place, id) in std::iter::once(&case.clause).chain(case.covers).enumerate() {
        let _ = match requirements.get(*id) {
            Some(requirement) => writeln!(page, "- {}", clause(requirement, place == 0)),
            None => writeln!(page, "- {id}: not in the catalogue"),
        };
    }
    if !bugs.is_empty() {
        page += "\n## Seen in the field\n\n";
    }
    for bug in bugs {
        let _ = writeln!(page, "- {}", seen(bug));
    }
    page.push('\n');
    page += &sections;
    page
}

/// Summary and sections of the module documentation, its headings one level lower.
fn documentation(source: &str) -> (String, String) {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let start = lines.iter().position(|line| line.starts_with("# ")).unwrap_or(lines.len());
    let (summary, sections) = lines.split_at(start);
    let summary = summary.join(" ").trim().to_owned();
    let mut text = String::new();
    for line in sections {
        let mark = if line.starts_with("# ") { "#" } else { "" };
        let _ = writeln!(text, "{mark}{line}");
    }
    (summary, text)
}

fn clause(requirement: &Requirement, primary: bool) -> String {
    let Requirement { id, level, source, statement, .. } = requirement;
    let basis = match requirement.basis {
        Some(Basis::Stated) => ", stated",
        Some(Basis::Derived) => ", derived",
        None => "",
    };
    let grades = if primary { ", grades this case" } else { "" };
    let mut text = format!("{id} ({}{basis}{grades}), {source}: {statement}", level.as_str());
    if let Some(ambiguity) = &requirement.ambiguity {
        let _ = write!(text, " The text is unclear: {ambiguity}");
    }
    if let Some(dominant) = &requirement.dominant {
        let _ = write!(text, " Graded by this reading: {dominant}.");
    }
    text
}

fn seen(bug: &FieldBug) -> String {
    let FieldBug { id, implementation, reference, summary, .. } = bug;
    let unread = if bug.ref_seen { "" } else { ", from general knowledge" };
    format!("{id}: {implementation}, {reference}{unread}: {summary}")
}

fn expected(expectation: &Expectation) -> Option<String> {
    match expectation {
        Expectation::Refused(sets) => {
            let answers: Vec<String> =
                sets.iter().copied().flatten().map(Refusal::to_string).collect();
            Some(format!("refused with one of: {}", answers.join(", ")))
        }
        Expectation::Accepted => Some("accepted, as the request without the change".to_owned()),
        Expectation::Open(alternatives) => {
            let names: Vec<&str> =
                alternatives.iter().map(|alternative| alternative.name).collect();
            Some(format!("left open by the text, so only recorded: {}", names.join(", ")))
        }
        Expectation::Holds(_) => None,
        Expectation::RefusedAt(step) => Some(format!(
            "the client stops at {step}, and nothing of what was wrong is used afterwards"
        )),
        Expectation::Completes => Some("the client goes on, as without the change".to_owned()),
    }
}

fn proof(killers: &[&str]) -> Option<String> {
    let them = killers.join(", ");
    (!killers.is_empty()).then(|| format!("the reference peer with the fault {them} breaks this"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bugs::tests::bugs;
    use crate::list::tests::{FAMILY, requirements};

    #[test]
    fn the_page_has_the_case_its_clauses_and_the_family() {
        let bugs = bugs();
        let found = |case: &Case| -> Vec<&FieldBug> {
            bugs.iter().filter(|bug| case.killers.contains(&bug.fault())).collect()
        };
        let pages: Vec<String> = FAMILY
            .cases
            .iter()
            .map(|case| page(&FAMILY, case, &requirements(), &found(case)))
            .collect();
        insta::assert_snapshot!(pages.join("\n=====\n\n"));
    }
}
