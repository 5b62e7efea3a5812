//! Options that several commands share.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use atproof_engine::model::{Case, Family, Role};
use atproof_engine::stage::Stream;
use atproof_scenarios::registry::FAMILIES;
use clap::Args;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::exit::Stop;

/// Options of commands that play.
#[derive(Args)]
pub(crate) struct Playing {
    /// Write the record (JSON lines) to FILE and timings to FILE.timings
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Write the judged run (JSON) to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Seed of the run [default: random]
    #[arg(long)]
    seed: Option<u64>,
    /// How many units to play at the same time
    #[arg(long, value_name = "NUMBER", default_value = "8")]
    pub(crate) jobs: NonZeroUsize,
    #[command(flatten)]
    pub(crate) only: Only,
    #[command(flatten)]
    pub(crate) length: Length,
}

/// Which cases.
#[derive(Args)]
pub(crate) struct Only {
    /// Play only cases whose id matches GLOB; may be repeated
    #[arg(long = "only", value_name = "GLOB")]
    only: Vec<String>,
}

/// How much is printed.
#[derive(Args)]
pub(crate) struct Length {
    /// Print everything, also beyond 40 lines
    #[arg(short = 'v', long)]
    pub(crate) all: bool,
}

/// What counts as a failure.
#[derive(Args)]
pub(crate) struct Grading {
    /// End with 1 also for warnings
    #[arg(long)]
    pub(crate) strict: bool,
    /// End with 2 also for skipped cases
    #[arg(long)]
    pub(crate) require_all: bool,
    /// Known failures (TOML), which do not count
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
}

impl Playing {
    /// The seed that was given, or a new one that is short enough to be typed.
    pub(crate) fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| {
            let [a, b, c, d, ..] = Stream::System.block();
            u32::from_be_bytes([a, b, c, d]).into()
        })
    }

    /// The command that repeats this run.
    pub(crate) fn repeat(&self, seed: u64) -> String {
        let mut words = vec!["atproof".to_owned()];
        words.extend(std::env::args().skip(1).map(|word| quoted(&word)));
        if self.seed.is_none() {
            // What stands after `--` belongs to somebody else.
            let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
            words.splice(end..end, ["--seed".to_owned(), seed.to_string()]);
        }
        words.join(" ")
    }

    /// How to see what the report left out.
    pub(crate) fn more(&self) -> String {
        match &self.record {
            Some(record) => {
                format!("see all with: atproof judge {} --all", quoted(&record.to_string_lossy()))
            }
            None => "run again with --all to see them".to_owned(),
        }
    }
}

/// The selected cases.
#[derive(Clone)]
pub(crate) struct Selection {
    patterns: Option<GlobSet>,
    role: Option<Role>,
}

impl Only {
    /// These, where nothing is named.
    pub(crate) fn or(&mut self, patterns: &[&str]) {
        if self.only.is_empty() {
            self.only = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        }
    }

    /// Reads the patterns; at least one case, of those that examine these, has to match.
    pub(crate) fn selection(&self, role: Option<Role>) -> Result<Selection, Stop> {
        if self.only.is_empty() {
            return Ok(Selection { patterns: None, role });
        }
        let mut set = GlobSetBuilder::new();
        for pattern in &self.only {
            let glob = GlobBuilder::new(pattern).build();
            set.add(glob.map_err(|error| Stop::usage(format!("--only {pattern}: {error}")))?);
        }
        let set = set.build().map_err(|error| Stop::usage(format!("--only: {error}")))?;
        let selection = Selection { patterns: Some(set), role };
        if selection.cases().next().is_none() {
            let advice = "patterns match whole ids, as in 'server.par.*'; see atproof list";
            let patterns = self.only.join(", ");
            return Err(Stop::usage(format!("no case matches {patterns}")).advice(advice));
        }
        Ok(selection)
    }
}

impl Selection {
    /// Those of the selected cases that examine these.
    pub(crate) fn of(&self, role: Role) -> Self {
        Self { patterns: self.patterns.clone(), role: Some(role) }
    }

    /// Whether a case is selected.
    pub(crate) fn has(&self, case: &Case) -> bool {
        self.patterns.as_ref().is_none_or(|set| set.is_match(case.id))
    }

    /// Whether nothing was left out.
    pub(crate) fn is_everything(&self) -> bool {
        self.patterns.is_none()
    }

    /// The selected cases in registry order.
    pub(crate) fn cases(&self) -> impl Iterator<Item = (&'static Family, &'static Case)> {
        let families =
            FAMILIES.iter().filter(|family| self.role.is_none_or(|role| family.role == role));
        let cases =
            families.flat_map(|family| family.cases.iter().map(move |case| (*family, case)));
        cases.filter(|(_, case)| self.has(case))
    }
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=+.,:/@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_shell() {
        for (word, text) in [("a-b", "a-b"), ("", "''"), ("a*", "'a*'"), ("a'b", r"'a'\''b'")] {
            assert_eq!(quoted(word), text);
        }
    }
}
