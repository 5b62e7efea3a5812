//! Proof of the suite: it finds every fault of a peer, and takes no legal freedom for one.
//!
//! How a peer with certain switches is reached comes in from outside.

use std::collections::BTreeSet;
use std::sync::Arc;

use atproof_engine::consent::Consent;
use atproof_engine::discovery::{Directories, DiscoveryError, discover};
use atproof_engine::model::{Account, Case, Finding, Target, Verdict};
use atproof_engine::run::{self, Catalogue, Plan, Played, Venue};
use atproof_engine::stage::{Recorder, Setting, Stage};
use atproof_peers::{Confined, FAULTS, Switches, VARIANTS};
use atproof_scenarios::registry::FAMILIES;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::demo::everything;
use crate::options::Selection;

/// What the proof takes place on.
pub(crate) struct Ground<P> {
    /// The peer with these switches.
    pub(crate) peer: P,
    /// What a user would name to have it examined.
    pub(crate) input: String,
    /// Where its identities are looked up.
    pub(crate) directories: Directories,
    /// Who can sign in.
    pub(crate) accounts: Vec<Account>,
    /// The clauses.
    pub(crate) catalogue: &'static Catalogue,
    /// The cases to prove.
    pub(crate) selection: Selection,
    /// How many runs take place at the same time.
    pub(crate) jobs: usize,
}

