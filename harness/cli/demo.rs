//! `atproof demo`: examines the reference peer with faults switched on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use atproof_engine::consent::Consent;
use atproof_engine::model::{JudgedRun, Role, Tier, Verdict};
use atproof_engine::run::{Offer, Plan};
use atproof_engine::stage::Setting;
use atproof_peers::{Confined, FAULTS, Switches};
use atproof_scenarios::registry::{self, FAMILIES};
use clap::Args;
use tokio::runtime::{Builder, Runtime};

use crate::console;
use crate::embedded::Peer;
use crate::examination::Examination;
use crate::exit::{Exit, Stop};
use crate::options::{Playing, Selection};

/// Examine the embedded reference peer with two faults switched on
///
/// Ends with 0 when exactly its faults were found. Needs no network.
#[derive(Args)]
pub(crate) struct Options {
    /// Faults of the peer, those of proofs also at one endpoint alone (ID@par, ID@token, ID@refresh,
    /// ID@revoke); an empty list switches none on
    #[arg(long, value_name = "ID,ID", value_delimiter = ',', default_values = DEFAULT_FAULTS)]
    faults: Vec<String>,
    /// Legal variants of the peer
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    variants: Vec<String>,
    #[command(flatten)]
    playing: Playing,
}

/// Shown to newcomers: one that every server author has met, and one that is easily overlooked.
const DEFAULT_FAULTS: [&str; 2] = ["as.pkce.allow-plain", "rs.dpop.skip-jkt"];

/// Runs the command.
pub(crate) fn run(options: Options) -> Result<Exit, Stop> {
    let selection = options.playing.only.selection(Some(Role::Server))?;
    let switches = switches(&options)?;
    let seed = options.playing.seed();
    let peer = Arc::new(Peer::new(switches.clone(), seed));
    let examination = Examination::open(&options.playing, seed, peer.input())?;
    let jobs = options.playing.jobs.get();
    let runtime = runtime(jobs)
        .map_err(|error| Stop::fault(format!("no threads can be started: {error}")))?;
    console::print(&introduction(&switches));
    let run = examine(examination.clone(), peer, selection.clone(), jobs);
    let run = examination.conduct(runtime, run)?;
    examination.report(&run, &options.playing)?;
    let complaints = complaints(&run, &switches, &selection);
    if complaints.is_empty() {
        console::print(
            "\nThe demo found its faults and nothing else. Next, examine a server of yours:\n  \
             ATPROOF_ACCOUNT=... ATPROOF_PASSWORD=... atproof server https://pds.example.com\n",
        );
        return Ok(Exit::Clean);
    }
    let advice = if options.faults == DEFAULT_FAULTS {
        "this is a bug of atproof, please report it"
    } else {
        "a fault may well break more cases than those that are there to find it"
    };
    Err(Stop::fault(format!("the demo is not as expected: {}", complaints.join("; ")))
        .advice(advice))
}

async fn examine(
    examination: Arc<Examination>,
    peer: Arc<Peer>,
    selection: Selection,
    jobs: usize,
) -> Result<JudgedRun, Stop> {
    let target = examination.discover(&*peer, &peer.directories()).await?;
    let accounts = peer.accounts();
    for account in &accounts {
        examination.recorder.vault.keep("password", &account.password);
    }
    let offer = everything(accounts.len(), target.endpoints.revocation.is_some());
    let plan = Plan::new(FAMILIES, &offer, |case| selection.has(case));
    let recorder = examination.recorder.clone();
    let setting = Setting { target, accounts, consent: Consent::Form, recorder };
    examination.play(&plan, &*peer, setting, jobs).await
}

/// With a virtual clock and nobody to burden, everything is offered.
pub(crate) const fn everything(accounts: usize, revocation: bool) -> Offer {
    Offer {
        accounts,
        https: true,
        revocation,
        metadata_host: true,
        public_metadata_host: true,
        address_filter: true,
        tier: Tier::Load,
        patience: Duration::MAX,
        role: Role::Server,
    }
}

/// With one job, one thread: then even the order of lines in the record is the same each time.
fn runtime(jobs: usize) -> std::io::Result<Runtime> {
    let mut builder =
        if jobs == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.enable_all().build()
}

fn switches(options: &Options) -> Result<Switches, Stop> {
    let ids = options.faults.iter().chain(&options.variants).filter(|id| !id.is_empty());
    Switches::parse(ids).map_err(|error| Stop::usage(error.to_string()))
}

fn introduction(switches: &Switches) -> String {
    let mut text = "This examines the reference peer of atproof, in this process.\n".to_owned();
    for on in switches.faults() {
        let row = FAULTS.iter().find(|row| row.fault == on.fault);
        text += &format!("Fault {on}: {}\n", row.map_or("", |row| row.breaks));
    }
    for variant in &switches.variants {
        text += &format!("Legal variant {variant}\n");
    }
    text.push('\n');
    text
}

/// What differs from: each fault is found by one of its cases, and nothing else is.
fn complaints(run: &JudgedRun, switches: &Switches, selection: &Selection) -> Vec<String> {
    // A fault of the check of proofs that is on everywhere is that of each single occasion.
    let is_on = |killer: &&str| Confined::parse(killer).is_some_and(|fault| switches.has(fault));
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut complaints = Vec::new();
    for case in &run.cases {
        let killers = registry::find(&case.id).map_or(&[][..], |(_, case)| case.killers);
        let killers: Vec<&str> = killers.iter().copied().filter(is_on).collect();
        let is_broken = matches!(case.verdict, Verdict::Fail | Verdict::Warn);
        // What the text leaves open is never broken, only observed.
        if is_broken || case.verdict == Verdict::Observed {
            found.extend(&killers);
        }
        if is_broken && killers.is_empty() {
            complaints.push(format!("{} is {}: {}", case.id, case.verdict.as_str(), case.reason));
        }
    }
    let wanted = selection.cases().flat_map(|(_, case)| case.killers.iter().copied());
    let wanted: BTreeSet<&str> = wanted.filter(is_on).collect();
    complaints.extend(wanted.difference(&found).map(|fault| format!("{fault} was not found")));
    complaints
}
