//! Handles: domain names that stand for accounts.

use std::fmt;

use super::domain;
use crate::{Defect, Position};

/// A handle, normalised to lower case (atproto Handle spec, Handle Identifier Syntax).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

impl Handle {
    /// Reads a handle without `@` or `at://` before it. Reserved domains pass: resolution is what
    /// [`Handle::disallowed_tld`] forbids, not the syntax.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        match domain::fault(text) {
            None => Ok(Self(text.to_ascii_lowercase())),
            Some((at, why)) => {
                Err(Defect::new("handle.syntax", "ATP-IDENT-018", Position::Byte(at), why))
            }
        }
    }

    /// The handle in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Why this handle must not be resolved, where its top-level domain is a disallowed one.
    pub fn disallowed_tld(&self) -> Option<Defect> {
        let (front, tld) = self.0.rsplit_once('.')?;
        DISALLOWED_TLDS.contains(&tld).then(|| {
            let at = Position::Byte(front.len() + 1);
            Defect::new("handle.disallowed-tld", "ATP-IDENT-015", at, format!("ends in .{tld}"))
        })
    }

    /// Whether the handle lies under `.test`, which is for development only.
    pub fn is_test(&self) -> bool {
        self.0.ends_with(".test")
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const DISALLOWED_TLDS: [&str; 8] =
    ["alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accepts_domain_names() {
        let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        for text in [
            "alice.test",
            "a.co",
            "8.cn",
            "xn--ls8h.test",
            "a-b--c.d-e.io",
            "name.t--t",
            "4chan.org",
            "handle.invalid",
            longest.as_str(),
        ] {
            assert_eq!(Handle::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn normalises_to_lower_case() {
        assert_eq!(Handle::parse("Alice.Example.COM").unwrap().as_str(), "alice.example.com");
    }

    #[test]
    fn refuses_other_text_at_its_position() {
        let long_label = format!("{}.test", "a".repeat(64));
        let too_long = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(62));
        for (text, at) in [
            ("", 0),
            ("alice", 0),
            ("alice.", 6),
            (".test", 0),
            ("a..test", 2),
            ("-a.test", 0),
            ("a-.test", 1),
            ("a.-test", 2),
            ("@alice.test", 0),
            ("at://alice.test", 2),
            ("a_b.test", 1),
            ("alice.test ", 10),
            ("jürgen.test", 1),
            ("127.0.0.1", 8),
            ("a.0test", 2),
            ("did:plc:abc", 3),
            (long_label.as_str(), 63),
            (too_long.as_str(), 253),
        ] {
            let defect = Handle::parse(text).unwrap_err();
            assert_eq!((defect.code, defect.at), ("handle.syntax", Position::Byte(at)), "{text}");
        }
    }

    #[test]
    fn flags_disallowed_top_level_domains_apart_from_syntax() {
        for tld in DISALLOWED_TLDS {
            let defect = Handle::parse(&format!("Alice.{tld}")).unwrap().disallowed_tld().unwrap();
            assert_eq!((defect.clause, defect.at), ("ATP-IDENT-015", Position::Byte(6)));
        }
        for text in ["alice.test", "alice.local.com", "example.com", "a.examples"] {
            assert_eq!(Handle::parse(text).unwrap().disallowed_tld(), None);
        }
        assert!(Handle::parse("a.TEST").unwrap().is_test());
        assert!(!Handle::parse("a.contest").unwrap().is_test());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Handle::parse(&text).map(|handle| handle.disallowed_tld());
        }

        #[test]
        fn display_parses_to_the_same(text in "([a-zA-Z0-9]{1,9}\\.){1,3}[a-zA-Z]{2,5}") {
            let handle = Handle::parse(&text).unwrap();
            prop_assert_eq!(Handle::parse(&handle.to_string()).unwrap(), handle);
        }
    }
}
