//! One run from the open record to the printed report, whatever the peer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atproof_engine::consent::{Consent, ConsentError};
use atproof_engine::discovery::{self, Directories, DiscoveryError};
use atproof_engine::model::{JudgedRun, Target};
use atproof_engine::run::{self, Catalogue, Plan, Venue};
use atproof_engine::stage::{Recorder, Setting, Stage};
use atproof_engine::world::Stand;
use atproof_reports::{json, terminal};
use tokio::runtime::Runtime;

use crate::console;
use crate::exit::{Exit, Stop};
use crate::options::Playing;
use crate::outputs::Outputs;
use crate::progress;

/// A run under way.
pub(crate) struct Examination {
    /// Where events go.
    pub(crate) recorder: Arc<Recorder>,
    /// The seed of the run.
    pub(crate) seed: u64,
    outputs: Outputs,
    input: String,
    has_head: AtomicBool,
}

impl Examination {
    /// Opens the files of a run against what the user named.
    pub(crate) fn open(playing: &Playing, seed: u64, input: String) -> Result<Arc<Self>, Stop> {
        let (outputs, recorder) =
            Outputs::create(playing.record.as_deref(), playing.json.as_deref())?;
        let recorder = Arc::new(recorder);
        let has_head = AtomicBool::new(false);
        Ok(Arc::new(Self { recorder, seed, outputs, input, has_head }))
    }

    /// Carries a run to its end, or to Ctrl-C. The record is readable whatever happens.
    pub(crate) fn conduct(
        &self,
        runtime: Runtime,
        run: impl Future<Output = Result<JudgedRun, Stop>> + Send + 'static,
    ) -> Result<JudgedRun, Stop> {
        let result = runtime.block_on(async {
            tokio::select! {
                // First, so that Ctrl-C is heard before anything begins.
                biased;
                _ = tokio::signal::ctrl_c() => {
                    Err(Stop::new(Exit::Interrupted, "ended by Ctrl-C"))
                }
                // A task of its own, so that a person who is being asked does not keep Ctrl-C
                // waiting. What is left of it ends with the runtime.
                end = async { tokio::spawn(run).await } => end.unwrap_or_else(|error| {
                    Err(Stop::fault(error.to_string()).advice("please report this bug of atproof"))
                }),
            }
        });
        runtime.shutdown_background();
        if result.is_err() && !self.has_head.load(Ordering::SeqCst) {
            self.write_head(&Target::named(&self.input));
        }
        self.outputs.search(&self.recorder.vault)?;
        self.recorder.finish().map_err(|error| {
            Stop::fault(format!("the record cannot be written: {error}")).advice("check the disk")
        })?;
        if let (Err(_), Some(record)) = (&result, self.outputs.record()) {
            console::note(&format!("The record so far is {}.\n", record.display()));
        }
        result
    }

    /// Finds the servers behind what the user named.
    pub(crate) async fn discover(
        &self,
        venue: &dyn Venue,
        directories: &Directories,
    ) -> Result<Target, Stop> {
        let setting = Setting {
            target: Target::named(&self.input),
            accounts: Vec::new(),
            consent: Consent::Auto,
            recorder: self.recorder.clone(),
        };
        let place = venue.open("discovery");
        let mut stage = Stage::new(place, Arc::new(setting), "discovery");
        let found = discovery::discover(&mut stage, &self.input, directories).await;
        stage.finish();
        let target = found.map_err(|error| {
            let exit = match error {
                DiscoveryError::Input(_) => Exit::Usage,
                _ => Exit::Unreachable,
            };
            Stop::new(exit, error.to_string()).advice(error.advice())
        })?;
        self.write_head(&target);
        Ok(target)
    }

    /// Signs in, plays the plan and judges what was played.
    pub(crate) async fn play(
        &self,
        plan: &Plan,
        venue: &dyn Venue,
        setting: Setting,
        jobs: usize,
    ) -> Result<JudgedRun, Stop> {
        let catalogue = catalogue()?;
        let setting = Arc::new(setting);
        if plan.needs_account() {
            run::preflight(&setting, venue).await.map_err(|error| {
                Stop::new(Exit::Unreachable, error.to_string()).advice(advice(&error))
            })?;
        }
        let bar = progress::bar(plan.cases());
        let findings = run::play(plan, &setting, venue, jobs, |played| {
            bar.set_message(played.case.id);
            bar.inc(1);
            run::finding(&played, &setting.target, catalogue)
        })
        .await;
        drop(bar);
        let findings = findings.into_iter().flatten().collect();
        Ok(run::conclude(findings, &setting.target, self.seed, true))
    }

