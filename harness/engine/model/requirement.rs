//! A clause of the catalogue.

use serde::{Deserialize, Serialize};

/// One clause of the profile or of a standard it builds on, in our words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable identifier, never reused.
    pub id: String,
    /// The party that is under test.
    pub subject: Subject,
    /// How binding the clause is.
    pub level: Level,
    /// Area of the catalogue, such as `dpop-nonce`.
    pub area: String,
    /// Document and section.
    pub source: String,
    /// What is required.
    pub statement: String,
    /// How it can be checked.
    pub check: String,
    /// Whether a black box can see it.
    pub observable: bool,
    /// Whether the text says it of this party; absent where the text is silent.
    pub basis: Option<Basis>,
    /// Divergent readings or a contradiction in the text, as prose.
    pub ambiguity: Option<String>,
    /// Named readings of an ambiguous clause.
    #[serde(default)]
    pub readings: Vec<String>,
    /// The reading that is graded; without one an ambiguous clause is only observed.
    pub dominant: Option<String>,
    /// Whether the clause itself says which status or error code the answer has.
    #[serde(default)]
    pub fixes_answer: bool,
}

/// The party a clause binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An OAuth client.
    Client,
    /// An authorization server.
    As,
    /// A resource server.
    Rs,
    /// A PDS as publisher of metadata.
    Pds,
    /// The identity system: handle and DID resolution.
    Identity,
    /// A client metadata document.
    MetadataDocument,
}

/// How binding a clause is (RFC 2119 words; the atproto texts use them in lower case).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Level {
    /// Required.
    #[serde(rename = "MUST")]
    Must,
    /// Forbidden.
    #[serde(rename = "MUST NOT")]
    MustNot,
    /// Recommended.
    #[serde(rename = "SHOULD")]
    Should,
    /// Advised against.
    #[serde(rename = "SHOULD NOT")]
    ShouldNot,
    /// Permitted.
    #[serde(rename = "MAY")]
    May,
    /// The text is silent or undecided.
    #[serde(rename = "UNSPECIFIED")]
    Unspecified,
}

impl Level {
    /// The word itself.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
            Self::Unspecified => "UNSPECIFIED",
        }
    }

    /// Whether breaking it is a violation.
    pub const fn is_must(self) -> bool {
        matches!(self, Self::Must | Self::MustNot)
    }
}

/// How firmly the cited text says what the statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The text says it of this party.
    Stated,
    /// Implied, descriptive, from a guide or a proposal, or required by reference only.
    Derived,
}
