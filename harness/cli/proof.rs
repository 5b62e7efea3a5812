//! Proof of the suite: it finds every fault of a peer, and takes no legal freedom for one.
//!
//! How a peer with certain switches is reached comes in from outside, so that a test can prove this
//! proof on a peer of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use atproof_engine::consent::Consent;
use atproof_engine::discovery::{self, Directories};
use atproof_engine::model::{Account, Case, Finding, Target, Verdict};
use atproof_engine::run::{self, Catalogue, Plan, Played, Venue};
use atproof_engine::stage::{Recorder, Setting, Stage};
use atproof_peers::{FAULTS, Switches, VARIANTS};
use atproof_scenarios::registry::FAMILIES;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::demo::everything;
use crate::options::Selection;

/// Everything that the proof needs of the outside.
pub(crate) struct Ground<V> {
    /// The peer with these switches.
    pub(crate) peer: fn(&Switches, u64) -> V,
    /// What is examined.
    pub(crate) input: String,
    /// Where its identities are looked up.
    pub(crate) directories: Directories,
    /// Who can sign in.
    pub(crate) accounts: Vec<Account>,
    /// The clauses.
    pub(crate) catalogue: &'static Catalogue,
    /// Seed of all runs.
    pub(crate) seed: u64,
    /// How many runs take place at the same time.
    pub(crate) jobs: usize,
}

/// What the runs have shown.
#[derive(Default)]
pub(crate) struct Proof {
    /// Every case against the peer as it is.
    pub(crate) healthy: Vec<Finding>,
    /// Every case against each of its killers.
    pub(crate) kills: Vec<Kill>,
    /// Faults that should be killed: all, or those that the selected cases name.
    pub(crate) faults: Vec<&'static str>,
    /// All cases against each legal variant.
    pub(crate) freedoms: Vec<Freedom>,
    /// All cases against each fault, where asked for.
    pub(crate) matrix: Vec<(&'static str, Vec<&'static str>)>,
}

/// A case and one of its killers.
pub(crate) struct Kill {
    /// The case.
    pub(crate) case: &'static Case,
    /// The fault.
    pub(crate) killer: &'static str,
    /// What came of it; why not, where the fault is unknown.
    pub(crate) finding: Result<Finding, String>,
    /// Whether the fault breaks the case.
    pub(crate) is_killed: bool,
}

/// A legal variant.
pub(crate) struct Freedom {
    /// Its id.
    pub(crate) variant: &'static str,
    /// Cases that took it for a fault.
    pub(crate) complaints: Vec<Finding>,
    /// Whether it changed any recorded bytes.
    pub(crate) is_felt: bool,
}

/// A peer that was examined.
struct Examined {
    findings: Vec<Finding>,
    played: Vec<Played>,
}

/// Runs the proof over the selected cases; with `full`, also all of them against every fault.
pub(crate) async fn prove<V: Venue + 'static>(
    ground: Ground<V>,
    selection: Selection,
    full: bool,
) -> Proof {
    let (ground, selection) = (Arc::new(ground), Arc::new(selection));
    let jobs = ground.jobs;
    let examine = async |switches: &Switches| {
        let selection = selection.clone();
        ground.clone().examine(switches.clone(), None, move |case| selection.has(case)).await
    };
    let healthy = Arc::new(examine(&Switches::default()).await);
    let pairs: Vec<(&'static Case, &'static str)> = selection
        .cases()
        .flat_map(|(_, case)| case.killers.iter().map(move |killer| (case, *killer)))
        .collect();
    let kills = pairs.iter().map(|&(case, killer)| {
        let (ground, healthy) = (ground.clone(), healthy.clone());
        async move { ground.kill(&healthy, case, killer).await }
    });
    let kills = side_by_side(jobs, kills).await;
    let freedoms = VARIANTS.iter().map(|row| {
        let (ground, healthy, selection) = (ground.clone(), healthy.clone(), selection.clone());
        async move {
            let switches = Switches { variants: [row.variant].into(), ..Switches::default() };
            let examined = ground.examine(switches, None, move |case| selection.has(case)).await;
            Freedom::new(row.id.0, &healthy, examined)
        }
    });
    let freedoms = side_by_side(jobs, freedoms).await;
    let matrix = FAULTS.iter().filter(|_| full).map(|row| {
        let (ground, healthy, selection) = (ground.clone(), healthy.clone(), selection.clone());
        async move {
            let switches = Switches { faults: [row.fault].into(), ..Switches::default() };
            let target = Some(ground.target(&Switches::default()).await);
            let examined =
                ground.examine(switches, target.flatten(), move |case| selection.has(case)).await;
            (row.id.0, broken(&healthy, &examined))
        }
    });
    let matrix = side_by_side(jobs, matrix).await;
    let named: BTreeSet<&str> = pairs.iter().map(|(_, killer)| *killer).collect();
    let faults = FAULTS.iter().map(|row| row.id.0);
    let faults = faults.filter(|id| selection.is_everything() || named.contains(id)).collect();
    let healthy = healthy.findings.clone();
    Proof { healthy, kills, faults, freedoms, matrix }
}
