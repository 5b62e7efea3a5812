//! `atproof explain`: the page of a case.

use atproof_reports::explain::page;
use atproof_scenarios::bugs;
use atproof_scenarios::registry::{self, FAMILIES};
use clap::Args;

use crate::console;
use crate::examination::catalogue;
use crate::exit::{Exit, Stop};
use crate::lint;
use crate::nearest::nearest;

/// Explain a case or a finding of lint: what it is about, why, and how to fix a failure
#[derive(Args)]
pub(crate) struct Options {
    /// Id of the case or finding, as in reports and in atproof list
    id: String,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<Exit, Stop> {
    let Some((family, case)) = registry::find(&options.id) else {
        let page = lint::explain(&options.id)?.ok_or_else(|| unknown_case(&options.id))?;
        console::print(&page);
        return Ok(Exit::Clean);
    };
    let bugs = bugs::found_by(case).map_err(|error| Stop::fault(error.to_string()))?;
    console::print(&page(family, case, catalogue()?, &bugs));
    Ok(Exit::Clean)
}

/// Nothing has this id.
pub(crate) fn unknown_case(id: &str) -> Stop {
    let ids = FAMILIES.iter().flat_map(|family| family.cases).map(|case| case.id);
    let nearest = nearest(id, ids).join(", ");
    Stop::usage(format!("{id} is no case")).advice(format!("the nearest are {nearest}"))
}
