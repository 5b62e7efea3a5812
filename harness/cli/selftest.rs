//! `atproof selftest`: proves the suite on the reference peer.

use std::path::PathBuf;
use std::time::Instant;

use atproof_engine::discovery::DiscoveryError;
use atproof_engine::model::Role;
use atproof_peers::Switches;
use clap::Args;
use tokio::runtime::Runtime;

use crate::console;
use crate::embedded::Peer;
use crate::examination::catalogue;
use crate::exit::{Exit, Stop};
use crate::options::Only;
use crate::outputs::unwritable;
use crate::proof::{Clients, Course, Proof, Servers, prove};

/// Prove the suite: every fault of the reference peer is found, no legal variant is
///
/// Ends with 1 where anything is missing for the proof.
#[derive(Args)]
pub(crate) struct Options {
    /// Also play all cases against every fault, and print which ones each breaks
    #[arg(long)]
    full: bool,
    /// Write which cases each fault breaks to FILE
    #[arg(long, value_name = "FILE", requires = "full")]
    matrix: Option<PathBuf>,
    #[command(flatten)]
    only: Only,
    /// Write the proof (JSON) to FILE
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// The proof shall be the same every time.
const SEED: u64 = 1;

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<Exit, Stop> {
    let since = Instant::now();
    let selection = options.only.selection(None)?;
    let healthy = Peer::new(Switches::default(), SEED);
    let servers = Servers {
        peer: |switches: &Switches| Peer::new(switches.clone(), SEED),
        input: healthy.input(),
        directories: healthy.directories(),
        accounts: healthy.accounts(),
    };
    let clients = Clients { seed: SEED };
    let catalogue = catalogue()?;
    let course = |role| Course {
        catalogue,
        selection: selection.of(role),
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        full: options.full,
    };
    let runtime = Runtime::new()
        .map_err(|error| Stop::fault(format!("no threads can be started: {error}")))?;
    let proof = runtime
        .block_on(async {
            let servers = prove(servers, course(Role::Server)).await?;
            Ok(servers.and(prove(clients, course(Role::Client)).await?))
        })
        .map_err(|error: DiscoveryError| {
            Stop::fault(format!("the reference peer cannot be examined: {error}"))
        })?;
    if let Some(path) = &options.json {
        std::fs::write(path, format!("{:#}\n", proof.json(SEED)))
            .map_err(|error| unwritable(path, &error))?;
    }
    if let Some(path) = &options.matrix {
        std::fs::write(path, matrix(&proof)).map_err(|error| unwritable(path, &error))?;
    }
    console::print(&report(&proof));
    console::note(&format!("{:.1} s.\n", since.elapsed().as_secs_f64()));
    Ok(if proof.gaps().is_empty() { Exit::Clean } else { Exit::Failed })
}

/// One line for each fault: the cases that it breaks.
fn matrix(proof: &Proof) -> String {
    let lines = proof.matrix.iter();
    lines.map(|(fault, cases)| format!("{fault}: {}\n", cases.join(" "))).collect()
}

fn report(proof: &Proof) -> String {
    let kills = proof.kills.iter().filter(|kill| kill.is_killed).count();
    let rows = [
        ("cases kept by the reference peer", proof.kept(), proof.healthy.len()),
        ("killers that break their case", kills, proof.kills.len()),
        ("faults that a case finds", proof.killed().len(), proof.faults.len()),
        ("legal variants that only change bytes", proof.legal(), proof.freedoms.len()),
    ];
    let mut text = String::new();
    for (what, count, of) in rows {
        text += &format!("{what:<38} {count:>4} of {of:>4}\n");
    }
    if !proof.matrix.is_empty() {
        text += &format!("\nFaults and the cases that they break:\n{}", matrix(proof));
    }
    let gaps = proof.gaps();
    if gaps.is_empty() {
        return text + "\nThe proof holds.\n";
    }
    text += &format!("\nMissing for the proof ({}):\n", gaps.len());
    for gap in gaps {
        text += &format!("  {gap}\n");
    }
    text
}
