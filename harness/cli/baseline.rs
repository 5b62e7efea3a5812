//! Known failures: a TOML file with an entry per case.
//!
//! ```toml
//! [[known]]
//! id = "server.par.state-missing"
//! reason = "mended in the next release"
//! link = "https://example.com/issues/1"   # optional
//! expires = 2027-01-31                     # optional
//! ```

use std::fs;
use std::path::Path;

use atproof_engine::model::{JudgedRun, Verdict};
use atproof_reports::terminal::{KNOWN, KNOWN_EXPIRED, KNOWN_PASSES};
use atproof_scenarios::registry;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::exit::Stop;
use crate::explain::unknown_case;

/// Known failures, and the day on which they are looked at.
#[derive(Debug)]
pub(crate) struct Baseline {
    known: Vec<Entry>,
    today: Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[expect(dead_code, reason = "for people, but an entry without one is refused")]
    reason: String,
    #[expect(dead_code, reason = "for people")]
    link: Option<String>,
    expires: Option<toml::value::Datetime>,
}

impl Baseline {
    /// Reads a file; every entry has to name a case.
    pub(crate) fn read(path: &Path) -> Result<Self, Stop> {
        let text = fs::read_to_string(path)
            .map_err(|error| Stop::usage(format!("{} cannot be read: {error}", path.display())))?;
        let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
        Self::parse(&text, today).map_err(|stop| Stop::usage(format!("{}: {stop}", path.display())))
    }

    fn parse(text: &str, today: Date) -> Result<Self, Stop> {
        let File { known } =
            toml::from_str(text).map_err(|error| Stop::usage(error.to_string().trim_end()))?;
        match known.iter().find(|entry| registry::find(&entry.id).is_none()) {
            Some(entry) => Err(unknown_case(&entry.id)),
            None => Ok(Self { known, today }),
        }
    }

    /// Marks the cases that have an entry.
    pub(crate) fn mark(&self, run: &mut JudgedRun) {
        for case in &mut run.cases {
            let Some(entry) = self.known.iter().find(|entry| entry.id == case.id) else { continue };
            let mark = match case.verdict {
                Verdict::Fail | Verdict::Warn if entry.has_expired(self.today) => KNOWN_EXPIRED,
                Verdict::Fail | Verdict::Warn => KNOWN,
                Verdict::Pass | Verdict::Observed => KNOWN_PASSES,
                Verdict::Skipped | Verdict::Inconclusive => continue,
            };
            case.marks.push(mark.to_owned());
        }
    }
}

impl Entry {
    /// Whether the last day of the entry is over.
    fn has_expired(&self, today: Date) -> bool {
        let date = self.expires.and_then(|expires| expires.date);
        date.is_some_and(|date| {
            let last = (i64::from(date.year), date.month, date.day);
            last < (
                i64::from(today.year()),
                today.month().unsigned_abs(),
                today.day().unsigned_abs(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atproof_scenarios::registry::FAMILIES;

    const TODAY: Date = Date::constant(2026, 8, 20);

    fn entry(id: &str, more: &str) -> String {
        format!("[[known]]\nid = \"{id}\"\nreason = \"r\"\n{more}\n")
    }

    #[test]
    fn an_entry_lasts_to_the_end_of_its_day() {
        let id = FAMILIES[0].cases[0].id;
        for (expires, expired) in [
            ("", false),
            ("expires = 2026-08-20", false),
            ("expires = 2026-08-19", true),
            ("expires = 2026-09-01", false),
        ] {
            let baseline = Baseline::parse(&entry(id, expires), TODAY).unwrap();
            assert_eq!(baseline.known[0].has_expired(TODAY), expired, "{expires}");
        }
    }

    #[test]
    fn refuses_what_would_hide_nothing() {
        let id = FAMILIES[0].cases[0].id;
        let rows = [
            (entry("server.none", ""), "server.none is no case"),
            (entry(id, "expire = 2026-08-20"), "unknown field `expire`"),
            (format!("[[known]]\nid = \"{id}\""), "missing field `reason`"),
        ];
        for (text, why) in rows {
            let stop = Baseline::parse(&text, TODAY).unwrap_err();
            assert!(stop.to_string().contains(why), "{stop}");
        }
    }
}
