//! NSIDs: names of schemas.

use std::fmt;

use super::domain;
use crate::{Defect, Position};

/// An NSID without fragment or wildcard, as spelled (atproto NSID spec, NSID Syntax).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nsid(String);

impl Nsid {
    /// Reads an NSID: a reversed domain name of at least two segments, and a name.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        match fault(text) {
            None => Ok(Self(text.to_owned())),
            Some((at, why)) => Err(Defect::new(
                "nsid.syntax",
                "atproto NSID spec, NSID Syntax",
                Position::Byte(at),
                why,
            )),
        }
    }

    /// The NSID as spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments before the name: a domain name in reverse.
    pub fn authority(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(authority, _)| authority)
    }

    /// Whether this stands in a group of names, given as an [`Nsid::authority`], or below it.
    pub fn is_under(&self, group: &str) -> bool {
        self.0.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'))
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(_, name)| name)
    }
}

impl fmt::Display for Nsid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn fault(text: &str) -> Option<(usize, &'static str)> {
    let Some((authority, name)) = text.rsplit_once('.').filter(|(front, _)| front.contains('.'))
    else {
        return Some((text.len(), "fewer than three segments"));
    };
    if authority.len() > MAX_AUTHORITY {
        return Some((MAX_AUTHORITY, "domain longer than 253 characters"));
    }
    let mut start = 0;
    for segment in authority.split('.') {
        if let Some((at, why)) = domain::label_fault(segment) {
            return Some((start + at, why));
        }
        start += segment.len() + 1;
    }
    if !authority.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some((0, "first segment does not start with a letter"));
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some((start, "name does not start with a letter"));
    }
    if let Some(at) = name.find(|c: char| !c.is_ascii_alphanumeric()) {
        return Some((start + at, "character other than letter and digit in the name"));
    }
    (name.len() > MAX_NAME).then_some((start + MAX_NAME, "name longer than 63 characters"))
}

const MAX_AUTHORITY: usize = 253;
const MAX_NAME: usize = 63;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn splits_into_authority_and_name() {
        for (text, authority, name) in [
            ("com.example.fooBar", "com.example", "fooBar"),
            ("net.users.bob.ping", "net.users.bob", "ping"),
            ("a-0.b-1.c3", "a-0.b-1", "c3"),
            ("cn.8.lex", "cn.8", "lex"),
            ("a.b.c", "a.b", "c"),
        ] {
            let nsid = Nsid::parse(text).unwrap();
            assert_eq!((nsid.authority(), nsid.name()), (authority, name));
        }
    }

    #[test]
    fn stands_under_its_group_and_the_ones_above() {
        let nsid = Nsid::parse("com.example.feed.post").unwrap();
        for (group, under) in [
            ("com.example.feed", true),
            ("com.example", true),
            ("com.example.fee", false),
            ("com.example.feed.post", false),
            ("com.example.feed.post.x", false),
            ("com.example.actor", false),
        ] {
            assert_eq!(nsid.is_under(group), under, "{group}");
        }
    }

    #[test]
    fn refuses_other_text_at_its_position() {
        let long_name = format!("com.example.{}", "a".repeat(64));
        let long_segment = format!("com.{}.foo", "a".repeat(64));
        for (text, at) in [
            ("", 0),
            ("com.example", 11),
            ("com..foo", 4),
            (".com.foo", 0),
            ("com.example.", 12),
            ("1com.example.foo", 0),
            ("com.example.3d", 12),
            ("com.example.foo-bar", 15),
            ("com.ex_ample.foo", 6),
            ("com.-example.foo", 4),
            ("com.example.*", 12),
            ("com.example.foo#main", 15),
            ("com.éxample.foo", 4),
            (long_name.as_str(), 75),
            (long_segment.as_str(), 67),
        ] {
            let defect = Nsid::parse(text).unwrap_err();
            assert_eq!((defect.code, defect.at), ("nsid.syntax", Position::Byte(at)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Nsid::parse(&text);
        }

        #[test]
        fn display_parses_to_the_same(text in "[a-z]{1,5}(\\.[a-z0-9]{1,5}){1,4}\\.[a-zA-Z]{1,9}") {
            let nsid = Nsid::parse(&text).unwrap();
            prop_assert_eq!(Nsid::parse(&nsid.to_string()).unwrap(), nsid);
        }
    }
}
