//! Proof of the suite: it finds every fault of a peer, and takes no legal freedom for one.
//!
//! How a peer with certain switches is reached comes in from outside.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use atproof_engine::consent::Consent;
use atproof_engine::discovery::{Directories, DiscoveryError, discover};
use atproof_engine::model::{Account, Case, Finding, Target, Verdict};
use atproof_engine::run::{self, Catalogue, Offer, Plan, Played, Venue};
use atproof_engine::stage::{Recorder, Setting, Stage};
use atproof_engine::world::{Client, Stand};
use atproof_peers::{
    CLIENT_FAULTS, CLIENT_VARIANTS, ClientSwitches, Confined, Correct, Driven, FAULTS, Switches,
    VARIANTS,
};
use atproof_scenarios::registry::FAMILIES;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::demo::everything;
use crate::options::Selection;

/// What the proof takes place on: a peer whose faults and variants can be switched on.
pub(crate) trait Ground: Send + Sync + 'static {
    /// What is switched on.
    type Switches: Default + Send + Sync + 'static;

    /// The peer with this fault alone.
    fn fault(&self, id: &str) -> Option<Self::Switches>;

    /// Every fault that some case has to find.
    fn faults(&self) -> Vec<String>;

    /// The peer with each of its faults alone.
    fn each_fault(&self) -> Vec<(&'static str, Self::Switches)>;

    /// The peer with each of its legal variants alone.
    fn each_variant(&self) -> Vec<(&'static str, Self::Switches)>;

    /// Plays the selected cases. Where the peer cannot be found, it is taken to be where it is
    /// without a fault.
    fn play(
        &self,
        switches: &Self::Switches,
        known: Option<&Target>,
        selected: &(dyn Fn(&Case) -> bool + Sync),
    ) -> impl Future<Output = Result<(Target, Vec<Played>), DiscoveryError>> + Send;
}

/// How the proof is led.
pub(crate) struct Course {
    /// The clauses.
    pub(crate) catalogue: &'static Catalogue,
    /// The cases to prove.
    pub(crate) selection: Selection,
    /// How many runs take place at the same time.
    pub(crate) jobs: usize,
    /// Whether to play all cases against every fault, too.
    pub(crate) full: bool,
}

/// The reference server.
pub(crate) struct Servers<P> {
    /// The peer with these switches.
    pub(crate) peer: P,
    /// What a user would name to have it examined.
    pub(crate) input: String,
    /// Where its identities are looked up.
    pub(crate) directories: Directories,
    /// Who can sign in.
    pub(crate) accounts: Vec<Account>,
}

/// The reference client.
pub(crate) struct Clients {
    /// Seed of keys, nonces and all else.
    pub(crate) seed: u64,
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
    /// Whether it has to: a few selected cases cannot feel every variant.
    has_to_be_felt: bool,
}

/// One run to be made: a peer, and the one case or all selected ones.
struct Trial<S> {
    switches: S,
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

/// Runs the proof.
pub(crate) async fn prove<G: Ground>(ground: G, course: Course) -> Result<Proof, DiscoveryError> {
    let (ground, course) = (Arc::new(ground), Arc::new(course));
    let mut proof = Proof::default();
    if course.selection.cases().next().is_none() {
        return Ok(proof);
    }
    let selected = |case: &Case| course.selection.has(case);
    let (target, played) = ground.play(&G::Switches::default(), None, &selected).await?;
    let findings = run::judge(&played, &target, 0, true, course.catalogue).cases;
    let healthy = Arc::new(Healthy { target, findings, played });
    let mut trials = Vec::new();
    let mut pairs = Vec::new();
    for (_, case) in course.selection.cases() {
        if case.killers.is_empty() {
            proof.undeclared.push(format!("{} has no killer", case.id));
        }
        for killer in case.killers {
            match ground.fault(killer) {
                Some(switches) => {
                    trials.push(Trial { switches, case: Some(case) });
                    pairs.push((case, *killer));
                }
                None => proof.undeclared.push(format!("{}: {killer} is no fault", case.id)),
            }
        }
    }
    let (variants, faults) = (ground.each_variant(), ground.each_fault());
    let faults = faults.into_iter().filter(|_| course.full);
    let (variant_ids, variants): (Vec<_>, Vec<_>) = variants.into_iter().unzip();
    let (fault_ids, faults): (Vec<_>, Vec<_>) = faults.unzip();
    let all = variants.into_iter().chain(faults);
    trials.extend(all.map(|switches| Trial { switches, case: None }));
    let shown = attempt_all(&ground, &course, &healthy, trials).await;
    let mut shown = shown.into_iter();

    let named: BTreeSet<&str> = pairs.iter().map(|(_, killer)| *killer).collect();
    proof.kills = pairs
        .into_iter()
        .zip(shown.by_ref())
        .map(|((case, killer), shown)| Kill::new(&healthy, case, killer, &shown))
        .collect();
    proof.freedoms = variant_ids
        .into_iter()
        .zip(shown.by_ref())
        .map(|(id, shown)| Freedom::new(id, &shown))
        .collect();
    proof.matrix = fault_ids
        .into_iter()
        .zip(shown)
        .map(|(id, shown)| {
            let broken = shown.findings.iter().filter(|case| healthy.is_broken_by(case));
            (id, broken.map(|case| case.id.clone()).collect())
        })
        .collect();
    let is_whole = course.selection.is_everything();
    for freedom in &mut proof.freedoms {
        freedom.has_to_be_felt = is_whole;
    }
    proof.faults = ground.faults();
    proof.faults.retain(|id| is_whole || named.contains(id.as_str()));
    proof.healthy.clone_from(&healthy.findings);
    Ok(proof)
}

/// Makes the runs side by side and gives what they have shown, in their order.
async fn attempt_all<G: Ground>(
    ground: &Arc<G>,
    course: &Arc<Course>,
    healthy: &Arc<Healthy>,
    trials: Vec<Trial<G::Switches>>,
) -> Vec<Shown> {
    let gate = Arc::new(Semaphore::new(course.jobs.max(1)));
    let mut tasks = JoinSet::new();
    for (place, trial) in trials.into_iter().enumerate() {
        let turn = gate.clone().acquire_owned().await;
        let (ground, course, healthy) = (ground.clone(), course.clone(), healthy.clone());
        tasks.spawn(async move {
            let shown = attempt(&*ground, &course, &healthy, &trial).await;
            drop(turn);
            (place, shown)
        });
    }
    let mut shown = tasks.join_all().await;
    shown.sort_unstable_by_key(|(place, _)| *place);
    shown.into_iter().map(|(_, shown)| shown).collect()
}

async fn attempt<G: Ground>(
    ground: &G,
    course: &Course,
    healthy: &Healthy,
    trial: &Trial<G::Switches>,
) -> Shown {
    let selected = |case: &Case| match trial.case {
        Some(only) => case.id == only.id,
        None => course.selection.has(case),
    };
    let played = ground.play(&trial.switches, Some(&healthy.target), &selected).await;
    let (target, played) = played.unwrap_or_else(|_| (healthy.target.clone(), Vec::new()));
    let is_different = played.iter().any(|played| {
        let before = healthy.played.iter().find(|before| before.case.id == played.case.id);
        before.is_none_or(|before| before.exchanges != played.exchanges)
    });
    let mut findings = run::judge(&played, &target, 0, true, course.catalogue).cases;
    findings.retain(|finding| {
        trial.case.is_some()
            || finding.verdict == Verdict::Inconclusive
            || healthy.is_broken_by(finding)
    });
    findings.shrink_to_fit();
    Shown { findings, is_different }
}

impl<P, V> Ground for Servers<P>
where
    P: Fn(&Switches) -> V + Send + Sync + 'static,
    V: Venue + 'static,
{
    type Switches = Switches;

    fn fault(&self, id: &str) -> Option<Switches> {
        Confined::parse(id).map(Confined::alone)
    }

    fn faults(&self) -> Vec<String> {
        Confined::all().iter().map(Confined::to_string).collect()
    }

    fn each_fault(&self) -> Vec<(&'static str, Switches)> {
        let alone = |fault| Switches { faults: [fault].into(), ..Switches::default() };
        FAULTS.iter().map(|row| (row.id.0, alone(row.fault))).collect()
    }

    fn each_variant(&self) -> Vec<(&'static str, Switches)> {
        let alone = |variant| Switches { variants: [variant].into(), ..Switches::default() };
        VARIANTS.iter().map(|row| (row.id.0, alone(row.variant))).collect()
    }

    async fn play(
        &self,
        switches: &Switches,
        known: Option<&Target>,
        selected: &(dyn Fn(&Case) -> bool + Sync),
    ) -> Result<(Target, Vec<Played>), DiscoveryError> {
        let venue = (self.peer)(switches);
        let setting = self.setting(Target::named(&self.input));
        let mut stage = Stage::new(venue.open("discovery"), setting, "discovery");
        let found = discover(&mut stage, &self.input, &self.directories).await;
        // A fault in a document may leave discovery nothing to go on with. The cases that are
        // about that document fetch it themselves.
        let target = found.or_else(|error| known.cloned().ok_or(error))?;
        let offer = everything(self.accounts.len(), target.endpoints.revocation.is_some());
        let plan = Plan::new(FAMILIES, &offer, selected);
        let played =
            run::play(&plan, &self.setting(target.clone()), &venue, 1, |played| played).await;
        Ok((target, played))
    }
}

impl<P> Servers<P> {
    fn setting(&self, target: Target) -> Arc<Setting> {
        Arc::new(Setting {
            target,
            accounts: self.accounts.clone(),
            consent: Consent::Form,
            recorder: Arc::new(Recorder::new(None, None)),
        })
    }
}

impl Ground for Clients {
    type Switches = ClientSwitches;

    fn fault(&self, id: &str) -> Option<ClientSwitches> {
        let row = CLIENT_FAULTS.iter().find(|row| row.id.0 == id)?;
        Some(ClientSwitches { faults: [row.fault].into(), ..ClientSwitches::default() })
    }

    fn faults(&self) -> Vec<String> {
        CLIENT_FAULTS.iter().map(|row| row.id.0.to_owned()).collect()
    }

    fn each_fault(&self) -> Vec<(&'static str, ClientSwitches)> {
        let alone = |fault| ClientSwitches { faults: [fault].into(), ..ClientSwitches::default() };
        CLIENT_FAULTS.iter().map(|row| (row.id.0, alone(row.fault))).collect()
    }

    fn each_variant(&self) -> Vec<(&'static str, ClientSwitches)> {
        let alone =
            |variant| ClientSwitches { variants: [variant].into(), ..ClientSwitches::default() };
        CLIENT_VARIANTS.iter().map(|row| (row.id.0, alone(row.variant))).collect()
    }

    async fn play(
        &self,
        switches: &ClientSwitches,
        _: Option<&Target>,
        selected: &(dyn Fn(&Case) -> bool + Sync),
    ) -> Result<(Target, Vec<Played>), DiscoveryError> {
        let stand = reference(switches.clone(), self.seed);
        // Its time is a virtual one.
        let offer = Offer { patience: Duration::MAX, ..Offer::CLIENT };
        let plan = Plan::new(FAMILIES, &offer, selected);
        let recorder = Arc::new(Recorder::new(None, None));
        let played = run::play_client(&plan, &recorder, &stand, 1, |played| played).await;
        Ok((Target::client("reference client of atproof"), played))
    }
}

/// The reference client in a network in memory.
pub(crate) fn reference(switches: ClientSwitches, seed: u64) -> Stand {
    Stand {
        networks: Arc::new(Correct { seed: Some(seed) }),
        client: Client::Here(Arc::new(Driven { switches })),
        seed,
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
        Self { variant, complaints, is_felt: shown.is_different, has_to_be_felt: false }
    }
}

impl Proof {
    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.healthy.extend(other.healthy);
        self.kills.extend(other.kills);
        self.faults.extend(other.faults);
        self.freedoms.extend(other.freedoms);
        self.matrix.extend(other.matrix);
        self.undeclared.extend(other.undeclared);
        self
    }

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
        let legal = |freedom: &&Freedom| {
            freedom.complaints.is_empty() && (freedom.is_felt || !freedom.has_to_be_felt)
        };
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
            if freedom.has_to_be_felt && !freedom.is_felt {
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