    /// Plays cases about a client and judges what was played; each verdict is said as it falls,
    /// where that is wanted.
    pub(crate) async fn play_client(
        &self,
        plan: &Plan,
        stand: &Stand,
        target: &Target,
        jobs: usize,
        says_verdicts: bool,
    ) -> Result<JudgedRun, Stop> {
        let catalogue = catalogue()?;
        self.write_head(target);
        let bar = if says_verdicts { progress::none() } else { progress::bar(plan.cases()) };
        let findings = run::play_client(plan, &self.recorder, stand, jobs, |played| {
            bar.set_message(played.case.id);
            bar.inc(1);
            let finding = run::finding(&played, target, catalogue);
            if let Some(finding) = finding.as_ref().filter(|_| says_verdicts) {
                console::note(&format!("  {}: {}\n", finding.id, finding.verdict.as_str()));
            }
            finding
        })
        .await;
        drop(bar);
        let findings = findings.into_iter().flatten().collect();
        Ok(run::conclude(findings, target, self.seed, true))
    }

    /// Writes the judged run and prints the report.
    pub(crate) fn report(&self, run: &JudgedRun, playing: &Playing) -> Result<(), Stop> {
        let options = terminal::Options {
            all: playing.length.all,
            colour: true,
            repeat: &playing.repeat(self.seed),
            more: &playing.more(),
        };
        let (json, text) = (json::render(run), terminal::render(run, &options));
        for (what, output) in [("judged run", &json), ("report", &text)] {
            if let Some(secret) = self.recorder.vault.leak_in(output) {
                return Err(Stop::fault(format!("the {what} would hold {secret}"))
                    .advice("this is a bug of atproof, please report it"));
            }
        }
        self.outputs.write_json(&json)?;
        console::print(&text);
        let cost = self.recorder.cost();
        console::note(&format!(
            "cost: {} cases, {} requests, {} sign-ins, {:.3} s wall, {:.3} s waiting\n",
            run.cases.len(),
            cost.requests,
            cost.sign_ins,
            cost.wall_time.as_secs_f64(),
            cost.peer_time.as_secs_f64()
        ));
        Ok(())
    }

    fn write_head(&self, target: &Target) {
        self.recorder.event(&run::head(target, self.seed));
        self.has_head.store(true, Ordering::SeqCst);
    }
}

/// The clauses; reading them is tested, so that a failure is our own.
pub(crate) fn catalogue() -> Result<&'static Catalogue, Stop> {
    atproof_scenarios::catalogue::catalogue().map_err(|error| Stop::fault(error.to_string()))
}

/// Says what is about to happen.
pub(crate) fn announce(target: &Target, plan: &Plan, jobs: usize) {
    let in_bursts = plan.in_bursts();
    let requests = plan.cases() + plan.consents() * REQUESTS_PER_CONSENT + in_bursts;
    let bursts = match in_bursts {
        0 => String::new(),
        most => format!(" (at most {most} in bursts)"),
    };
    console::note(&format!(
        "Target {}: PDS {}, authorization server {}.\n\
         Plan: cases {}, consents {}, password sign-ins {}, requests about {requests}{bursts}, units \
         at a time {jobs}.\n",
        target.input,
        target.resource,
        target.issuer,
        plan.cases(),
        plan.consents(),
        plan.sign_ins(),
    ));
}

/// Requests that a login takes: push, page, decision, redirect, token. What the case itself sends
/// comes to about one more, since neighbours share their controls.
const REQUESTS_PER_CONSENT: usize = 5;

const fn advice(error: &ConsentError) -> &'static str {
    match error {
        ConsentError::SignIn(_) => {
            "check ATPROOF_ACCOUNT and ATPROOF_PASSWORD, and that the account is not locked; it \
             was tried once only"
        }
        ConsentError::Denied(_) => {
            "check that this account may approve this client, by hand in a browser"
        }
        ConsentError::Page(_) => "bring logins to their end with --consent command or manual",
        ConsentError::Net(_) => "check that the authorization server runs and answers in time",
        ConsentError::Outside(_) => "hand back the whole address that the browser ends at",
    }
}
