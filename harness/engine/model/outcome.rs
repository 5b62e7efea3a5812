//! What a judge saw, and what became of it.

use std::collections::BTreeMap;

use atproof_protocol::record::Exchange;
use serde::{Deserialize, Serialize};

use super::{Level, Target};

/// What a judge saw in a transcript. It carries no severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The rule was kept, between good controls.
    Kept {
        /// What was seen.
        observed: String,
    },
    /// The rule was broken.
    Broken {
        /// In substance, or in the form of the answer only.
        degree: Degree,
        /// What the rule asks for.
        expected: String,
        /// What was seen instead.
        observed: String,
        /// Id of the exchange that shows it.
        at: Option<String>,
    },
    /// Nothing can be said.
    Unclear {
        /// Why.
        why: String,
        /// What would make it clear.
        unblock: String,
    },
    /// The text leaves it open: the alternative that was seen.
    Observed {
        /// Name of the alternative.
        fact: String,
    },
    /// The rule is about something that this server does not offer.
    NotOffered {
        /// What is not offered.
        what: String,
        /// What would supply it, if anything can.
        unblock: String,
    },
}

impl Outcome {
    /// The rule was kept.
    pub fn kept(observed: impl Into<String>) -> Self {
        Self::Kept { observed: observed.into() }
    }

    /// The rule was broken in substance, as this exchange shows.
    pub fn violated(
        expected: impl Into<String>,
        observed: impl Into<String>,
        at: &Exchange,
    ) -> Self {
        Self::Broken {
            degree: Degree::Violated,
            expected: expected.into(),
            observed: observed.into(),
            at: Some(at.id.clone()),
        }
    }

    /// Nothing can be said.
    pub fn unclear(why: impl Into<String>, unblock: impl Into<String>) -> Self {
        Self::Unclear { why: why.into(), unblock: unblock.into() }
    }

    /// The rule is about something that this server does not offer.
    pub fn not_offered(what: impl Into<String>, unblock: impl Into<String>) -> Self {
        Self::NotOffered { what: what.into(), unblock: unblock.into() }
    }

    /// One of the alternatives that the text leaves open.
    pub fn observed(fact: impl Into<String>) -> Self {
        Self::Observed { fact: fact.into() }
    }
}

/// How far a rule was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Degree {
    /// What had to be refused was accepted, what had to be accepted was refused, what had to be
    /// there was not.
    Violated,
    /// Refused as it should be, with another status or error code than the texts give.
    WrongAnswer,
    /// Refused as it should be, in a form in which the server may refuse everything: without an
    /// error code, or with a right one under another status. That is one fault of the server and
    /// not one per case, so it counts only where the clause is about the form.
    Form,
}

/// The verdict on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A MUST is broken.
    Fail,
    /// A SHOULD, a derived clause or the form of an answer is broken.
    Warn,
    /// A control failed or something got in the way.
    Inconclusive,
    /// A need was not offered.
    Skipped,
    /// The text leaves it open; recorded, never graded.
    Observed,
    /// Kept.
    Pass,
}

impl Verdict {
    /// Every verdict, worst first.
    pub const ALL: [Self; 6] =
        [Self::Fail, Self::Warn, Self::Inconclusive, Self::Skipped, Self::Observed, Self::Pass];

    /// The word for people and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Inconclusive => "inconclusive",
            Self::Skipped => "skipped",
            Self::Observed => "observed",
            Self::Pass => "pass",
        }
    }

    /// Whether the case was carried through: its clause was exercised.
    pub const fn is_exercised(self) -> bool {
        matches!(self, Self::Fail | Self::Warn | Self::Observed | Self::Pass)
    }
}

/// A judged case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Case id.
    pub id: String,
    /// Title of the case.
    pub title: String,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence: why this verdict.
    pub reason: String,
    /// Level of the primary clause.
    pub level: Level,
    /// The primary clause first, then the other clauses covered.
    pub clauses: Vec<String>,
    /// Section of the primary clause.
    pub source: String,
    /// What was changed.
    pub edit: String,
    /// What the rule asks for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// What was seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub observed: String,
    /// What would make an undecided case decidable.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unblock: String,
    /// Ids of the exchanges of the transcript; the first of `at` shows the finding.
    pub exchanges: Vec<String>,
    /// The exchange that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Marks beside the verdict, such as `known`.
    pub marks: Vec<String>,
}

impl Finding {
    /// The mark of a case that atproof itself failed to play.
    pub const OUR_FAULT: &'static str = "atproof-failed";
}

/// A judged run, from which every report is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedRun {
    /// Version of this format.
    pub schema: u32,
    /// Name and version of the program that judged.
    pub tool: String,
    /// What was examined.
    pub target: Target,
    /// Seed of the run.
    pub seed: u64,
    /// Whether the run ended by itself.
    pub complete: bool,
    /// Counts.
    pub totals: Totals,
    /// The findings, in registry order.
    pub cases: Vec<Finding>,
}

impl JudgedRun {
    /// Version of the format.
    pub const SCHEMA: u32 = 1;
}

/// Counts over a judged run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Cases by verdict; every verdict is listed.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Distinct MUST and MUST NOT clauses (primary) with at least one case carried through.
    pub musts_exercised: usize,
    /// Distinct MUST and MUST NOT clauses (primary) of the planned cases.
    pub musts_planned: usize,
}

impl Totals {
    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Self {
        let mut totals = Self {
            verdicts: Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect(),
            ..Self::default()
        };
        let mut musts: BTreeMap<&str, bool> = BTreeMap::new();
        for finding in findings {
            *totals.verdicts.entry(finding.verdict).or_default() += 1;
            if let (true, Some(clause)) = (finding.level.is_must(), finding.clauses.first()) {
                *musts.entry(clause).or_default() |= finding.verdict.is_exercised();
            }
        }
        totals.musts_planned = musts.len();
        totals.musts_exercised = musts.values().filter(|exercised| **exercised).count();
        totals
    }

    /// How many cases got this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }
}
