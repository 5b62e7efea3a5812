//! What a strict reader hands back: everything wrong, and as much of the content as it can give.

use crate::{Defect, Position};

/// The outcome of reading one message or document strictly.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<T> {
    /// What breaks a clause that requires, recommends or forbids something.
    pub defects: Vec<Defect>,
    /// What is noteworthy where the text leaves the question open; never a fault.
    pub observations: Vec<Defect>,
    /// The content as far as it could be understood, also when there are defects.
    pub document: Option<T>,
}

impl<T> Reading<T> {
    /// A reading that found one defect and nothing that could be used.
    pub(crate) fn unusable(defect: Defect) -> Self {
        Self { defects: vec![defect], observations: Vec::new(), document: None }
    }

    /// Whether there is a document and nothing is wrong with it.
    pub fn is_sound(&self) -> bool {
        self.document.is_some() && self.defects.is_empty()
    }
}

/// The defect of a part, with its byte offset counted from the start of the whole.
pub(crate) fn shifted(mut defect: Defect, by: usize) -> Defect {
    if let Position::Byte(at) = &mut defect.at {
        *at += by;
    }
    defect
}

/// Defects as snapshots show them, in two lines each.
#[cfg(test)]
pub(crate) fn report(defects: &[Defect]) -> String {
    let two_lines = |defect: &Defect| {
        format!("{} ({})\n  {}: {}", defect.code, defect.clause, defect.at, defect.detail)
    };
    defects.iter().map(two_lines).collect::<Vec<_>>().join("\n")
}
