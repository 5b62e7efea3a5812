//! What a lint found: for people, with the place underlined, and as JSON.

use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use atproof_engine::model::Verdict;
use serde::Serialize;
use serde_json::Value;

/// One target and what was found in it.
#[derive(Clone, Debug, Serialize)]
pub struct Linted {
    /// What was named: a file, a URL, `-`.
    pub target: String,
    /// The kind that it was read as.
    pub kind: &'static str,
    /// Where the document was found, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What could not be checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<&'static str>,
    /// The document that a server supposes for a localhost client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supposed: Option<Value>,
    /// What was found, in the order of the input.
    pub findings: Vec<Finding>,
    /// The input without its secrets.
    #[serde(skip)]
    pub source: String,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Id of the rule.
    pub id: String,
    /// How it is graded.
    pub verdict: Verdict,
    /// The level of the clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
    /// Clause of the catalogue, or a section.
    pub clause: String,
    /// Document and section of the clause.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// What is wrong.
    pub title: String,
    /// What stands there.
    pub detail: String,
    /// Why it matters.
    pub why: String,
    /// How to fix it.
    pub fix: String,
    /// First line, from 1.
    pub line: usize,
    /// Column in it, in characters, from 1.
    pub column: usize,
    /// The bytes of the input.
    pub bytes: Range<usize>,
}

impl Finding {
    /// Sets the place by the bytes of the input.
    #[must_use]
    pub fn at(self, source: &str, bytes: Range<usize>) -> Self {
        let before = source.get(..bytes.start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column, bytes, ..self }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: &'a str,
    totals: Totals,
    targets: &'a [Linted],
}

/// How many findings there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Clauses that are broken and have to be kept.
    pub fail: usize,
    /// Clauses that should be kept.
    pub warn: usize,
    /// Where the text leaves the question open.
    pub observed: usize,
}

impl Totals {
    /// Counts findings.
    pub fn of(targets: &[Linted]) -> Self {
        let mut totals = Self::default();
        for finding in targets.iter().flat_map(|target| &target.findings) {
            match finding.verdict {
                Verdict::Fail => totals.fail += 1,
                Verdict::Warn => totals.warn += 1,
                _ => totals.observed += 1,
            }
        }
        totals
    }
}

/// JSON Schema of the JSON form.
pub const SCHEMA: &str = include_str!("schema/lint-1.json");

/// As JSON, indented, with a line feed at its end.
pub fn json(targets: &[Linted], tool: &str) -> String {
    let document = Document { schema: 1, tool, totals: Totals::of(targets), targets };
    // These types hold no map with other than string keys and no failing `Serialize`.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// For people, with escape sequences for colours if asked for.
pub fn text(targets: &[Linted], coloured: bool) -> String {
    let mut text = String::new();
    for target in targets {
        text += &findings(target, coloured);
        text += &summary(target);
    }
    if targets.len() > 1 {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{} targets: {}", targets.len(), counts(Totals::of(targets)));
    }
    text
}

/// The findings alone, each where it stands.
pub fn findings(target: &Linted, coloured: bool) -> String {
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let rendered = target.findings.iter().map(|finding| renderer.render(&[group(target, finding)]));
    rendered.map(|text| text + "\n\n").collect()
}

fn group<'a>(target: &'a Linted, finding: &'a Finding) -> Group<'a> {
    let level = match finding.verdict {
        Verdict::Fail => Level::ERROR,
        Verdict::Warn => Level::WARNING,
        _ => Level::NOTE,
    };
    let annotation = AnnotationKind::Primary.span(finding.bytes.clone()).label(&finding.detail);
    let snippet = Snippet::source(&target.source).path(&target.target).annotation(annotation);
    let mut clause = finding.clause.clone();
    if let Some(level) = finding.level {
        let _ = write!(clause, " ({level})");
    }
    if !finding.section.is_empty() {
        let _ = write!(clause, ", {}", finding.section);
    }
    Group::with_title(level.primary_title(&finding.title).id(&finding.id))
        .element(snippet)
        .element(Level::NOTE.with_name("why").message(&finding.why))
        .element(Level::HELP.with_name("fix").message(&finding.fix))
        .element(Level::INFO.with_name("clause").message(clause))
}

fn summary(target: &Linted) -> String {
    let totals = counts(Totals::of(std::slice::from_ref(target)));
    let mut text = format!("{}: {}: {totals}\n", target.target, target.kind);
    if let Some(unchecked) = target.unchecked {
        let _ = writeln!(text, "  not checked: {unchecked}");
    }
    if let Some(supposed) = &target.supposed {
        let document = serde_json::to_string_pretty(supposed).unwrap_or_default();
        let _ = writeln!(text, "  a server supposes this document for it:");
        for line in document.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

fn counts(totals: Totals) -> String {
    let Totals { fail, warn, observed } = totals;
    let counted = [(fail, "error"), (warn, "warning"), (observed, "note")].into_iter();
    let counted: Vec<String> = counted
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if counted.is_empty() { "nothing to complain of".to_owned() } else { counted.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<Linted> {
        let source = "{\n  \"client_id\": \"https://app.example.com/c.json\",\n  \"scope\": \"généric\"\n}\n";
        let finding = |verdict, id: &str, span: Range<usize>| {
            Finding {
                id: id.to_owned(),
                verdict,
                level: Some("MUST"),
                clause: "ATP-CMD-010".to_owned(),
                section: "atproto OAuth, Client ID Metadata Document".to_owned(),
                title: "The scope lacks atproto".to_owned(),
                detail: "scope is \"généric\"".to_owned(),
                why: "A server refuses every request.".to_owned(),
                fix: "Add atproto.".to_owned(),
                line: 0,
                column: 0,
                bytes: 0..0,
            }
            .at(source, span)
        };
        let at = source.find("\"gén").unwrap();
        vec![
            Linted {
                target: "client.json".to_owned(),
                kind: "client-metadata",
                at: None,
                unchecked: Some("whether client_id is the URL of the document"),
                supposed: None,
                findings: vec![
                    finding(Verdict::Fail, "client-metadata.scope-without-atproto", at..at + 11),
                    finding(Verdict::Warn, "client-metadata.other", 0..1),
                ],
                source: source.to_owned(),
            },
            Linted {
                target: "-".to_owned(),
                kind: "client-id",
                at: None,
                unchecked: None,
                supposed: Some(serde_json::json!({"client_id": "http://localhost"})),
                findings: Vec::new(),
                source: "http://localhost".to_owned(),
            },
        ]
    }

    #[test]
    fn findings_are_shown_where_they_stand() {
        insta::assert_snapshot!(text(&sample(), false));
    }

    #[test]
    fn the_json_form_is_as_published() {
        let text = json(&sample(), "atproof 0.0.0");
        insta::assert_snapshot!(text);
        let schema = serde_json::from_str(SCHEMA).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        assert!(validator.is_valid(&value));
        value["targets"][0]["findings"][0]["verdict"] = "bad".into();
        assert!(!validator.is_valid(&value));
    }
}
