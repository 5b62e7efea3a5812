//! `atproof client`: examines a live client.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use atproof_engine::model::{JudgedRun, Role, Target};
use atproof_engine::run::{Offer, Plan};
use atproof_engine::world::{self, Client, Command, Drivers, Networks, Pool, Sealed, Stand};
use atproof_peers::Correct;
use atproof_scenarios::registry::FAMILIES;
use clap::{Args, Subcommand};
use tokio::runtime::Runtime;

use crate::baseline::Baseline;
use crate::console;
use crate::examination::Examination;
use crate::exit::{Exit, Stop};
use crate::fronts;
use crate::options::{Grading, Playing, Selection};
use crate::seal;

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
    Web(fronts::Web),
    Browser(fronts::Browser),
    Manual(fronts::Manual),
}

/// Examine a client through a driver: a program that reads commands as JSON lines
///
/// Exit codes: 0 nothing failed, 1 a MUST failed, 2 inconclusive cases, 3 the client cannot be
/// examined (--sealed: or this machine allows no namespaces), 4 a fault of atproof, 64 usage, 130
/// Ctrl-C.
#[derive(Args)]
struct Exec {
    #[command(flatten)]
    run: Run,
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

/// What every run has.
#[derive(Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) playing: Playing,
    #[command(flatten)]
    grading: Grading,
    /// Longest time to wait between two logins
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    patience: u64,
}

/// A client that is there, and the networks around it.
pub(crate) struct Subject {
    pub(crate) drivers: Arc<dyn Drivers>,
    /// The sealed world that they are in.
    pub(crate) sealed: Option<Arc<Sealed>>,
    pub(crate) networks: Arc<dyn Networks>,
    /// How many units at a time, where that is not for the user to say.
    pub(crate) jobs: Option<usize>,
    /// Whether each verdict is said as it falls.
    pub(crate) says_verdicts: bool,
    /// What to do where it does not begin.
    pub(crate) advice: &'static str,
}

/// Runs the command.
pub(crate) fn run(options: Options) -> Result<Exit, Stop> {
    match options.front {
        Front::Exec(options) => exec(options),
        Front::Web(options) => fronts::web(options),
        Front::Browser(options) => fronts::browser(options),
        Front::Manual(options) => fronts::manual(options),
    }
}

fn exec(options: Exec) -> Result<Exit, Stop> {
    // Before anything else: in a sealed place, all begins once more.
    let sealed = options.sealed.then(seal::enter).transpose()?;
    let Some((program, arguments)) = options.command.split_first() else {
        return Err(Stop::usage("no driver is named").advice("name it after --"));
    };
    let pool = Arc::new(Pool::new(Command {
        program: program.clone(),
        arguments: arguments.to_vec(),
        limit: Duration::from_secs(options.driver_timeout.get()),
    }));
    let drivers: Arc<dyn Drivers> = Arc::new(pool.clone());
    let place = sealed.as_ref().map(|place| (place.ca_key.clone(), place.ca_file()));
    let subject = async move {
        Ok(Subject {
            drivers,
            sealed: match place {
                Some(place) => Some(open(place).await?),
                None => None,
            },
            networks: Arc::new(Correct { seed: None }),
            jobs: None,
            says_verdicts: false,
            advice: "run it by hand: it reads one JSON object per line and answers each with one",
        })
    };
    let exit = conduct(&options.run, program, subject);
    // Whatever happened, nothing that was started here goes on.
    pool.end();
    exit
}

/// Examines a client, once it is there.
pub(crate) fn conduct(
    options: &Run,
    name: &str,
    subject: impl Future<Output = Result<Subject, Stop>> + Send + 'static,
) -> Result<Exit, Stop> {
    let playing = &options.playing;
    let selection = playing.only.selection(Some(Role::Client))?;
    let baseline = options.grading.baseline.as_deref().map(Baseline::read).transpose()?;
    let runtime = Runtime::new()
        .map_err(|error| Stop::fault(format!("no threads can be started: {error}")))?;
    let examination = Examination::open(playing, playing.seed(), name.to_owned())?;
    let jobs = playing.jobs.get();
    let patience = Duration::from_secs(options.patience);
    let run = {
        let examination = examination.clone();
        async move { examine(&examination, subject.await?, selection, jobs, patience).await }
    };
    let mut run = examination.conduct(runtime, run)?;
    if let Some(baseline) = baseline {
        baseline.mark(&mut run);
    }
    examination.report(&run, playing)?;
    Ok(Exit::of(&run, options.grading.strict, options.grading.require_all))
}

async fn examine(
    examination: &Examination,
    subject: Subject,
    selection: Selection,
    jobs: usize,
    patience: Duration,
) -> Result<JudgedRun, Stop> {
    let jobs = subject.jobs.unwrap_or(jobs);
    let introduction = world::introduce(&*subject.drivers).await.map_err(|why| {
        Stop::new(Exit::Unreachable, format!("the driver does not begin: {why}"))
            .advice(subject.advice)
    })?;
    let name = format!("{} {}", introduction.name, introduction.version);
    let target = Target::client(name.trim());
    let offer = Offer { patience, ..Offer::CLIENT };
    let plan = Plan::new(FAMILIES, &offer, |case| selection.has(case));
    console::note(&format!(
        "Client {}.\nPlan: cases {}, logins {}, units at a time {jobs}.\n",
        target.input,
        plan.cases(),
        plan.consents(),
    ));
    let client = match subject.sealed {
        Some(sealed) => Client::Sealed(subject.drivers, sealed),
        None => Client::Outside(subject.drivers),
    };
    let stand = Stand { networks: subject.networks, client, seed: examination.seed };
    examination.play_client(&plan, &stand, &target, jobs, subject.says_verdicts).await
}

async fn open((ca_key, ca_file): (String, PathBuf)) -> Result<Arc<Sealed>, Stop> {
    Sealed::open(&ca_key, ca_file)
        .await
        .map_err(|error| Stop::fault(format!("the sealed world cannot be opened: {error}")))
}
