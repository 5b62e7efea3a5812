//! How atproof ends: the exit codes, and errors that carry one.

use std::fmt;
use std::process::ExitCode;

use atproof_engine::model::{Finding, JudgedRun, Verdict};
use atproof_reports::terminal::KNOWN;

/// The exit codes. Where several apply, `Fault` comes before `Usage`, then `Unreachable`, `Failed`
/// and `Undecided`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing to complain of.
    Clean = 0,
    /// A MUST failed; with `--strict`, also a warning.
    Failed = 1,
    /// A planned case is inconclusive or nothing was exercised; with `--require-all`, also a
    /// skipped case.
    Undecided = 2,
    /// The target cannot be examined: unreachable, no PDS, sign-in or consent refused.
    Unreachable = 3,
    /// A fault of atproof itself, or of the machine it runs on.
    Fault = 4,
    /// Wrong arguments or unusable input files (`EX_USAGE` of sysexits).
    Usage = 64,
    /// Ended by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// What a judged run ends with.
    pub(crate) fn of(run: &JudgedRun, strict: bool, require_all: bool) -> Self {
        let unknown = |case: &&Finding| !case.marks.iter().any(|mark| mark == KNOWN);
        let has = |verdict| run.cases.iter().filter(unknown).any(|case| case.verdict == verdict);
        if run.cases.iter().any(|case| case.marks.iter().any(|mark| mark == Finding::OUR_FAULT)) {
            return Self::Fault;
        }
        let exercised = run.cases.iter().any(|case| case.verdict.is_exercised());
        if has(Verdict::Fail) || (strict && has(Verdict::Warn)) {
            Self::Failed
        } else if !exercised || has(Verdict::Inconclusive) || (require_all && has(Verdict::Skipped))
        {
            Self::Undecided
        } else {
            Self::Clean
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why atproof cannot go on: one sentence that says what happened and what to do.
#[derive(Debug)]
pub(crate) struct Stop {
    /// What it ends with.
    pub(crate) exit: Exit,
    what: String,
    advice: String,
}

impl Stop {
    /// Ends with this exit code.
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), advice: String::new() }
    }

    /// Wrong arguments or input.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// A fault of our own.
    pub(crate) fn fault(what: impl Into<String>) -> Self {
        Self::new(Exit::Fault, what)
    }

    /// Says what to do.
    pub(crate) fn advice(self, advice: impl Into<String>) -> Self {
        Self { advice: advice.into(), ..self }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.advice.is_empty() { Ok(()) } else { write!(f, "; {}", self.advice) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atproof_engine::model::{Client, Endpoints, Level, Target, Totals};

    /// A verdict and its marks.
    type Marked = (Verdict, &'static [&'static str]);

    fn run(cases: &[Marked]) -> JudgedRun {
        let cases: Vec<Finding> = cases
            .iter()
            .map(|(verdict, marks)| Finding {
                id: String::new(),
                title: String::new(),
                verdict: *verdict,
                reason: String::new(),
                level: Level::Must,
                clauses: vec!["X".into()],
                source: String::new(),
                edit: String::new(),
                expected: String::new(),
                observed: String::new(),
                unblock: String::new(),
                exchanges: Vec::new(),
                at: None,
                marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
            })
            .collect();
        JudgedRun {
            schema: JudgedRun::SCHEMA,
            tool: String::new(),
            target: Target {
                input: String::new(),
                resource: String::new(),
                issuer: String::new(),
                did: None,
                endpoints: Endpoints {
                    par: String::new(),
                    authorization: String::new(),
                    token: String::new(),
                    revocation: None,
                },
                scopes_supported: Vec::new(),
                client: Client::localhost(),
                resource_path: String::new(),
                role: None,
            },
            seed: 0,
            complete: true,
            totals: Totals::of(&cases),
            cases,
        }
    }

    #[test]
    fn precedence_of_exit_codes() {
        use Verdict::{Fail, Inconclusive, Pass, Skipped, Warn};
        let rows: [(&[Marked], [Exit; 3]); 8] = [
            (&[(Pass, &[])], [Exit::Clean; 3]),
            (&[], [Exit::Undecided; 3]),
            (&[(Fail, &[]), (Inconclusive, &[])], [Exit::Failed; 3]),
            (&[(Fail, &[KNOWN]), (Pass, &[])], [Exit::Clean; 3]),
            (&[(Warn, &[])], [Exit::Clean, Exit::Failed, Exit::Clean]),
            (&[(Warn, &[KNOWN])], [Exit::Clean; 3]),
            (&[(Pass, &[]), (Inconclusive, &[])], [Exit::Undecided; 3]),
            (&[(Pass, &[]), (Skipped, &[])], [Exit::Clean, Exit::Clean, Exit::Undecided]),
        ];
        for (cases, expected) in rows {
            let run = run(cases);
            let found = [(false, false), (true, false), (false, true)]
                .map(|(strict, require_all)| Exit::of(&run, strict, require_all));
            assert_eq!(found, expected, "{cases:?}");
        }
    }
}
