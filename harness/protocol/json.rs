//! Strict JSON (RFC 8259), with the place of every value and with duplicate member names kept.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::{Defect, Position};

/// Reads one JSON text: UTF-8, no byte order mark, nothing before or after it but white space.
///
/// Arrays and objects nest at most [`MAX_DEPTH`] deep. Escapes that name half of a surrogate pair
/// are refused, since no Unicode string holds them. Duplicate member names are kept; see
/// [`Node::duplicates`].
pub fn parse(input: &[u8]) -> Result<Node, Defect> {
    if input.starts_with(b"\xEF\xBB\xBF") {
        return Err(defect("json.bom", "RFC 8259, section 8.1", 0, "a byte order mark"));
    }
    let text = std::str::from_utf8(input).map_err(|error| {
        defect("json.encoding", "RFC 8259, section 8.1", error.valid_up_to(), "not UTF-8")
    })?;
    let mut reader = Reader { text, at: 0 };
    let node = reader.value(0)?;
    reader.skip_whitespace();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.syntax("something after the end of the value")),
    }
}

/// How deep arrays and objects may nest, the outermost included.
pub const MAX_DEPTH: usize = 64;

/// A JSON value and the bytes of the input that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What was read.
    pub value: Value,
    /// Where it stands in the input, without white space around it.
    pub span: Range<usize>,
}

/// A JSON value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its source text.
    Number(String),
    /// A string, with its escapes resolved.
    String(String),
    /// The elements of an array.
    Array(Vec<Node>),
    /// The members of an object, in order and with duplicates.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name, with its escapes resolved.
    pub name: String,
    /// Where the name stands in the input, quotation marks included.
    pub name_span: Range<usize>,
    /// Value.
    pub node: Node,
}

impl Node {
    /// Whether this is an object.
    pub const fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a member, if this is an object that has it; the last one of that name counts.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Object(members) => {
                members.iter().rev().find(|member| member.name == name).map(|member| &member.node)
            }
            _ => None,
        }
    }

    /// The node that a JSON pointer (RFC 6901) leads to; among duplicates the last one counts.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| match &node.value {
            Value::Array(elements) => elements.get(array_index(token)?),
            _ => node.member(&token.replace("~1", "/").replace("~0", "~")),
        })
    }

    /// Every member name that an earlier member of the same object already has: the pointer to the
    /// member, and the place of the repeated name.
    pub fn duplicates(&self) -> Vec<(String, Range<usize>)> {
        let mut found = Vec::new();
        self.collect_duplicates("", &mut found);
        found
    }

    fn collect_duplicates(&self, pointer: &str, found: &mut Vec<(String, Range<usize>)>) {
        match &self.value {
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    element.collect_duplicates(&format!("{pointer}/{index}"), found);
                }
            }
            Value::Object(members) => {
                let mut names = BTreeSet::new();
                for member in members {
                    let pointer = child_pointer(pointer, &member.name);
                    if !names.insert(member.name.as_str()) {
                        found.push((pointer.clone(), member.name_span.clone()));
                    }
                    member.node.collect_duplicates(&pointer, found);
                }
            }
            _ => {}
        }
    }

    /// The same as a `serde_json` value. Of duplicates the last one counts, and a number beyond the
    /// range of a double becomes `null`.
    pub fn to_value(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => serde_json::Value::Bool(*value),
            Value::Number(source) => serde_json::from_str(source).unwrap_or_default(),
            Value::String(text) => serde_json::Value::String(text.clone()),
            Value::Array(elements) => elements.iter().map(Self::to_value).collect(),
            Value::Object(members) => {
                members.iter().map(|member| (member.name.clone(), member.node.to_value())).collect()
            }
        }
    }
}

