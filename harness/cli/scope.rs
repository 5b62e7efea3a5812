//! `atproof scope`: what a scope string grants.

use std::io::Read;

use atproof_reports::scope::explain;
use clap::{Args, Subcommand};

use crate::console;
use crate::exit::{Exit, Stop};

/// Read scope strings
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Explain(Explain),
}

/// Say in plain words what a scope string grants, and what is wrong with it
///
/// Ends with 1 where the string is invalid or does not allow what --can asks for.
#[derive(Args)]
struct Explain {
    /// The scope string, in quotes; - reads it from standard input
    scope: String,
    /// Ask whether it allows this, spelled as the scope for it alone, such as
    /// repo:app.bsky.feed.post?action=create; may be repeated
    #[arg(long, value_name = "OPERATION")]
    can: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// No scope string is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<Exit, Stop> {
    let Command::Explain(options) = &options.command;
    let scope = match options.scope.as_str() {
        "-" => from_standard_input()?,
        scope => scope.to_owned(),
    };
    let mut explanation = explain(&scope);
    for operation in &options.can {
        explanation.ask(operation).map_err(|error| {
            let advice = "spell it as the scope for it alone and without wildcards, such as \
                          repo:app.bsky.feed.post?action=create or account:email";
            Stop::usage(format!("--can: {error}")).advice(advice)
        })?;
    }
    console::print(&if options.json { explanation.json() } else { explanation.text() });
    Ok(if explanation.is_valid() && explanation.allows_all() { Exit::Clean } else { Exit::Failed })
}

/// The scope string without the line break that ends it.
fn from_standard_input() -> Result<String, Stop> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
    let length = read.map_err(|error| Stop::usage(format!("standard input: {error}")))?;
    if u64::try_from(length).is_ok_and(|length| length > LONGEST) {
        return Err(Stop::usage(format!("a scope string of more than {LONGEST} bytes")));
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
