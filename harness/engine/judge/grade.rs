//! The one place that assigns severity.

use atproof_protocol::record::Play;

use crate::model::{
    Basis, Case, Degree, Finding, Level, Outcome, Requirement, Transcript, Verdict,
};

/// The verdict that follows from an outcome and the primary clause.
pub fn grade(requirement: &Requirement, outcome: &Outcome) -> Verdict {
    let open = matches!(requirement.level, Level::May | Level::Unspecified)
        || (requirement.ambiguity.is_some() && requirement.dominant.is_none());
    match outcome {
        Outcome::Unclear { .. } => Verdict::Inconclusive,
        Outcome::NotOffered { .. } => Verdict::Skipped,
        Outcome::Observed { .. } => Verdict::Observed,
        Outcome::Kept { .. } | Outcome::Broken { .. } if open => Verdict::Observed,
        Outcome::Kept { .. } => Verdict::Pass,
        // The refusal stands. Its form is wrong too, but other clauses speak of that.
        Outcome::Broken { degree: Degree::Form, .. } if !requirement.fixes_answer => Verdict::Pass,
        Outcome::Broken { degree, .. } => {
            let hard = requirement.level.is_must()
                && requirement.basis == Some(Basis::Stated)
                && requirement.ambiguity.is_none();
            match degree {
                Degree::Violated if hard => Verdict::Fail,
                Degree::WrongAnswer | Degree::Form if hard && requirement.fixes_answer => {
                    Verdict::Fail
                }
                Degree::Violated | Degree::WrongAnswer | Degree::Form => Verdict::Warn,
            }
        }
    }
}

/// Judges a case from its transcript.
pub fn finding(
    case: &Case,
    requirement: &Requirement,
    judge: crate::model::Judge,
    transcript: &Transcript<'_>,
) -> Finding {
    let (verdict, outcome) = match transcript.play {
        Play::Skipped { need, unblock } => (
            Verdict::Skipped,
            Outcome::Unclear { why: format!("needs {need}"), unblock: unblock.clone() },
        ),
        Play::Failed { detail } => (
            Verdict::Inconclusive,
            Outcome::unclear(format!("atproof failed: {detail}"), "report this bug of atproof"),
        ),
        Play::Halted { reason } => (
            Verdict::Inconclusive,
            Outcome::Unclear { why: reason.clone(), unblock: String::new() },
        ),
        Play::Done => {
            let outcome = judge(case, transcript);
            (grade(requirement, &outcome), outcome)
        }
    };
    let mut finding = Finding {
        id: case.id.to_owned(),
        title: case.title.to_owned(),
        verdict,
        reason: String::new(),
        level: requirement.level,
        clauses: std::iter::once(case.clause)
            .chain(case.covers.iter().copied())
            .map(str::to_owned)
            .collect(),
        source: requirement.source.clone(),
        edit: case.edit.to_string(),
        expected: String::new(),
        observed: String::new(),
        unblock: String::new(),
        exchanges: transcript.exchanges.iter().map(|exchange| exchange.id.clone()).collect(),
        at: None,
        marks: match transcript.play {
            Play::Failed { .. } => vec![Finding::OUR_FAULT.to_owned()],
            Play::Done | Play::Skipped { .. } | Play::Halted { .. } => Vec::new(),
        },
    };
    match outcome {
        Outcome::Kept { observed } => {
            finding.reason.clone_from(&observed);
            finding.observed = observed;
        }
        Outcome::Broken { observed, .. } if verdict == Verdict::Pass => {
            finding.reason.clone_from(&observed);
            finding.observed = observed;
        }
        Outcome::Broken { expected, observed, at, .. } => {
            finding.reason = format!("expected {expected}; observed {observed}");
            finding.expected = expected;
            finding.observed = observed;
            finding.at = at;
        }
        Outcome::Unclear { why, unblock } => {
            finding.reason = why;
            finding.unblock = unblock;
        }
        Outcome::NotOffered { what, unblock } => {
            finding.reason = format!("needs {what}");
            finding.unblock = unblock;
        }
        Outcome::Observed { fact } => {
            finding.reason.clone_from(&fact);
            finding.observed = fact;
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Subject;

    fn requirement(level: Level, basis: Option<Basis>) -> Requirement {
        Requirement {
            id: "X-1".into(),
            subject: Subject::As,
            level,
            area: "par".into(),
            source: "RFC 0, section 1".into(),
            statement: "s".into(),
            check: "c".into(),
            observable: true,
            basis,
            ambiguity: None,
            readings: Vec::new(),
            dominant: None,
            fixes_answer: false,
        }
    }

    fn broken(degree: Degree) -> Outcome {
        Outcome::Broken { degree, expected: "e".into(), observed: "o".into(), at: None }
    }

    #[test]
    fn only_a_stated_unambiguous_must_fails() {
        use Degree::{Form, Violated, WrongAnswer};
        let must = requirement(Level::Must, Some(Basis::Stated));
        let rows = [
            (must.clone(), Violated, Verdict::Fail),
            (must.clone(), WrongAnswer, Verdict::Warn),
            (must.clone(), Form, Verdict::Pass),
            (Requirement { fixes_answer: true, ..must.clone() }, Form, Verdict::Fail),
            (Requirement { fixes_answer: true, ..must.clone() }, WrongAnswer, Verdict::Fail),
            (requirement(Level::MustNot, Some(Basis::Stated)), Violated, Verdict::Fail),
            (requirement(Level::Must, Some(Basis::Derived)), Violated, Verdict::Warn),
            (requirement(Level::Should, Some(Basis::Stated)), Violated, Verdict::Warn),
            (requirement(Level::May, Some(Basis::Stated)), Violated, Verdict::Observed),
            (requirement(Level::Unspecified, None), Violated, Verdict::Observed),
            (
                Requirement { ambiguity: Some("a".into()), ..must.clone() },
                Violated,
                Verdict::Observed,
            ),
            (
                Requirement {
                    ambiguity: Some("a".into()),
                    readings: vec!["a".into(), "b".into()],
                    dominant: Some("a".into()),
                    ..must
                },
                Violated,
                Verdict::Warn,
            ),
        ];
        for (requirement, degree, verdict) in rows {
            assert_eq!(grade(&requirement, &broken(degree)), verdict, "{requirement:?} {degree:?}");
        }
    }

    #[test]
    fn what_was_not_decided_is_never_green() {
        let must = requirement(Level::Must, Some(Basis::Stated));
        let unclear = Outcome::Unclear { why: "w".into(), unblock: "u".into() };
        assert_eq!(grade(&must, &unclear), Verdict::Inconclusive);
        assert_eq!(grade(&must, &Outcome::Kept { observed: "o".into() }), Verdict::Pass);
        let may = requirement(Level::May, None);
        assert_eq!(grade(&may, &Outcome::Kept { observed: "o".into() }), Verdict::Observed);
    }
}
