//! The report for people: what failed and what was not exercised, in as few lines as possible.

use std::collections::BTreeMap;

use atproof_engine::model::{Finding, JudgedRun, Verdict};

/// How the report is written.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Everything, however long.
    pub all: bool,
    /// Colours and bold type as ANSI escape sequences.
    pub colour: bool,
    /// The command that repeats the run.
    pub repeat: &'a str,
    /// The command that shows what had to be left out.
    pub more: &'a str,
}

/// Mark of a failure that the baseline lists.
pub const KNOWN: &str = "known";

/// Mark of a case that the baseline lists as failing and that did not fail.
pub const KNOWN_PASSES: &str = "known-passes";

/// Mark of a failure whose entry in the baseline has expired.
pub const KNOWN_EXPIRED: &str = "known-expired";

/// The report.
pub fn render(run: &JudgedRun, options: &Options<'_>) -> String {
    let report = Report { run, options };
    let head = report.head();
    let foot = report.foot();
    let body = if options.all {
        report.body(usize::MAX)
    } else {
        report.body_within(LINES.saturating_sub(head.len() + foot.len()))
    };
    let mut text = [head, body, foot].concat().join("\n");
    text.push('\n');
    text
}

/// Most lines of a report, unless everything is asked for.
const LINES: usize = 40;

/// Most ids that a group names, unless everything is asked for.
const IDS: usize = 3;

struct Report<'a> {
    run: &'a JudgedRun,
    options: &'a Options<'a>,
}

