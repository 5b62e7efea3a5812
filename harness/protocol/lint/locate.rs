//! From the position of a defect to the bytes that a report underlines.

use std::ops::Range;

use super::Kind;
use crate::json::{self, Node, Value};
use crate::{Defect, Position};

/// The places of an input.
pub(super) struct Places<'a> {
    input: &'a str,
    kind: Kind,
    document: Option<Node>,
}

impl<'a> Places<'a> {
    pub(super) fn new(input: &'a [u8], kind: Kind) -> Self {
        // Where it is not UTF-8, what comes before is underlined.
        let input = match std::str::from_utf8(input) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&input[..error.valid_up_to()]).unwrap_or_default(),
        };
        let document = kind.is_json().then(|| json::parse(input.as_bytes()).ok()).flatten();
        Self { input, kind, document }
    }

    /// The bytes to underline, on the boundaries of characters.
    pub(super) fn of(&self, defect: &Defect) -> Range<usize> {
        match &defect.at {
            Position::Byte(at) => self.character(*at),
            Position::Whole => self.whole(),
            Position::Field(name) => self.parameter(name).unwrap_or_else(|| self.whole()),
            Position::Pointer(pointer) => match &self.document {
                Some(node) if defect.code == "json.repeated-member" => {
                    let again = node.duplicates().into_iter().find(|(at, _)| at == pointer);
                    again.map_or_else(|| self.whole(), |(_, span)| span)
                }
                Some(node) => nearest(node, pointer),
                None => self.segment(pointer),
            },
        }
    }

    /// All of a value; the first character of a document, for nobody reads a page of underlines.
    fn whole(&self) -> Range<usize> {
        match self.kind.is_json() {
            true => self.character(self.input.len() - self.input.trim_start().len()),
            false => 0..self.input.trim_end().len(),
        }
    }

    fn character(&self, at: usize) -> Range<usize> {
        let at = (0..=at.min(self.input.len())).rev().find(|at| self.input.is_char_boundary(*at));
        let at = at.unwrap_or_default();
        at..at + self.input[at..].chars().next().map_or(0, char::len_utf8)
    }

    /// A parameter of a URL.
    fn parameter(&self, name: &str) -> Option<Range<usize>> {
        let text = self.input.trim_end();
        let starts = text.match_indices(name).map(|(at, _)| at);
        let mut starts = starts.filter(|at| {
            text[..*at].ends_with(['?', '&', '#']) && text[at + name.len()..].starts_with('=')
        });
        let start = starts.next()?;
        let length = text[start..].find(['&', '#']).unwrap_or(text.len() - start);
        Some(start..start + length)
    }

    /// The part of a JWT that a pointer leads into.
    fn segment(&self, pointer: &str) -> Range<usize> {
        let text = self.input.trim_end();
        let place = match pointer.split('/').nth(1) {
            Some("header") => 0,
            Some("payload" | "claims") => 1,
            Some("signature") => 2,
            _ => return self.whole(),
        };
        let start: usize = text.split('.').take(place).map(|part| part.len() + 1).sum();
        match text.split('.').nth(place) {
            Some(part) => start..start + part.len(),
            None => self.whole(),
        }
    }
}

/// The value that a pointer leads to, or where it should stand: the beginning of the nearest value
/// around it.
fn nearest(document: &Node, pointer: &str) -> Range<usize> {
    if let Some(node) = document.pointer(pointer) {
        return match node.value {
            Value::Object(_) | Value::Array(_) => node.span.start..node.span.start + 1,
            _ => node.span.clone(),
        };
    }
    match pointer.rsplit_once('/') {
        Some((around, _)) => nearest(document, around),
        None => document.span.start..document.span.start + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn underlined(input: &str, kind: Kind, at: Position) -> &str {
        let span = Places::new(input.as_bytes(), kind).of(&Defect::new("c", "RFC", at, ""));
        &input[span]
    }

    #[test]
    fn pointers_lead_to_values_or_to_where_they_should_stand() {
        let document = " {\"a\": [1, {\"b\": \"two\"}]}";
        for (pointer, expected) in
            [("/a/1/b", "\"two\""), ("/a/0", "1"), ("/a/1/c", "{"), ("/x/y", "{"), ("/a", "[")]
        {
            let at = Position::Pointer(pointer.to_owned());
            assert_eq!(underlined(document, Kind::KeySet, at), expected, "{pointer}");
        }
        assert_eq!(underlined(document, Kind::KeySet, Position::Whole), "{");
    }

    #[test]
    fn a_repeated_member_is_underlined_where_it_comes_again() {
        let input = r#"{"a": 1, "a": 2}"#;
        let at = Position::Pointer("/a".to_owned());
        let defect = Defect::new("json.repeated-member", "RFC 8259, section 4", at, "");
        assert_eq!(Places::new(input.as_bytes(), Kind::KeySet).of(&defect), 9..12);
    }

    #[test]
    fn parameters_and_parts_of_values() {
        let url = "https://a.example/cb?code=1&iss=xy#f\n";
        let field = |name: &str| Position::Field(name.to_owned());
        assert_eq!(underlined(url, Kind::Callback, field("iss")), "iss=xy");
        assert_eq!(underlined(url, Kind::Callback, field("state")), url.trim_end());
        let typ = Position::Pointer("/header/typ".to_owned());
        assert_eq!(underlined("aa.bbb.c", Kind::DpopProof, typ), "aa");
        let sign = Position::Pointer("/signature".to_owned());
        assert_eq!(underlined("aa.bbb.c", Kind::DpopProof, sign), "c");
        assert_eq!(underlined("aé", Kind::Scope, Position::Byte(2)), "é");
    }
}
