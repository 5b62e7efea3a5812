//! MIME types and the patterns of them that `blob` permissions name.

use std::collections::BTreeSet;
use std::fmt;

use super::{Alternative, Readings};
use crate::{Defect, Position};

/// What `accept` names: a MIME type, `type/*` or `*/*` (ATP-SGRAN-062).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Accept {
    /// `*/*`.
    Any,
    /// `type/*`.
    Type(String),
    /// One MIME type.
    Exact(String, String),
}

impl Accept {
    /// Reads a pattern. Type and subtype are tokens (RFC 9110, section 5.6.2) without `*`.
    pub(super) fn parse(text: &str, readings: Readings) -> Result<Self, Defect> {
        let fault = |at: usize, why: &str| {
            Defect::new("scope.accept", "ATP-SGRAN-062", Position::Byte(at), why)
        };
        if text == "*/*" {
            return Ok(Self::Any);
        }
        let Some((kind, subtype)) = text.split_once('/') else {
            return Err(fault(text.len(), "no slash; write type/subtype, type/* or */*"));
        };
        let spelled = |text: &str| match readings.has(Alternative::MimeCaseMatters) {
            true => text.to_owned(),
            false => text.to_ascii_lowercase(),
        };
        match (token_fault(kind), token_fault(subtype)) {
            (Some((at, why)), _) => Err(fault(at, why)),
            (None, None) => Ok(Self::Exact(spelled(kind), spelled(subtype))),
            (None, Some(_)) if subtype == "*" => Ok(Self::Type(spelled(kind))),
            (None, Some((at, why))) => Err(fault(kind.len() + 1 + at, why)),
        }
    }

    /// Whether a media type, as `Content-Type` gives it, matches.
    pub(super) fn matches(&self, media_type: &str, readings: Readings) -> bool {
        let (essence, has_parameters) = match media_type.split_once(';') {
            Some((essence, _)) => (essence.trim_end(), true),
            None => (media_type, false),
        };
        let Ok(Self::Exact(kind, subtype)) = Self::parse(essence, readings) else {
            return false;
        };
        match self {
            Self::Any => true,
            Self::Type(accepted) => *accepted == kind,
            Self::Exact(..)
                if has_parameters && readings.has(Alternative::MimeParametersMatter) =>
            {
                false
            }
            Self::Exact(accepted, below) => *accepted == kind && *below == subtype,
        }
    }

    /// The patterns without those that another one includes.
    pub(super) fn reduced(patterns: BTreeSet<Self>) -> BTreeSet<Self> {
        let included = |pattern: &Self| match pattern {
            Self::Any => false,
            Self::Type(_) => patterns.contains(&Self::Any),
            Self::Exact(kind, _) => {
                patterns.contains(&Self::Any) || patterns.contains(&Self::Type(kind.clone()))
            }
        };
        patterns.iter().filter(|pattern| !included(pattern)).cloned().collect()
    }
}

impl fmt::Display for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*/*"),
            Self::Type(kind) => write!(f, "{kind}/*"),
            Self::Exact(kind, subtype) => write!(f, "{kind}/{subtype}"),
        }
    }
}

fn token_fault(text: &str) -> Option<(usize, &'static str)> {
    if text.is_empty() {
        return Some((0, "empty type or subtype"));
    }
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'+-.^_`|~".contains(c);
    let at = text.find(|c| !is_token(c))?;
    let wildcard = text.get(at..)?.starts_with('*');
    let partial = "wildcards are */* and type/* alone";
    Some((at, if wildcard { partial } else { "character that MIME types do not have" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Readings = Readings::usual();

    #[test]
    fn refuses_other_patterns_at_their_position() {
        for (text, at) in [
            ("", 0),
            ("*", 1),
            ("image", 5),
            ("/png", 0),
            ("image/", 6),
            ("*/png", 0),
            ("*/**", 0),
            ("image/p*", 7),
            ("image/*+xml", 6),
            ("image/png/x", 9),
            ("image/png;q=1", 9),
            ("image /png", 5),
        ] {
            assert_eq!(Accept::parse(text, USUAL).unwrap_err().at, Position::Byte(at), "{text}");
        }
    }

    #[test]
    fn matches_types_without_regard_to_case_and_parameters() {
        let strict =
            USUAL.with(Alternative::MimeCaseMatters).with(Alternative::MimeParametersMatter);
        for (pattern, media_type, usual, exact) in [
            ("*/*", "x/y", true, true),
            ("*/*", "x", false, false),
            ("*/*", "image/*", false, false),
            ("image/*", "image/svg+xml", true, true),
            ("image/*", "imagex/png", false, false),
            ("image/*", "IMAGE/png", true, false),
            ("text/html", "text/html; charset=utf-8", true, false),
            ("text/*", "text/html ;charset=utf-8", true, true),
            ("image/PNG", "image/png", true, false),
        ] {
            let matches =
                |readings| Accept::parse(pattern, readings).unwrap().matches(media_type, readings);
            assert_eq!((matches(USUAL), matches(strict)), (usual, exact), "{pattern} {media_type}");
        }
    }
}