/// The pointer to a member of the object that `pointer` leads to (RFC 6901, section 3).
pub fn child_pointer(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn array_index(token: &str) -> Option<usize> {
    let index = token.parse::<usize>().ok()?;
    (index.to_string() == token).then_some(index)
}

fn defect(code: &'static str, clause: &'static str, at: usize, detail: &str) -> Defect {
    Defect::new(code, clause, Position::Byte(at), detail)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, Defect> {
        self.skip_whitespace();
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => Value::Object(self.members(self.deeper(depth)?)?),
            Some(b'[') => Value::Array(self.elements(self.deeper(depth)?)?),
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(_) => self.literal()?,
            None => return Err(self.syntax("the input ends where a value is due")),
        };
        Ok(Node { value, span: start..self.at })
    }

    fn deeper(&self, depth: usize) -> Result<usize, Defect> {
        if depth < MAX_DEPTH {
            return Ok(depth + 1);
        }
        let detail = format!("nested more than {MAX_DEPTH} deep");
        Err(defect("json.depth", "RFC 8259, section 9", self.at, &detail))
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member>, Defect> {
        let mut members = Vec::new();
        self.at += 1;
        self.skip_whitespace();
        if self.accept(b'}') {
            return Ok(members);
        }
        loop {
            self.skip_whitespace();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.syntax("a member name is due"));
            }
            let name = self.string()?;
            let name_span = start..self.at;
            self.skip_whitespace();
            if !self.accept(b':') {
                return Err(self.syntax("a colon is due"));
            }
            members.push(Member { name, name_span, node: self.value(depth)? });
            self.skip_whitespace();
            if self.accept(b'}') {
                return Ok(members);
            }
            if !self.accept(b',') {
                return Err(self.syntax("a comma or the end of the object is due"));
            }
        }
    }

    fn elements(&mut self, depth: usize) -> Result<Vec<Node>, Defect> {
        let mut elements = Vec::new();
        self.at += 1;
        self.skip_whitespace();
        if self.accept(b']') {
            return Ok(elements);
        }
        loop {
            elements.push(self.value(depth)?);
            self.skip_whitespace();
            if self.accept(b']') {
                return Ok(elements);
            }
            if !self.accept(b',') {
                return Err(self.syntax("a comma or the end of the array is due"));
            }
        }
    }

    fn literal(&mut self) -> Result<Value, Defect> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for (word, value) in
            [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
        {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.syntax("not the start of a value"))
    }

    fn number(&mut self) -> Result<String, Defect> {
        let start = self.at;
        self.accept(b'-');
        if !self.accept(b'0') {
            self.digits()?;
        }
        if self.accept(b'.') {
            self.digits()?;
        }
        if self.accept(b'e') || self.accept(b'E') {
            let _ = self.accept(b'+') || self.accept(b'-');
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default().to_owned())
    }

    fn digits(&mut self) -> Result<(), Defect> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.syntax("a digit is due")) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<String, Defect> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let start = self.at;
            while matches!(self.peek(), Some(byte) if byte >= 0x20 && byte != b'"' && byte != b'\\')
            {
                self.at += 1;
            }
            text.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.syntax("a control character in a string")),
                None => return Err(self.syntax("the input ends inside a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Defect> {
        let start = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        match letter {
            Some(byte @ (b'"' | b'\\' | b'/')) => Ok(char::from(byte)),
            Some(b'b') => Ok('\u{8}'),
            Some(b'f') => Ok('\u{c}'),
            Some(b'n') => Ok('\n'),
            Some(b'r') => Ok('\r'),
            Some(b't') => Ok('\t'),
            Some(b'u') => self.unicode_escape(start),
            _ => {
                self.at = start;
                Err(self.syntax("an unknown escape"))
            }
        }
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Defect> {
        let unit = self.hex4()?;
        let mut units = vec![unit];
        if (0xD800..0xDC00).contains(&unit) && self.accept(b'\\') && self.accept(b'u') {
            units.push(self.hex4()?);
        }
        let text = String::from_utf16(&units).unwrap_or_default();
        text.chars().next().ok_or_else(|| {
            defect("json.surrogate", "RFC 8259, section 8.2", start, "half of a surrogate pair")
        })
    }

    fn hex4(&mut self) -> Result<u16, Defect> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.syntax("four hexadecimal digits are due"));
        }
        self.at += 4;
        u16::from_str_radix(digits, 16).map_err(|_| self.syntax("not a number"))
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn syntax(&self, detail: &str) -> Defect {
        defect("json.syntax", "RFC 8259, section 2", self.at, detail)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_order_duplicates_and_places() {
        let text = br#" {"b": 1, "a": [{"x/y": 1, "x/y": 2}], "b": 3} "#;
        let node = parse(text).unwrap();
        assert_eq!(node.span, 1..text.len() - 1);
        assert_eq!(
            node.duplicates(),
            [("/a/0/x~1y".to_owned(), 27..32), ("/b".to_owned(), 39..42)]
        );
        assert_eq!(node.pointer("/b").unwrap().value, Value::Number("3".to_owned()));
        assert_eq!(node.pointer("/a/0/x~1y").unwrap().span, 34..35);
        assert_eq!(node.pointer("/a/00"), None);
        assert_eq!(node.to_value(), serde_json::json!({"b": 3, "a": [{"x/y": 2}]}));
    }

    #[test]
    fn keeps_numbers_as_written() {
        let node = parse(b"[1e400, -0, 1.50]").unwrap();
        assert_eq!(node.pointer("/0").unwrap().value, Value::Number("1e400".to_owned()));
        assert_eq!(node.pointer("/2").unwrap().value, Value::Number("1.50".to_owned()));
        assert_eq!(node.pointer("/0").unwrap().to_value(), serde_json::Value::Null);
    }

    #[test]
    fn says_where_it_goes_wrong() {
        for (text, code, at) in [
            (&b"\xEF\xBB\xBF{}"[..], "json.bom", 0),
            (b"{\"a\":\"\xFF\"}", "json.encoding", 6),
            (b"", "json.syntax", 0),
            (b"{} {}", "json.syntax", 3),
            (b"[1,]", "json.syntax", 3),
            (b"{,}", "json.syntax", 1),
            (b"01", "json.syntax", 1),
            (b"\"\\ud800\"", "json.surrogate", 1),
            (b"\"\\ud800\\u0041\"", "json.surrogate", 1),
            (b"\"\t\"", "json.syntax", 1),
            (b"[tru]", "json.syntax", 1),
        ] {
            let defect = parse(text).unwrap_err();
            assert_eq!((defect.code, defect.at), (code, Position::Byte(at)), "{text:?}");
        }
    }

    #[test]
    fn nests_to_the_limit_and_no_deeper() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        let defect = parse(nested(MAX_DEPTH + 1).as_bytes()).unwrap_err();
        assert_eq!((defect.code, defect.at), ("json.depth", Position::Byte(MAX_DEPTH)));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in "[\\[\\]{},: \"\\\\a-c0-9eE+.tru\\-\n\u{e9}]{0,16}") {
            let ours = parse(text.as_bytes()).map(|node| node.to_value());
            match (ours, serde_json::from_str::<serde_json::Value>(&text)) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
                (Err(_), Err(_)) => {}
                (_, Err(error)) => {
                    prop_assert!(error.to_string().contains("number out of range"), "{}", error);
                }
                (Err(defect), Ok(_)) => prop_assert!(false, "{}", defect),
            }
        }

        #[test]
        fn reads_what_serde_json_writes(value in any_value()) {
            for text in [value.to_string(), format!("{value:#}")] {
                let node = parse(text.as_bytes()).unwrap();
                prop_assert_eq!(node.to_value(), value.clone());
                prop_assert!(node.duplicates().is_empty());
            }
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(&bytes);
        }
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                proptest::collection::btree_map(".{0,4}", inner, 0..4)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }
}
