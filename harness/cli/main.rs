//! The command line: reads arguments, calls the parts, prints, and ends with a documented exit
//! code. Nothing is judged here.

mod baseline;
mod ca;
mod client;
mod console;
mod demo;
mod embedded;
mod examination;
mod exit;
mod explain;
mod fronts;
mod judge;
mod lint;
mod list;
mod nearest;
mod options;
mod outputs;
mod person;
mod progress;
mod proof;
mod scope;
#[cfg(target_os = "linux")]
mod seal;
#[cfg(not(target_os = "linux"))]
#[path = "seal_elsewhere.rs"]
mod seal;
mod selftest;
mod server;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};

use crate::exit::{Exit, Stop};

/// Conformance and fuzz harness for the OAuth profile of the AT Protocol.
#[derive(Parser)]
#[command(version, max_term_width = 100, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Options),
    Server(Box<server::Options>),
    Client(Box<client::Options>),
    Selftest(selftest::Options),
    List(list::Options),
    Explain(explain::Options),
    Judge(judge::Options),
    Lint(lint::Options),
    Scope(scope::Options),
    Ca(ca::Options),
}

fn main() -> ExitCode {
    let end = match Cli::try_parse() {
        // A panic is a fault of ours; its message is already on standard error.
        Ok(cli) => catch_unwind(AssertUnwindSafe(|| run(cli.command)))
            .unwrap_or_else(|_| Err(Stop::fault("this is a bug of atproof, please report it"))),
        Err(error) => usage(&error),
    };
    let exit = end.unwrap_or_else(|stop| {
        console::note(&format!("error: {stop}\n"));
        stop.exit
    });
    exit.into()
}

fn run(command: Command) -> Result<Exit, Stop> {
    match command {
        Command::Demo(options) => demo::run(options),
        Command::Server(options) => server::run(*options),
        Command::Client(options) => client::run(*options),
        Command::Selftest(options) => selftest::run(&options),
        Command::List(options) => list::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Judge(options) => judge::run(&options),
        Command::Lint(options) => lint::run(&options),
        Command::Scope(options) => scope::run(&options),
        Command::Ca(options) => ca::run(&options),
    }
}

/// Help and version are no errors; everything else that clap finds is a usage error.
fn usage(error: &clap::Error) -> Result<Exit, Stop> {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        console::print(&error.render().to_string());
        return Ok(Exit::Clean);
    }
    if let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg)
        && SECRET_ARGUMENTS.iter().any(|secret| argument.starts_with(secret))
    {
        return Err(Stop::usage(
            "accounts and passwords are never arguments, since every user of the machine can read \
             those",
        )
        .advice("set ATPROOF_ACCOUNT and ATPROOF_PASSWORD, or run in a terminal and be asked"));
    }
    console::note(&error.render().to_string());
    Ok(Exit::Usage)
}

/// What users try first.
const SECRET_ARGUMENTS: &[&str] = &["--pass", "--account", "--user", "--secret", "--token"];