/// What the runs have shown.
#[derive(Debug, Default)]
pub(crate) struct Proof {
    /// Every case against the peer as it is.
    pub(crate) healthy: Vec<Finding>,
    /// Every case against each of its killers.
    pub(crate) kills: Vec<Kill>,
    /// Faults to be killed: all, or those that the selected cases name. One of the check of proofs
    /// has to be killed on each occasion, by a case there.
    pub(crate) faults: Vec<String>,
    /// Every case against each legal variant.
    pub(crate) freedoms: Vec<Freedom>,
    /// Whether all cases were selected: a few of them cannot feel every variant.
    is_whole: bool,
    /// Which cases each fault breaks, where that was asked for.
    pub(crate) matrix: Vec<(&'static str, Vec<String>)>,
    /// Cases without a killer, and killers that are no faults.
    undeclared: Vec<String>,
}

/// A case against one of its killers.
#[derive(Debug)]
pub(crate) struct Kill {
    /// The case.
    pub(crate) case: &'static str,
    /// The fault.
    pub(crate) killer: &'static str,
    /// Whether the fault breaks the case.
    pub(crate) is_killed: bool,
    /// What came of it.
    outcome: String,
}

/// A legal variant.
#[derive(Debug)]
pub(crate) struct Freedom {
    /// Its id.
    pub(crate) variant: &'static str,
    /// What took it for a fault.
    pub(crate) complaints: Vec<String>,
    /// Whether it changed any recorded bytes.
    pub(crate) is_felt: bool,
}

/// One run to be made: a peer, and the one case or all selected ones.
struct Trial {
    switches: Switches,
    case: Option<&'static Case>,
}

/// What one run has shown.
struct Shown {
    /// The finding of the one case, or those of all cases that are not kept: there are more than a
    /// million of the others.
    findings: Vec<Finding>,
    /// Whether any exchange differs from the run against the peer as it is.
    is_different: bool,
}

/// The run against the peer as it is.
struct Healthy {
    target: Target,
    findings: Vec<Finding>,
    played: Vec<Played>,
}

/// Runs the proof; with `full`, also all cases against every fault.
pub(crate) async fn prove<P, V>(ground: Ground<P>, full: bool) -> Result<Proof, DiscoveryError>
where
    P: Fn(&Switches) -> V + Send + Sync + 'static,
    V: Venue + 'static,
{
    let ground = Arc::new(ground);
    let healthy = Arc::new(ground.healthy().await?);
    let mut proof = Proof::default();
    let mut trials = Vec::new();
    let mut pairs = Vec::new();
    for (_, case) in ground.selection.cases() {
        if case.killers.is_empty() {
            proof.undeclared.push(format!("{} has no killer", case.id));
        }
        for killer in case.killers {
            match Confined::parse(killer) {
                Some(fault) => {
                    trials.push(Trial { switches: fault.alone(), case: Some(case) });
                    pairs.push((case, *killer));
                }
                None => proof.undeclared.push(format!("{}: {killer} is no fault", case.id)),
            }
        }
    }
    trials.extend(VARIANTS.iter().map(|row| {
        let switches = Switches { variants: [row.variant].into(), ..Switches::default() };
        Trial { switches, case: None }
    }));
    let all_faults = FAULTS.iter().filter(|_| full);
    trials.extend(all_faults.map(|row| {
        let switches = Switches { faults: [row.fault].into(), ..Switches::default() };
        Trial { switches, case: None }
    }));
    let mut shown = ground.clone().run(healthy.clone(), trials).await.into_iter();

    let named: BTreeSet<&str> = pairs.iter().map(|(_, killer)| *killer).collect();
    proof.kills = pairs
        .into_iter()
        .zip(shown.by_ref())
        .map(|((case, killer), shown)| Kill::new(&healthy, case, killer, &shown))
        .collect();
    proof.freedoms = VARIANTS
        .iter()
        .zip(shown.by_ref())
        .map(|(row, shown)| Freedom::new(row.id.0, &shown))
        .collect();
    proof.matrix = FAULTS
        .iter()
        .zip(shown)
        .map(|(row, shown)| {
            let broken = shown.findings.iter().filter(|case| healthy.is_broken_by(case));
            (row.id.0, broken.map(|case| case.id.clone()).collect())
        })
        .collect();
    let is_whole = ground.selection.is_everything();
    proof.is_whole = is_whole;
    proof.faults = Confined::all().iter().map(Confined::to_string).collect();
    proof.faults.retain(|id| is_whole || named.contains(id.as_str()));
    proof.healthy.clone_from(&healthy.findings);
    Ok(proof)
}

impl<P, V> Ground<P>
where
    P: Fn(&Switches) -> V + Send + Sync + 'static,
    V: Venue + 'static,
{
    async fn healthy(&self) -> Result<Healthy, DiscoveryError> {
        let venue = (self.peer)(&Switches::default());
        let target = self.discover(&venue).await?;
        let played = self.play(&venue, target.clone(), None, |played| played).await;
        let finding = |played| run::finding(played, &target, self.catalogue);
        let findings = played.iter().filter_map(finding).collect();
        Ok(Healthy { target, findings, played })
    }

    /// Makes the runs side by side and gives what they have shown, in their order.
    async fn run(self: Arc<Self>, healthy: Arc<Healthy>, trials: Vec<Trial>) -> Vec<Shown> {
        let gate = Arc::new(Semaphore::new(self.jobs.max(1)));
        let mut tasks = JoinSet::new();
        for (place, trial) in trials.into_iter().enumerate() {
            let turn = gate.clone().acquire_owned().await;
            let (ground, healthy) = (self.clone(), healthy.clone());
            tasks.spawn(async move {
                let shown = ground.attempt(&healthy, &trial).await;
                drop(turn);
                (place, shown)
            });
        }
        let mut shown = tasks.join_all().await;
        shown.sort_unstable_by_key(|(place, _)| *place);
        shown.into_iter().map(|(_, shown)| shown).collect()
    }

    async fn attempt(&self, healthy: &Healthy, trial: &Trial) -> Shown {
        let venue = (self.peer)(&trial.switches);
        // A fault in a document may leave discovery nothing to go on with. The cases that are
        // about that document fetch it themselves.
        let target = self.discover(&venue).await.unwrap_or_else(|_| healthy.target.clone());
        let counts = |finding: &Finding| {
            trial.case.is_some()
                || finding.verdict == Verdict::Inconclusive
                || healthy.is_broken_by(finding)
        };
        let shown = self.play(&venue, target.clone(), trial.case, |played| {
            let before = healthy.played.iter().find(|before| before.case.id == played.case.id);
            let is_different = before.is_none_or(|before| before.exchanges != played.exchanges);
            (is_different, run::finding(&played, &target, self.catalogue).filter(counts))
        });
        let (differences, findings): (Vec<bool>, Vec<_>) = shown.await.into_iter().unzip();
        Shown {
            findings: findings.into_iter().flatten().collect(),
            is_different: differences.contains(&true),
        }
    }

    async fn discover(&self, venue: &V) -> Result<Target, DiscoveryError> {
        let setting = self.setting(Target::named(&self.input));
        let mut stage = Stage::new(venue.open("discovery"), setting, "discovery");
        discover(&mut stage, &self.input, &self.directories).await
    }

    async fn play<T>(
        &self,
        venue: &V,
        target: Target,
        only: Option<&'static Case>,
        make: impl Fn(Played) -> T,
    ) -> Vec<T> {
        let offer = everything(self.accounts.len(), target.endpoints.revocation.is_some());
        let plan = Plan::new(FAMILIES, &offer, |case| match only {
            Some(only) => case.id == only.id,
            None => self.selection.has(case),
        });
        run::play(&plan, &self.setting(target), venue, 1, make).await
    }

    fn setting(&self, target: Target) -> Arc<Setting> {
        Arc::new(Setting {
            target,
            accounts: self.accounts.clone(),
            consent: Consent::Form,
            recorder: Arc::new(Recorder::new(None, None)),
        })
    }
}

impl Healthy {
    /// Whether a case is broken: it fails or warns or, where the text is open, shows another fact
    /// than against the peer as it is.
    fn is_broken_by(&self, finding: &Finding) -> bool {
        match finding.verdict {
            Verdict::Fail | Verdict::Warn => true,
            Verdict::Observed => self.findings.iter().any(|before| {
                before.id == finding.id
                    && before.verdict == Verdict::Observed
                    && before.reason != finding.reason
            }),
            Verdict::Inconclusive | Verdict::Skipped | Verdict::Pass => false,
        }
    }
}

impl Kill {
    fn new(healthy: &Healthy, case: &'static Case, killer: &'static str, shown: &Shown) -> Self {
        let finding = shown.findings.iter().find(|finding| finding.id == case.id);
        Self {
            case: case.id,
            killer,
            is_killed: finding.is_some_and(|finding| healthy.is_broken_by(finding)),
            outcome: finding.map_or_else(|| "was not judged".to_owned(), in_short),
        }
    }
}

impl Freedom {
    fn new(variant: &'static str, shown: &Shown) -> Self {
        // Only what a variant withdraws can be missing, since everything else is offered.
        let complains = |finding: &&Finding| {
            matches!(finding.verdict, Verdict::Fail | Verdict::Warn | Verdict::Inconclusive)
        };
        let complaints = shown.findings.iter().filter(complains);
        let complaints =
            complaints.map(|finding| format!("{}: {}", finding.id, in_short(finding))).collect();
        Self { variant, complaints, is_felt: shown.is_different }
    }
}

impl Proof {
    /// Cases that the peer as it is keeps.
    pub(crate) fn kept(&self) -> usize {
        self.healthy.iter().filter(|finding| is_kept(finding)).count()
    }

