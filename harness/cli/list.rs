//! `atproof list`: the cases, the clauses that they cover, and the bugs that they find.

use std::collections::BTreeSet;

use atproof_engine::model::{BugSide, BugTie, LedgerRow, Role, SubjectGroup};
use atproof_reports::list::{Row, json, table};
use atproof_reports::{bugs as bug_report, coverage as coverage_report};
use atproof_scenarios::bugs::ties;
use atproof_scenarios::coverage::ledger;
use atproof_scenarios::registry::FAMILIES;
use clap::{Args, ValueEnum};

use crate::console;
use crate::examination::catalogue;
use crate::exit::{Exit, Stop};
use crate::nearest::nearest;

/// List the cases, or the clauses that they cover, or the bugs that they find
#[derive(Args)]
pub(crate) struct Options {
    /// Only what examines, binds or befell these
    #[arg(long, value_enum)]
    role: Option<RoleName>,
    /// Only this area, such as par
    #[arg(long)]
    area: Option<String>,
    /// List the clauses instead: what is tested, what is not and why, what is missing
    #[arg(long, conflicts_with = "bugs")]
    coverage: bool,
    /// List the bugs from the field instead, with the cases that find them
    #[arg(long)]
    bugs: bool,
    /// With --coverage: list every clause, and not only those that are not yet covered
    #[arg(long, requires = "coverage", conflicts_with = "json")]
    all: bool,
    /// As JSON, with all that is known
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
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
    let text = if options.coverage {
        coverage(options)?
    } else if options.bugs {
        bugs(options)?
    } else {
        cases(options)?
    };
    console::print(&text);
    Ok(Exit::Clean)
}

fn cases(options: &Options) -> Result<String, Stop> {
    options.check_area("case", FAMILIES.iter().map(|family| family.area))?;
    let role = options.role.map(|name| match name {
        RoleName::Server => Role::Server,
        RoleName::Client => Role::Client,
        RoleName::Document => Role::Document,
    });
    let rows: Vec<Row> = FAMILIES
        .iter()
        .filter(|family| role.is_none_or(|role| family.role == role))
        .filter(|family| options.has_area(family.area))
        .flat_map(|family| family.cases.iter().map(move |case| (*family, case)))
        .collect();
    let render = if options.json { json } else { table };
    Ok(render(&rows, catalogue()?))
}

fn coverage(options: &Options) -> Result<String, Stop> {
    let rows = ledger().map_err(|error| Stop::fault(error.to_string()))?;
    options.check_area("clause", rows.iter().map(|row| row.requirement.area.as_str()))?;
    let group = options.role.map(|name| match name {
        RoleName::Server => SubjectGroup::Servers,
        RoleName::Client => SubjectGroup::Clients,
        RoleName::Document => SubjectGroup::Documents,
    });
    let rows: Vec<LedgerRow<'_>> = rows
        .iter()
        .filter(|row| group.is_none_or(|group| SubjectGroup::of(row.requirement.subject) == group))
        .filter(|row| options.has_area(&row.requirement.area))
        .cloned()
        .collect();
    Ok(if options.json {
        coverage_report::json(&rows)
    } else {
        coverage_report::text(&rows, coverage_report::Options { all: options.all })
    })
}

fn bugs(options: &Options) -> Result<String, Stop> {
    let ties = ties().map_err(|error| Stop::fault(error.to_string()))?;
    options.check_area("bug", ties.iter().map(|tie| tie.bug.area.as_str()))?;
    let ties: Vec<BugTie<'_>> = ties
        .iter()
        .filter(|tie| match options.role {
            None => true,
            Some(RoleName::Server) => tie.bug.is_of_server(),
            Some(RoleName::Client) => !tie.bug.is_of_server(),
            Some(RoleName::Document) => tie.bug.side == BugSide::Doc,
        })
        .filter(|tie| options.has_area(&tie.bug.area))
        .cloned()
        .collect();
    let render = if options.json { bug_report::json } else { bug_report::table };
    Ok(render(&ties))
}

impl Options {
    fn has_area(&self, area: &str) -> bool {
        self.area.as_ref().is_none_or(|wanted| wanted == area)
    }

    /// An area that nothing has is a spelling mistake.
    fn check_area<'a>(&self, what: &str, areas: impl Iterator<Item = &'a str>) -> Result<(), Stop> {
        let areas: BTreeSet<&str> = areas.collect();
        match &self.area {
            Some(area) if !areas.contains(area.as_str()) => {
                let known = nearest(area, areas.into_iter()).join(", ");
                Err(Stop::usage(format!("no {what} has the area {area}"))
                    .advice(format!("the nearest are {known}")))
            }
            _ => Ok(()),
        }
    }
}