impl Report<'_> {
    fn head(&self) -> Vec<String> {
        let target = &self.run.target;
        let mut lines = vec![self.headline()];
        lines.push(match target.is_client() {
            true => format!("Client {}.", target.input),
            false => format!(
                "Target {}: PDS {}, authorization server {}.",
                target.input, target.resource, target.issuer
            ),
        });
        if !self.run.complete {
            lines.push("The run did not end by itself: what it had not reached is missing.".into());
        }
        lines
    }

    fn headline(&self) -> String {
        let totals = &self.run.totals;
        let count = |verdict| totals.count(verdict);
        let cases = self.run.cases.len();
        let known = self.of(Verdict::Fail).filter(|case| is_marked(case, KNOWN)).count();
        let exercised = self.run.cases.iter().any(|case| case.verdict.is_exercised());
        let failed = match (count(Verdict::Fail), known) {
            (0, _) if !exercised => format!("None of {} was exercised", plural(cases, "case")),
            (0, _) => format!("None of {} failed", plural(cases, "case")),
            (fails, 0) => format!("{fails} of {} failed", plural(cases, "case")),
            (fails, known) => {
                format!("{fails} of {} failed ({known} known)", plural(cases, "case"))
            }
        };
        let mut text = format!(
            "{failed}, {} warned; {} of {} MUST clauses exercised",
            count(Verdict::Warn),
            totals.musts_exercised,
            totals.musts_planned
        );
        let (skipped, undecided) = (count(Verdict::Skipped), count(Verdict::Inconclusive));
        if skipped + undecided > 0 {
            text += &format!(
                "; not exercised: {} skipped, {undecided} inconclusive",
                plural(skipped, "case")
            );
        }
        let verdict = match (count(Verdict::Fail) > known, count(Verdict::Warn) > 0) {
            (true, _) => Verdict::Fail,
            (false, true) => Verdict::Warn,
            (false, false) if skipped + undecided > 0 || !exercised => Verdict::Inconclusive,
            (false, false) => Verdict::Pass,
        };
        self.paint(verdict, &format!("{text}."))
    }

    fn foot(&self) -> Vec<String> {
        let worst = self.findings().next().map(|finding| {
            format!("Why this is wrong and how to fix it: atproof explain {}", finding.id)
        });
        let mut lines = vec![String::new()];
        lines.extend(worst);
        lines.push(format!("Seed {}. Repeat: {}", self.run.seed, self.options.repeat));
        lines
    }

    /// The most detailed body that has room; cut where not even the shortest has.
    fn body_within(&self, room: usize) -> Vec<String> {
        let whole = self.body(usize::MAX);
        if whole.len() <= room {
            return whole;
        }
        let room = room.saturating_sub(1);
        let findings = self.findings().count();
        let fitting = (1..findings).rev().map(|n| self.body(n)).find(|body| body.len() <= room);
        let mut shown = fitting.unwrap_or_else(|| self.body(1));
        shown.truncate(room);
        let left_out = whole.len().saturating_sub(shown.len());
        shown.push(format!("{} left out; {}", plural(left_out, "line"), self.options.more));
        shown
    }

    /// Everything between head and foot, with the first `detailed` findings in full.
    fn body(&self, detailed: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for (place, finding) in self.findings().enumerate() {
            if place < detailed {
                lines.push(String::new());
                lines.extend(self.in_full(finding));
            } else {
                if place == detailed {
                    lines.push(String::new());
                }
                lines.push(self.in_short(finding));
            }
        }
        lines.extend(self.baseline());
        lines.extend(self.inconclusive());
        lines.extend(self.skipped());
        lines.extend(self.listed(Verdict::Observed, "what the text leaves open"));
        if self.options.all {
            lines.extend(self.listed(Verdict::Pass, "kept"));
        }
        lines
    }

    /// Failures, then failures that are known, then warnings.
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        let fails = |known: bool| {
            self.of(Verdict::Fail).filter(move |case| is_marked(case, KNOWN) == known)
        };
        fails(false).chain(fails(true)).chain(self.of(Verdict::Warn))
    }

    fn in_full(&self, finding: &Finding) -> Vec<String> {
        let clause = finding.clauses.first().map_or("", String::as_str);
        let mut lines = vec![
            self.in_short(finding),
            format!("     clause:   {clause} ({}), {}", finding.level.as_str(), finding.source),
            format!("     expected: {}", finding.expected),
            format!("     observed: {}", finding.observed),
        ];
        lines.extend(finding.at.iter().map(|at| format!("     exchange: {at}")));
        lines
    }

    fn in_short(&self, finding: &Finding) -> String {
        let word = self.paint(finding.verdict, &finding.verdict.as_str().to_uppercase());
        let known = if is_marked(finding, KNOWN) { " (known)" } else { "" };
        format!("{word}{known} {}: {}", finding.id, finding.title)
    }

    fn baseline(&self) -> Vec<String> {
        let marked = |mark, text: &str| -> Vec<String> {
            let ids = self.run.cases.iter().filter(|case| is_marked(case, mark));
            ids.map(|case| format!("  {}: {text}", case.id)).collect()
        };
        let lines = [
            marked(KNOWN_PASSES, "listed as failing, but did not fail; remove the entry"),
            marked(KNOWN_EXPIRED, "the entry has expired; mend the failure or renew the entry"),
        ];
        section("Baseline:", lines.concat())
    }

    fn inconclusive(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (reason, unblock, ids) in self.groups(Verdict::Inconclusive) {
            lines.push(format!("  {reason} ({})", plural(ids.len(), "case")));
            lines.push(format!("    {}", self.ids(&ids)));
            if !unblock.is_empty() {
                lines.push(format!("    to decide: {unblock}"));
            }
        }
        section(&self.paint(Verdict::Inconclusive, "INCONCLUSIVE"), lines)
    }

    fn skipped(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (reason, unblock, ids) in self.groups(Verdict::Skipped) {
            lines.push(format!("  {reason} ({}): {unblock}", plural(ids.len(), "case")));
            if self.options.all {
                lines.push(format!("    {}", self.ids(&ids)));
            }
        }
        section(&self.paint(Verdict::Skipped, "SKIPPED"), lines)
    }

    /// How many cases have a verdict that asks for nothing; which ones, if everything is asked for.
    fn listed(&self, verdict: Verdict, what: &str) -> Vec<String> {
        let count = self.of(verdict).count();
        if count == 0 {
            return Vec::new();
        }
        let word = self.paint(verdict, &verdict.as_str().to_uppercase());
        let mut lines = vec![String::new(), format!("{word} {what}: {}", plural(count, "case"))];
        if self.options.all {
            lines.extend(self.of(verdict).map(|case| format!("  {}: {}", case.id, case.reason)));
        }
        lines
    }

    /// Cases of a verdict by reason and remedy, in order of first appearance.
    fn groups(&self, verdict: Verdict) -> Vec<(&str, &str, Vec<&str>)> {
        let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut groups: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        for case in self.of(verdict) {
            let place = *places.entry((&case.reason, &case.unblock)).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, _, ids)) => ids.push(&case.id),
                None => groups.push((&case.reason, &case.unblock, vec![&case.id])),
            }
        }
        groups
    }

    fn ids(&self, ids: &[&str]) -> String {
        let shown = if self.options.all { ids.len() } else { IDS };
        let mut text = ids.iter().take(shown).copied().collect::<Vec<_>>().join(", ");
        if ids.len() > shown {
            text += &format!(" and {} more", ids.len() - shown);
        }
        text
    }

    fn of(&self, verdict: Verdict) -> impl Iterator<Item = &Finding> {
        self.run.cases.iter().filter(move |case| case.verdict == verdict)
    }

    fn paint(&self, verdict: Verdict, text: &str) -> String {
        if !self.options.colour {
            return text.to_owned();
        }
        let code = match verdict {
            Verdict::Fail => "1;31",
            Verdict::Warn | Verdict::Inconclusive => "1;33",
            Verdict::Skipped | Verdict::Observed => "1",
            Verdict::Pass => "1;32",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

fn section(title: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return lines;
    }
    [vec![String::new(), title.to_owned()], lines].concat()
}

fn is_marked(finding: &Finding, mark: &str) -> bool {
    finding.marks.iter().any(|found| found == mark)
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    const OPTIONS: Options<'_> = Options {
        all: false,
        colour: false,
        repeat: "atproof server https://pds.example --seed 7",
        more: "run again with --all to see them",
    };

    #[test]
    fn one_case_of_every_verdict() {
        insta::assert_snapshot!(render(&sample::every_verdict(), &OPTIONS));
    }

    #[test]
    fn everything_lists_the_quiet_cases_too() {
        let options = Options { all: true, ..OPTIONS };
        insta::assert_snapshot!(render(&sample::every_verdict(), &options));
    }

    #[test]
    fn many_failures_stay_within_the_limit() {
        insta::assert_snapshot!(render(&sample::failures(9), &OPTIONS));
        for number in 0..80 {
            let text = render(&sample::failures(number), &OPTIONS);
            assert!(text.lines().count() <= LINES, "{number} failures: {text}");
        }
    }

    #[test]
    fn the_worst_report_is_cut_and_says_so() {
        insta::assert_snapshot!(render(&sample::failures(60), &OPTIONS));
    }

    #[test]
    fn a_clean_run_is_short() {
        insta::assert_snapshot!(render(&sample::failures(0), &OPTIONS));
    }

    #[test]
    fn a_run_that_exercised_nothing_does_not_look_clean() {
        insta::assert_snapshot!(render(&sample::nothing_exercised(), &OPTIONS));
    }

    #[test]
    fn baseline_entries_are_reported() {
        insta::assert_snapshot!(render(&sample::with_baseline(), &OPTIONS));
    }

    #[test]
    fn colour_changes_nothing_but_escapes() {
        let run = sample::every_verdict();
        let coloured = render(&run, &Options { colour: true, ..OPTIONS });
        assert!(coloured.contains("\u{1b}[1;31mFAIL\u{1b}[0m"));
        let mut plain = coloured;
        for code in ["[0m", "[1m", "[1;31m", "[1;32m", "[1;33m"] {
            plain = plain.replace(&format!("\u{1b}{code}"), "");
        }
        assert_eq!(plain, render(&run, &OPTIONS));
    }
}
