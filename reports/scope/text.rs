//! The explanation as a person reads it.

use std::fmt::Write;

use super::{Answer, Explanation, Note};

/// How much of a string is shown beside the place that is underlined.
const AROUND: usize = 60;

/// As much of a value is shown.
const LONGEST_VALUE: usize = 200;

pub(super) fn render(explanation: &Explanation) -> String {
    let mut out = String::new();
    let at_all = explanation.values.iter().any(|said| said.text == "atproto");
    out.push_str(match (at_all, explanation.values.is_empty()) {
        (true, _) => "A client with these scopes may\n\n",
        (false, true) => "A client without scopes may do nothing.\n",
        (false, false) => {
            "Without atproto nothing is open. With it, a client with these scopes could\n\n"
        }
    });
    for said in &explanation.values {
        let _ = writeln!(out, "  {}", clipped(&said.text));
        for line in said.grants.iter().chain(&said.but) {
            let _ = writeln!(out, "      {line}");
        }
    }
    for note in &explanation.notes {
        out.push('\n');
        out.push_str(&noted(&explanation.scope, note));
    }
    if explanation.is_valid() {
        let _ = writeln!(out, "\ncanonical form: {}", explanation.canonical);
    }
    for answer in &explanation.answers {
        out.push('\n');
        out.push_str(&answered(answer));
    }
    out
}

fn noted(scope: &str, note: &Note) -> String {
    let Note { severity, clause, detail, .. } = note;
    let mut out = format!("{}: {detail} ({clause})\n", severity.as_str());
    if let Some(at) = note.at {
        let (line, column) = underlined(scope, at);
        let _ = writeln!(out, "    {line}\n    {:column$}^", "");
    }
    out
}

fn answered(answer: &Answer) -> String {
    let Answer { operation, clause, open, .. } = answer;
    let word = if answer.allowed { "allowed" } else { "not allowed" };
    let open = match open.is_empty() {
        true => String::new(),
        false => format!("; the text leaves open what could turn this: {}", open.join(", ")),
    };
    format!("{word}: {operation} ({clause}){open}\n")
}

/// The part of a string around a byte offset, each character one column wide, and the column.
fn underlined(text: &str, at: usize) -> (String, usize) {
    let column = text.char_indices().take_while(|&(offset, _)| offset < at).count();
    let start = column.saturating_sub(AROUND);
    let shown: String = text.chars().skip(start).take(2 * AROUND).map(plain).collect();
    (shown, column - start)
}

fn clipped(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_VALUE).map(plain).collect();
    if text.chars().nth(LONGEST_VALUE).is_some() {
        shown.push_str("...");
    }
    shown
}

/// Nothing that a terminal could take for an instruction, or show in another width.
fn plain(c: char) -> char {
    if c == ' ' || c.is_ascii_graphic() { c } else { char::REPLACEMENT_CHARACTER }
}
