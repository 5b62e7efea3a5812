//! AT URIs in their restricted form, as DID documents and records use it.

use std::fmt;

use super::{Did, Handle, Nsid};
use crate::reading::shifted;
use crate::{Defect, Position};

/// An AT URI, as spelled and taken apart (atproto AT URI spec, Restricted AT URI Syntax).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtUri {
    raw: String,
    authority: Authority,
    record: Option<(Nsid, Option<String>)>,
}

/// Whose repository an AT URI names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// By DID.
    Did(Did),
    /// By handle.
    Handle(Handle),
}

impl AtUri {
    /// Reads `at://AUTHORITY[/COLLECTION[/RKEY]]`.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        if text.len() > MAX_LENGTH {
            return Err(syntax(MAX_LENGTH, "longer than 8192 bytes"));
        }
        let rest =
            text.strip_prefix(SCHEME).ok_or_else(|| syntax(0, "does not start with at://"))?;
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, Some(path)),
            None => (rest, None),
        };
        let record = match path {
            Some(path) => Some(parse_record(path, text.len() - path.len())?),
            None => None,
        };
        Ok(Self { raw: text.to_owned(), authority: Authority::parse(authority)?, record })
    }

    /// The URI as spelled.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// Whose repository is named.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The collection, where one is named.
    pub fn collection(&self) -> Option<&Nsid> {
        self.record.as_ref().map(|(collection, _)| collection)
    }

    /// The record key, where one is named.
    pub fn rkey(&self) -> Option<&str> {
        self.record.as_ref()?.1.as_deref()
    }
}

impl Authority {
    fn parse(text: &str) -> Result<Self, Defect> {
        let parsed = if text.starts_with("did:") {
            Did::parse(text).map(Self::Did)
        } else {
            Handle::parse(text).map(Self::Handle)
        };
        parsed.map_err(|defect| shifted(defect, SCHEME.len()))
    }
}

impl fmt::Display for AtUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

fn parse_record(path: &str, start: usize) -> Result<(Nsid, Option<String>), Defect> {
    let (collection, rkey) = match path.split_once('/') {
        Some((collection, rkey)) => (collection, Some(rkey)),
        None => (path, None),
    };
    if let Some(rkey) = rkey {
        check_rkey(rkey, start + collection.len() + 1)?;
    }
    let nsid = Nsid::parse(collection).map_err(|defect| shifted(defect, start))?;
    Ok((nsid, rkey.map(str::to_owned)))
}

fn check_rkey(rkey: &str, start: usize) -> Result<(), Defect> {
    let foreign = |c: char| !c.is_ascii_alphanumeric() && !".-_:~".contains(c);
    if let Some(at) = rkey.find(foreign) {
        return Err(syntax(start + at, "character that record keys do not have"));
    }
    if rkey.is_empty() || rkey.len() > MAX_RKEY || rkey == "." || rkey == ".." {
        return Err(syntax(start, "no record key"));
    }
    Ok(())
}

fn syntax(at: usize, why: &str) -> Defect {
    let clause = "atproto AT URI spec, Restricted AT URI Syntax";
    Defect::new("at-uri.syntax", clause, Position::Byte(at), why)
}

const SCHEME: &str = "at://";
const MAX_LENGTH: usize = 8192;
const MAX_RKEY: usize = 512;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_the_parts_apart() {
        for (text, collection, rkey) in [
            ("at://alice.test", None, None),
            ("at://did:plc:z72i7hdynmk6r22z27h6tvur", None, None),
            ("at://alice.test/com.example.foo", Some("com.example.foo"), None),
            ("at://did:web:a.test/com.example.foo/self", Some("com.example.foo"), Some("self")),
            ("at://a.test/com.example.foo/a:b~_-.", Some("com.example.foo"), Some("a:b~_-.")),
        ] {
            let uri = AtUri::parse(text).unwrap();
            assert_eq!(uri.to_string(), text);
            assert_eq!((uri.collection().map(Nsid::as_str), uri.rkey()), (collection, rkey));
        }
        let uri = AtUri::parse("at://Alice.test").unwrap();
        assert_eq!(uri.authority(), &Authority::Handle(Handle::parse("alice.test").unwrap()));
    }

    #[test]
    fn refuses_other_text_at_its_position() {
        for (text, code, at) in [
            ("", "at-uri.syntax", 0),
            ("https://alice.test", "at-uri.syntax", 0),
            ("AT://alice.test", "at-uri.syntax", 0),
            ("at://", "handle.syntax", 5),
            ("at:///x", "nsid.syntax", 7),
            ("at://alice", "handle.syntax", 5),
            ("at://did:key:z", "did.unsupported-method", 9),
            ("at://alice.test/", "nsid.syntax", 16),
            ("at://alice.test?x", "handle.syntax", 15),
            ("at://alice.test#x", "handle.syntax", 15),
            ("at://alice.test/com.example.foo/", "at-uri.syntax", 32),
            ("at://alice.test/com.example.foo/..", "at-uri.syntax", 32),
            ("at://alice.test/com.example.foo/a/b", "at-uri.syntax", 33),
        ] {
            let defect = AtUri::parse(text).unwrap_err();
            assert_eq!((defect.code, defect.at), (code, Position::Byte(at)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), tail in "[a-z.:/#?~]{0,30}") {
            let _ = AtUri::parse(&text);
            let _ = AtUri::parse(&format!("at://{tail}"));
        }

        #[test]
        fn display_parses_to_the_same(
            text in "at://[a-z]{1,5}\\.test(/a\\.b\\.[a-z]{1,5}(/[a-z.~]{3,5})?)?",
        ) {
            let uri = AtUri::parse(&text).unwrap();
            prop_assert_eq!(AtUri::parse(&uri.to_string()).unwrap(), uri);
        }
    }
}