    /// Faults that at least one case finds.
    pub(crate) fn killed(&self) -> BTreeSet<&str> {
        let to_kill = |kill: &&Kill| self.faults.iter().any(|fault| fault == kill.killer);
        let killed = self.kills.iter().filter(|kill| kill.is_killed).filter(to_kill);
        killed.map(|kill| kill.killer).collect()
    }

    /// Variants that break nothing and change something.
    pub(crate) fn legal(&self) -> usize {
        let is_felt = |freedom: &Freedom| freedom.is_felt || !self.is_whole;
        let legal = |freedom: &&Freedom| freedom.complaints.is_empty() && is_felt(freedom);
        self.freedoms.iter().filter(legal).count()
    }

    /// Everything that is missing for the proof, one line each.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let mut gaps = self.undeclared.clone();
        for finding in self.healthy.iter().filter(|finding| !is_kept(finding)) {
            gaps.push(format!("{} on the peer as it is: {}", finding.id, in_short(finding)));
        }
        for Kill { case, killer, outcome, .. } in self.kills.iter().filter(|kill| !kill.is_killed) {
            gaps.push(format!("{case} is not broken by {killer}: {outcome}"));
        }
        let killed = self.killed();
        let survivors = self.faults.iter().filter(|fault| !killed.contains(fault.as_str()));
        gaps.extend(survivors.map(|fault| format!("{fault} survives: no case finds it")));
        for freedom in &self.freedoms {
            let id = freedom.variant;
            gaps.extend(freedom.complaints.iter().map(|complaint| format!("{id}: {complaint}")));
            if self.is_whole && !freedom.is_felt {
                gaps.push(format!("{id} changes no recorded bytes"));
            }
        }
        gaps
    }

    /// The same for machines.
    pub(crate) fn json(&self, seed: u64) -> Value {
        let kills: Vec<Value> = self
            .kills
            .iter()
            .map(|kill| {
                json!({
                    "case": kill.case,
                    "fault": kill.killer,
                    "killed": kill.is_killed,
                    "outcome": kill.outcome,
                })
            })
            .collect();
        let freedoms: Vec<Value> = self
            .freedoms
            .iter()
            .map(|freedom| {
                json!({
                    "variant": freedom.variant,
                    "complaints": freedom.complaints,
                    "changes_bytes": freedom.is_felt,
                })
            })
            .collect();
        let healthy: Vec<Value> = self
            .healthy
            .iter()
            .map(|finding| json!({"case": finding.id, "verdict": finding.verdict}))
            .collect();
        let matrix: Vec<Value> = self
            .matrix
            .iter()
            .map(|(fault, cases)| json!({"fault": fault, "broken": cases}))
            .collect();
        json!({
            "schema": 1,
            "tool": run::TOOL,
            "seed": seed,
            "healthy": healthy,
            "kills": kills,
            "variants": freedoms,
            "matrix": matrix,
            "gaps": self.gaps(),
        })
    }
}

fn is_kept(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Pass | Verdict::Observed)
}

fn in_short(finding: &Finding) -> String {
    format!("{}, {}", finding.verdict.as_str(), finding.reason)
}
