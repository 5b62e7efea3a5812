//! One thing that is wrong with a message or document, and where.

use std::fmt;

/// One thing that is wrong with what was read: which rule, where, and in what way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Stable name of the rule, such as `dpop.htm-mismatch`.
    pub code: &'static str,
    /// Where the rule stands: a catalogue id (`RFC9449-4.3-08`) or a section.
    pub clause: &'static str,
    /// Where in the input it is broken.
    pub at: Position,
    /// What was found, as a lower-case fragment without secrets.
    pub detail: String,
}

impl Defect {
    /// A defect at a position.
    pub fn new(
        code: &'static str,
        clause: &'static str,
        at: Position,
        detail: impl Into<String>,
    ) -> Self {
        Self { code, clause, at, detail: detail.into() }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {}): {}", self.code, self.clause, self.at, self.detail)
    }
}

/// A place in an input that a report can underline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// The input as a whole.
    Whole,
    /// A byte offset from the start of the input.
    Byte(usize),
    /// A JSON pointer (RFC 6901) into a document, or into one part of a JWT (`/header/typ`).
    Pointer(String),
    /// A header field or form parameter, by name.
    Field(String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("whole input"),
            Self::Byte(offset) => write!(f, "byte {offset}"),
            Self::Pointer(pointer) => write!(f, "at {pointer}"),
            Self::Field(name) => write!(f, "field {name}"),
        }
    }
}
