//! `atproof judge`: the report of an old record.

use std::fs;
use std::path::PathBuf;

use atproof_engine::run;
use atproof_protocol::record;
use atproof_reports::{json, terminal};
use atproof_scenarios::registry::FAMILIES;
use clap::Args;

use crate::baseline::Baseline;
use crate::console;
use crate::examination::catalogue;
use crate::exit::{Exit, Stop};
use crate::options::{Grading, Length};
use crate::outputs::unwritable;

/// Judge a record again
///
/// Ends as the run would have ended, or with 64 where the record cannot be read.
#[derive(Args)]
pub(crate) struct Options {
    /// Record that was written with --record
    record: PathBuf,
    /// Write the judged run (JSON) to FILE
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    grading: Grading,
    #[command(flatten)]
    length: Length,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<Exit, Stop> {
    let path = options.record.display();
    let failed = |why: String| {
        Stop::usage(format!("{path}: {why}")).advice("name a file that --record has written")
    };
    let baseline = options.grading.baseline.as_deref().map(Baseline::read).transpose()?;
    let text = fs::read_to_string(&options.record).map_err(|error| failed(error.to_string()))?;
    let record = record::read(&text).map_err(|error| failed(error.to_string()))?;
    let (mut judged, unknown) = run::judge_record(&record, FAMILIES, catalogue()?)
        .map_err(|error| failed(error.to_string()))?;
    if !unknown.is_empty() {
        console::note(&format!("Not known to this version: {}.\n", unknown.join(", ")));
    }
    if let Some(baseline) = baseline {
        baseline.mark(&mut judged);
    }
    if let Some(json_file) = &options.json {
        fs::write(json_file, json::render(&judged))
            .map_err(|error| unwritable(json_file, &error))?;
    }
    let repeat = if judged.target.is_client() {
        format!("atproof client exec --seed {} -- <the driver>", judged.seed)
    } else {
        format!("atproof server {} --seed {}", judged.target.input, judged.seed)
    };
    console::print(&terminal::render(
        &judged,
        &terminal::Options {
            all: options.length.all,
            colour: true,
            repeat: &repeat,
            more: "see all with --all",
        },
    ));
    Ok(Exit::of(&judged, options.grading.strict, options.grading.require_all))
}
