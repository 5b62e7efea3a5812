//! `atproof client`: examines a live client.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use atproof_engine::model::{JudgedRun, Role, Target};
use atproof_engine::run::{Offer, Plan};
use atproof_engine::world::{self, Client, Command, Drivers, Pool, Sealed, Stand};
use atproof_peers::Correct;
use atproof_scenarios::registry::FAMILIES;
use clap::{Args, Subcommand};
use tokio::runtime::Runtime;

use crate::baseline::Baseline;
use crate::console;
use crate::examination::Examination;
use crate::exit::{Exit, Stop};
use crate::options::{Grading, Playing, Selection};
use crate::seal::{self, Furnished};

/// Examine a live client
///
/// atproof is the whole network around it: handle and DID resolution, PDS, authorization server.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    front: Front,
}

#[derive(Subcommand)]
enum Front {
    Exec(Exec),
}

/// Examine a client through a driver: a program that reads commands as JSON lines
///
/// Exit codes: 0 nothing failed, 1 a MUST failed, 2 inconclusive cases, 3 the client cannot be
/// examined (--sealed: or this machine allows no namespaces), 4 a fault of atproof, 64 usage, 130
/// Ctrl-C.
#[derive(Args)]
struct Exec {
    #[command(flatten)]
    playing: Playing,
    #[command(flatten)]
    grading: Grading,
    /// Longest time to wait for an answer of the driver; for init, twice that
    #[arg(long, value_name = "SECONDS", default_value = "15")]
    driver_timeout: NonZeroU64,
    /// Run the driver in namespaces of its own, where atproof is the whole internet: a name server,
    /// and TLS under every name, plc.directory too. For clients without settings, and for the cases
    /// that take host names. Needs Linux, and root or unprivileged user namespaces
    #[arg(long)]
    sealed: bool,
    /// The driver, and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(options: Options) -> Result<Exit, Stop> {
    match options.front {
        Front::Exec(options) => exec(options),
    }
}

fn exec(options: Exec) -> Result<Exit, Stop> {
    let selection = options.playing.only.selection(Some(Role::Client))?;
    // Before anything else: in a sealed place, all begins once more.
    let sealed = options.sealed.then(seal::enter).transpose()?.map(Arc::new);
    let baseline = options.grading.baseline.as_deref().map(Baseline::read).transpose()?;
    let runtime = Runtime::new()
        .map_err(|error| Stop::fault(format!("no threads can be started: {error}")))?;
    let seed = options.playing.seed();
    let Some((program, arguments)) = options.command.split_first() else {
        return Err(Stop::usage("no driver is named").advice("name it after --"));
    };
    let examination = Examination::open(&options.playing, seed, program.clone())?;
    let pool = Arc::new(Pool::new(Command {
        program: program.clone(),
        arguments: arguments.to_vec(),
        limit: Duration::from_secs(options.driver_timeout.get()),
    }));
    let jobs = options.playing.jobs.get();
    let run = examine(examination.clone(), pool.clone(), sealed.clone(), selection, jobs);
    let run = examination.conduct(runtime, run);
    // Whatever happened, nothing that was started here goes on.
    pool.end();
    let mut run = run?;
    if let Some(baseline) = baseline {
        baseline.mark(&mut run);
    }
    examination.report(&run, &options.playing)?;
    Ok(Exit::of(&run, options.grading.strict, options.grading.require_all))
}

async fn examine(
    examination: Arc<Examination>,
    pool: Arc<Pool>,
    sealed: Option<Arc<Furnished>>,
    selection: Selection,
    jobs: usize,
) -> Result<JudgedRun, Stop> {
    let introduction = world::introduce(&pool).await.map_err(|why| {
        Stop::new(Exit::Unreachable, format!("the driver does not begin: {why}"))
            .advice("run it by hand: it reads one JSON object per line and answers each with one")
    })?;
    let name = format!("{} {}", introduction.name, introduction.version);
    let target = Target::client(name.trim());
    let plan = Plan::new(FAMILIES, &Offer::CLIENT, |case| selection.has(case));
    console::note(&format!(
        "Client {}.\nPlan: cases {}, logins {}, units at a time {jobs}.\n",
        target.input,
        plan.cases(),
        plan.consents(),
    ));
    let drivers: Arc<dyn Drivers> = Arc::new(pool);
    let client = match sealed {
        Some(place) => Client::Sealed(drivers, open(&place).await?),
        None => Client::Outside(drivers),
    };
    let stand =
        Stand { networks: Arc::new(Correct { seed: None }), client, seed: examination.seed };
    examination.play_client(&plan, &stand, &target, jobs).await
}

async fn open(place: &Furnished) -> Result<Arc<Sealed>, Stop> {
    Sealed::open(&place.ca_key, place.ca_file())
        .await
        .map_err(|error| Stop::fault(format!("the sealed world cannot be opened: {error}")))
}
