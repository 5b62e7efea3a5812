//! JSON objects, member by member as written, so that repeated members are seen.

use serde_json::Value;

/// The members of an object in order, repeated ones too, each value as its source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object(Vec<(String, String)>);

impl Object {
    /// Reads an object; `None` where the text is anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str::<Value>(text).ok()?.as_object()?;
        // The text is valid from here on, so the scan only has to find where tokens end.
        let mut members = Vec::new();
        let mut at = text.find('{')? + 1;
        loop {
            at = skip(text, at, |b| b.is_ascii_whitespace() || b == b',');
            if text.as_bytes().get(at) == Some(&b'}') {
                return Some(Self(members));
            }
            let end = value_end(text, at)?;
            let name = serde_json::from_str(text.get(at..end)?).ok()?;
            at = skip(text, end, |b| b.is_ascii_whitespace() || b == b':');
            let end = value_end(text, at)?;
            members.push((name, text.get(at..end)?.to_owned()));
            at = end;
        }
    }

    /// The first member of that name.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        let (_, text) = self.0.iter().find(|(n, _)| n == name)?;
        serde_json::from_str(text).ok()
    }

    /// The first member of that name, as it is written.
    pub(crate) fn source(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str())
    }

    /// The same object, in which the last of repeated members is the first.
    pub(crate) fn last_wins(mut self) -> Self {
        self.0.reverse();
        self
    }

    /// The first member of that name, as an object.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        self.0.iter().find(|(n, _)| n == name).and_then(|(_, text)| Self::read(text))
    }

    /// The first member of that name, where it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.as_str().map(str::to_owned)
    }

    /// Whether there is such a member.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|n| n == name)
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether a name occurs twice.
    pub(crate) fn has_repeated(&self) -> bool {
        self.names().enumerate().any(|(i, name)| self.names().take(i).any(|n| n == name))
    }
}

fn skip(text: &str, from: usize, unwanted: impl Fn(u8) -> bool) -> usize {
    let rest = text.bytes().enumerate().skip(from);
    rest.skip_while(|(_, b)| unwanted(*b)).map(|(i, _)| i).next().unwrap_or(text.len())
}

/// Where the value that starts here ends: after its last bracket or quote, or before the next sign.
fn value_end(text: &str, from: usize) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (i, byte) in text.bytes().enumerate().skip(from) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => continue,
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return Some(i),
            b'}' | b']' => depth -= 1,
            b if depth == 0 && b.is_ascii_whitespace() => return Some(i),
            _ => continue,
        }
        if depth == 0 && !quoted && matches!(byte, b'"' | b'}' | b']') {
            return Some(i + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_member() {
        let object =
            Object::read(r#" {"a" : 1,"b":{"c":["}",2]} , "a":"x\"" ,"d":null,"e":-1.5e3 }"#)
                .unwrap();
        assert_eq!(object.names().collect::<Vec<_>>(), ["a", "b", "a", "d", "e"]);
        assert!(object.has_repeated());
        assert_eq!(object.value("a"), Some(1.into()));
        assert_eq!(object.object("b").unwrap().names().collect::<Vec<_>>(), ["c"]);
        assert_eq!(object.0[2].1, r#""x\"""#);
        assert_eq!(object.value("e"), Some((-1500.0).into()));
    }

    #[test]
    fn takes_objects_only() {
        assert_eq!(Object::read("{}"), Some(Object(Vec::new())));
        for text in ["", "[]", "1", "{", r#"{"a":1,}"#, "{}x"] {
            assert_eq!(Object::read(text), None, "{text}");
        }
    }
}
