//! `atproof list`: the cases.

use std::collections::BTreeSet;

use atproof_engine::model::Role;
use atproof_reports::list::{Row, json, table};
use atproof_scenarios::registry::FAMILIES;
use clap::{Args, ValueEnum};

use crate::console;
use crate::examination::catalogue;
use crate::exit::{Exit, Stop};
use crate::nearest::nearest;

/// List the cases
#[derive(Args)]
pub(crate) struct Options {
    /// Only cases that examine these
    #[arg(long, value_enum)]
    role: Option<RoleName>,
    /// Only cases of this area, such as par
    #[arg(long)]
    area: Option<String>,
    /// As JSON, with all that a case declares
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    /// Authorization server, resource server and PDS
    Server,
    /// Clients
    Client,
    /// Metadata documents
    Document,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<Exit, Stop> {
    if let Some(area) = &options.area
        && !FAMILIES.iter().any(|family| family.area == area)
    {
        let areas: BTreeSet<&str> = FAMILIES.iter().map(|family| family.area).collect();
        let known = nearest(area, areas.into_iter());
        return Err(Stop::usage(format!("no case has the area {area}"))
            .advice(format!("the nearest are {}", known.join(", "))));
    }
    let role = options.role.map(|name| match name {
        RoleName::Server => Role::Server,
        RoleName::Client => Role::Client,
        RoleName::Document => Role::Document,
    });
    let rows: Vec<Row> = FAMILIES
        .iter()
        .filter(|family| role.is_none_or(|role| family.role == role))
        .filter(|family| options.area.as_ref().is_none_or(|area| family.area == area))
        .flat_map(|family| family.cases.iter().map(move |case| (*family, case)))
        .collect();
    let render = if options.json { json } else { table };
    console::print(&render(&rows, catalogue()?));
    Ok(Exit::Clean)
}
