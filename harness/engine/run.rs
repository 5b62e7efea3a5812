//! Plan, schedule, and the way from what was played to a judged run.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use atproof_protocol::record::{self, Event, Exchange, Part, Play, Record};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::consent::ConsentError;
use crate::judge;
use crate::model::{
    Case, Edit, Family, Finding, JudgedRun, Need, Requirement, Role, Script, Target, Tier, Totals,
    Transcript,
};
use crate::stage::{Halt, MOST_AT_ONCE, MOST_BURSTS, Place, Recorder, Setting, Stage};
use crate::world::{self, Stand};

/// Name and version of this program, as it stands in records and reports.
pub const TOOL: &str = concat!("atproof ", env!("CARGO_PKG_VERSION"));

/// Most rows between two controls. More rows cost fewer controls, but a failed control makes all
/// of them inconclusive.
const ROWS_PER_CONTROL: usize = 8;

/// The clauses by id.
pub type Catalogue = BTreeMap<String, Requirement>;

/// Where units are played.
pub trait Venue: Send + Sync {
    /// The place for a unit.
    fn open(&self, unit: &str) -> Place;
}

/// What may be played.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// How many accounts there are.
    pub accounts: usize,
    /// Whether the target is reached over https.
    pub https: bool,
    /// Whether the server names a revocation endpoint.
    pub revocation: bool,
    /// Whether client metadata can be served to the server.
    pub metadata_host: bool,
    /// Whether that host is somewhere where a server with an address filter goes.
    pub public_metadata_host: bool,
    /// Whether the server is to refuse addresses that are not on the internet.
    pub address_filter: bool,
    /// Highest tier.
    pub tier: Tier,
    /// Longest wait that is allowed.
    pub patience: Duration,
    /// Whom the cases examine.
    pub role: Role,
}

impl Offer {
    /// What a client is examined with.
    pub const CLIENT: Self = Self {
        accounts: 0,
        https: false,
        revocation: false,
        metadata_host: false,
        public_metadata_host: false,
        address_filter: false,
        tier: Tier::Load,
        patience: Duration::ZERO,
        role: Role::Client,
    };

    fn has(&self, need: Need) -> bool {
        match need {
            Need::Account => self.accounts >= 1,
            Need::SecondAccount => self.accounts >= 2,
            Need::Https => self.https,
            Need::OwnDevice => true,
            Need::Revocation => self.revocation,
            Need::Patience => self.patience >= LONGEST_WAIT,
            Need::Fortnight => self.patience >= FORTNIGHT,
            Need::MetadataHost => self.metadata_host,
            Need::PublicMetadataHost => self.public_metadata_host,
            Need::AddressFilter => self.address_filter,
        }
    }
}

/// The longest wait that a case with [`Need::Fortnight`] makes, all its waits together.
const FORTNIGHT: Duration = Duration::from_secs(16 * 24 * 60 * 60);

/// The longest wait that a case with [`Need::Patience`] makes.
pub const LONGEST_WAIT: Duration = Duration::from_secs(960);

/// What will be played, in registry order.
#[derive(Debug)]
pub struct Plan {
    units: Vec<Unit>,
    skipped: Vec<(&'static Case, &'static Family, Play)>,
    order: Vec<&'static str>,
}

/// What one task plays: a run of rows with their controls, or a story.
#[derive(Clone, Debug)]
pub struct Unit {
    id: String,
    family: &'static Family,
    rows: Vec<&'static Case>,
}

impl Plan {
    /// Plans the selected cases of the families under what is offered.
    pub fn new(
        families: &[&'static Family],
        offer: &Offer,
        selected: impl Fn(&Case) -> bool,
    ) -> Self {
        let mut plan = Self { units: Vec::new(), skipped: Vec::new(), order: Vec::new() };
        for family in families.iter().filter(|family| family.role == offer.role) {
            let rows: Vec<&'static Case> =
                family.cases.iter().filter(|case| selected(case)).collect();
            plan.order.extend(rows.iter().map(|case| case.id));
            let missing = if family.tier > offer.tier {
                Some(("a higher tier", "run with --tier load, or the tier that the case names"))
            } else {
                family.needs.iter().find(|need| !offer.has(**need)).map(|need| need.explain())
            };
            if let Some((need, unblock)) = missing {
                let play = Play::Skipped { need: need.to_owned(), unblock: unblock.to_owned() };
                plan.skipped.extend(rows.into_iter().map(|case| (case, *family, play.clone())));
                continue;
            }
            let size = match family.script {
                Script::Probe { .. } | Script::Chain { .. } | Script::Walk { .. } => {
                    ROWS_PER_CONTROL
                }
                Script::Once { .. } | Script::Watch { .. } => usize::MAX,
                Script::Story { .. } => 1,
            };
            for (number, rows) in rows.chunks(size.min(rows.len().max(1))).enumerate() {
                let id = format!("{}/{}", family.id, number + 1);
                plan.units.push(Unit { id, family, rows: rows.to_vec() });
            }
        }
        plan
    }

    /// How many cases are planned, played or skipped.
    pub fn cases(&self) -> usize {
        self.order.len()
    }

    /// How many consents playing will take, the shared login aside.
    pub fn consents(&self) -> usize {
        self.units
            .iter()
            .map(|unit| match unit.family.script {
                Script::Probe { logins, .. } => logins * (unit.rows.len() + 2),
                Script::Chain { logins, .. }
                | Script::Once { logins, .. }
                | Script::Story { logins, .. } => logins,
                Script::Walk { .. } => unit.rows.len() + 2,
                Script::Watch { .. } => 1,
            })
            .sum()
    }

    /// How many password sign-ins playing will take: one for each account on the device that its
    /// logins share, and one for each unit with a device of its own.
    pub fn sign_ins(&self) -> usize {
        let needed = |need| self.units.iter().filter(move |u| u.family.needs.contains(&need));
        let accounts = [Need::Account, Need::SecondAccount];
        let shared = accounts.into_iter().filter(|need| needed(*need).next().is_some()).count();
        shared + needed(Need::OwnDevice).count()
    }

    /// How many requests playing will send at the same moment as others, at most.
    pub fn in_bursts(&self) -> usize {
        let races = self.units.iter().filter(|unit| unit.family.tier == Tier::Load).count();
        races * MOST_BURSTS * MOST_AT_ONCE
    }

    /// Whether any planned case needs an account.
    pub fn needs_account(&self) -> bool {
        self.units.iter().any(|unit| unit.family.needs.contains(&Need::Account))
    }
}

/// A case that was played, or why it was not.
#[derive(Debug)]
pub struct Played {
    /// The case.
    pub case: &'static Case,
    /// Its family.
    pub family: &'static Family,
    /// How playing ended.
    pub play: Play,
    /// Its transcript.
    pub exchanges: Vec<Exchange>,
}

/// Makes the shared login, so that a refused sign-in is found before anything else is tried.
///
/// Other failures are left to the cases: they say more about them.
pub async fn preflight(setting: &Arc<Setting>, venue: &dyn Venue) -> Result<(), ConsentError> {
    let mut stage = Stage::new(venue.open("login"), setting.clone(), "login");
    let result = stage.shared_grant().await;
    stage.finish();
    match result {
        Err(Halt::Consent(error)) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Plays a plan with at most `jobs` units at a time. Each case is handed over as it ends, and what
/// is made of the cases comes back in registry order: all transcripts together would take much
/// memory.
pub async fn play<T>(
    plan: &Plan,
    setting: &Arc<Setting>,
    venue: &dyn Venue,
    jobs: usize,
    make: impl Fn(Played) -> T,
) -> Vec<T> {
    let begin = |unit: Unit| {
        let stage = Stage::new(venue.open(&unit.id), setting.clone(), unit.id.clone());
        async move { play_unit(stage, &unit).await }
    };
    schedule(plan, &setting.recorder, jobs, make, begin).await
}

/// As [`play`], where the cases are about a client.
pub async fn play_client<T>(
    plan: &Plan,
    recorder: &Arc<Recorder>,
    stand: &Stand,
    jobs: usize,
    make: impl Fn(Played) -> T,
) -> Vec<T> {
    let begin = |unit: Unit| {
        let (stand, recorder) = (stand.clone(), recorder.clone());
        async move { world::play(&stand, recorder, &unit).await }
    };
    schedule(plan, recorder, jobs, make, begin).await
}

async fn schedule<T, F>(
    plan: &Plan,
    recorder: &Recorder,
    jobs: usize,
    make: impl Fn(Played) -> T,
    begin: impl Fn(Unit) -> F,
) -> Vec<T>
where
    F: Future<Output = Vec<Played>> + Send + 'static,
{
    let mut done: Vec<(&str, T)> = Vec::with_capacity(plan.cases());
    let finish = |played: Played, done: &mut Vec<(&str, T)>| {
        recorder.event(&Event::Case(record::Case {
            id: played.case.id.to_owned(),
            exchanges: played.exchanges.iter().map(|exchange| exchange.id.clone()).collect(),
            play: played.play.clone(),
        }));
        done.push((played.case.id, make(played)));
    };
    for (case, family, play) in &plan.skipped {
        let play = play.clone();
        finish(Played { case, family, play, exchanges: Vec::new() }, &mut done);
    }
    let gate = Arc::new(Semaphore::new(jobs.max(1)));
    let mut tasks = JoinSet::new();
    // A panic of our own must not make cases vanish.
    let mut under_way: HashMap<tokio::task::Id, Unit> = HashMap::new();
    let ended = |result: Result<(tokio::task::Id, Vec<Played>), tokio::task::JoinError>,
                 under_way: &mut HashMap<tokio::task::Id, Unit>| match result {
        Ok((id, played)) => {
            under_way.remove(&id);
            played
        }
        Err(error) => under_way.remove(&error.id()).map_or_else(Vec::new, |unit| {
            let play = Play::Failed { detail: error.to_string() };
            unit.played(&play, &[])
        }),
    };
    for unit in &plan.units {
        // Waiting for a turn here keeps the order of beginning that of the registry.
        let Ok(turn) = gate.clone().acquire_owned().await else { break };
        while let Some(result) = tasks.try_join_next_with_id() {
            for played in ended(result, &mut under_way) {
                finish(played, &mut done);
            }
        }
        let playing = begin(unit.clone());
        let task = async move {
            let played = playing.await;
            drop(turn);
            played
        };
        under_way.insert(tasks.spawn(task).id(), unit.clone());
    }
    while let Some(result) = tasks.join_next_with_id().await {
        for played in ended(result, &mut under_way) {
            finish(played, &mut done);
        }
    }
    recorder.event(&Event::End(record::End { cases: done.len(), exchanges: recorder.exchanges() }));
    let place: BTreeMap<&str, usize> =
        plan.order.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    done.sort_by_key(|(id, _)| place.get(id).copied());
    done.into_iter().map(|(_, made)| made).collect()
}

async fn play_unit(mut stage: Stage, unit: &Unit) -> Vec<Played> {
    match unit.family.script {
        Script::Probe { play, .. } | Script::Chain { play, .. } => {
            stage.enter(Part::Control);
            if let Err(halt) = play(&mut stage, &Edit::None).await {
                return unit.played(&ending(Some(&halt)), &stage.finish());
            }
            let mut ends = Vec::new();
            for row in &unit.rows {
                let from = stage.exchanges().len();
                stage.enter(Part::Faulted);
                let end = play(&mut stage, &row.edit).await;
                ends.push((from..stage.exchanges().len(), end));
            }
            let from = stage.exchanges().len();
            stage.enter(Part::ControlAgain);
            let again = play(&mut stage, &Edit::None).await;
            let exchanges = stage.finish();
            let first = ends.first().map_or(from, |(own, _)| own.start);
            let played = unit.rows.iter().zip(ends).map(|(case, (own, end))| {
                let parts = [0..first, own, from..exchanges.len()];
                let transcript =
                    parts.into_iter().flat_map(|range| exchanges.get(range).unwrap_or_default());
                Played {
                    case,
                    family: unit.family,
                    play: ending(end.as_ref().err().or(again.as_ref().err())),
                    exchanges: transcript.cloned().collect(),
                }
            });
            played.collect()
        }
        Script::Once { play, .. } => {
            let end = play(&mut stage).await;
            let exchanges = stage.finish();
            unit.played(&ending(end.as_ref().err()), &exchanges)
        }
        Script::Story { play, .. } => {
            let mut play_all = Vec::new();
            for case in &unit.rows {
                play_all.push((*case, play(&mut stage, case).await));
            }
            let exchanges = stage.finish();
            let played = play_all.into_iter().map(|(case, end)| Played {
                case,
                family: unit.family,
                play: ending(end.as_ref().err()),
                exchanges: exchanges.clone(),
            });
            played.collect()
        }
        Script::Walk { .. } | Script::Watch { .. } => {
            let detail = "a family about clients was played against a server".to_owned();
            unit.played(&Play::Failed { detail }, &[])
        }
    }
}

impl Unit {
    /// Its name in the record.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn family(&self) -> &'static Family {
        self.family
    }

    pub(crate) fn rows(&self) -> &[&'static Case] {
        &self.rows
    }

    /// One row, with an ending and a transcript of its own.
    pub(crate) fn play_of(
        &self,
        case: &'static Case,
        play: Play,
        exchanges: Vec<Exchange>,
    ) -> Played {
        Played { case, family: self.family, play, exchanges }
    }

    /// Every row of the unit, with the same ending and transcript.
    pub(crate) fn played(&self, play: &Play, exchanges: &[Exchange]) -> Vec<Played> {
        let played = self.rows.iter().map(|case| Played {
            case,
            family: self.family,
            play: play.clone(),
            exchanges: exchanges.to_vec(),
        });
        played.collect()
    }
}

fn ending(halt: Option<&Halt>) -> Play {
    match halt {
        None => Play::Done,
        // What this target does not offer, as play found out.
        Some(Halt::Needs(need)) => {
            Play::Skipped { need: (*need).to_owned(), unblock: String::new() }
        }
        Some(halt) => Play::Halted { reason: halt.to_string() },
    }
}

/// Judges what was played.
pub fn judge(
    played: &[Played],
    target: &Target,
    seed: u64,
    complete: bool,
    catalogue: &Catalogue,
) -> JudgedRun {
    let cases = played.iter().filter_map(|played| finding(played, target, catalogue)).collect();
    conclude(cases, target, seed, complete)
}

/// Judges a case that was played; `None` where the catalogue lacks its clause.
pub fn finding(played: &Played, target: &Target, catalogue: &Catalogue) -> Option<Finding> {
    let transcript = Transcript { target, exchanges: &played.exchanges, play: &played.play };
    let requirement = catalogue.get(played.case.clause)?;
    Some(judge::finding(played.case, requirement, played.family.judge, &transcript))
}

/// A judged run of these findings.
pub fn conclude(cases: Vec<Finding>, target: &Target, seed: u64, complete: bool) -> JudgedRun {
    JudgedRun {
        schema: JudgedRun::SCHEMA,
        tool: TOOL.to_owned(),
        target: target.clone(),
        seed,
        complete,
        totals: Totals::of(&cases),
        cases,
    }
}

/// Why a record cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The head names no target of ours.
    #[error("the head of the record describes no target: {0}")]
    Target(String),
}

/// Judges a record. Cases that this version does not know are left out; they are returned beside.
pub fn judge_record(
    record: &Record,
    families: &[&'static Family],
    catalogue: &Catalogue,
) -> Result<(JudgedRun, Vec<String>), JudgeError> {
    let target: Target = serde_json::from_value(record.run.target.clone())
        .map_err(|error| JudgeError::Target(error.to_string()))?;
    let mut exchanges: BTreeMap<&str, &Exchange> = BTreeMap::new();
    let mut ended: BTreeMap<&str, &record::Case> = BTreeMap::new();
    for event in &record.events {
        match event {
            Event::Exchange(exchange) => {
                exchanges.insert(&exchange.id, exchange);
            }
            Event::Case(case) => {
                ended.insert(&case.id, case);
            }
            Event::Run(_) | Event::End(_) => {}
        }
    }
    let mut played = Vec::new();
    for family in families {
        for case in family.cases {
            let Some(end) = ended.remove(case.id) else { continue };
            let transcript = end.exchanges.iter().filter_map(|id| exchanges.get(id.as_str()));
            played.push(Played {
                case,
                family,
                play: end.play.clone(),
                exchanges: transcript.copied().cloned().collect(),
            });
        }
    }
    let unknown = ended.into_keys().map(str::to_owned).collect();
    Ok((judge(&played, &target, record.run.seed, record.complete, catalogue), unknown))
}

/// The head of a record.
pub fn head(target: &Target, seed: u64) -> Event {
    Event::Run(record::Run {
        schema: record::SCHEMA,
        tool: TOOL.to_owned(),
        seed,
        target: serde_json::to_value(target).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Consent;
    use crate::judge::probe;
    use crate::model::{Basis, Change, Expectation, Level, Playing, Refusal, Subject, Verdict};
    use crate::stage::{Clock, Fixtures, Sending, Stream, Transport};
    use atproof_protocol::http::{Request, Response};

    /// Answers every push: 400 where `state` is missing, unless `lax`; after `good` answers, 503.
    struct Server {
        lax: bool,
        good: std::sync::atomic::AtomicUsize,
    }

    impl Transport for Server {
        fn send(&self, request: Request) -> Sending<'_> {
            let left = self.good.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let (status, body) = if left == 0 || left > 1 << 20 {
                (503, "")
            } else if body.contains("state=") || self.lax {
                (201, r#"{"request_uri":"urn:x","expires_in":60}"#)
            } else {
                (400, r#"{"error":"invalid_request"}"#)
            };
            Box::pin(async move { Ok(Response::new(status).body("application/json", body)) })
        }

        fn send_raw<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Sending<'a> {
            Box::pin(async { Ok(Response::new(400)) })
        }
    }

    struct Here(Arc<Server>);

    impl Venue for Here {
        fn open(&self, unit: &str) -> Place {
            Place {
                transport: self.0.clone(),
                clock: Clock::at(0),
                random: Stream::seeded(0, unit),
                fixtures: Arc::new(Fixtures::default()),
                host: None,
                sentinels: None,
            }
        }
    }

    fn push<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
        Box::pin(async move {
            let login = stage.login();
            stage.send_edited(stage.par(&login), edit).await?;
            Ok(())
        })
    }

    #[expect(clippy::panic, reason = "a fault of our own")]
    fn fail<'a>(_: &'a mut Stage, _: &'a Edit) -> Playing<'a> {
        Box::pin(async { panic!("a bug") })
    }

    static CASES: [Case; 1] = [Case {
        id: "server.par.state-missing",
        title: "A request without state is pushed",
        clause: "X-1",
        covers: &[],
        killers: &[],
        edit: Edit::Parameter(Change::Remove("state")),
        expect: Expectation::Refused(&[&[Refusal::new(400, "invalid_request")]]),
    }];

    const fn family(script: Script, needs: &'static [Need]) -> Family {
        Family {
            id: "server.par.request",
            role: Role::Server,
            area: "par",
            tier: Tier::Safe,
            needs,
            source: "",
            script,
            judge: probe,
            cases: &CASES,
        }
    }

    static PUSH: Family = family(Script::Probe { play: push, logins: 0 }, &[]);
    static FAIL: Family = family(Script::Probe { play: fail, logins: 0 }, &[]);
    static ACCOUNT: Family = family(Script::Probe { play: push, logins: 1 }, &[Need::Account]);

    async fn judged(family: &'static Family, lax: bool, good: usize) -> Finding {
        let venue = Here(Arc::new(Server { lax, good: good.into() }));
        let mut target = Target::named("https://as.example");
        target.endpoints.par = "https://as.example/par".into();
        let setting = Arc::new(Setting {
            target: target.clone(),
            accounts: Vec::new(),
            consent: Consent::Form,
            recorder: Arc::new(Recorder::new(None, None)),
        });
        let offer = Offer {
            accounts: 0,
            https: true,
            revocation: true,
            metadata_host: false,
            public_metadata_host: false,
            address_filter: true,
            tier: Tier::Safe,
            patience: Duration::ZERO,
            role: Role::Server,
        };
        let plan = Plan::new(&[family], &offer, |_| true);
        let played = play(&plan, &setting, &venue, 2, |played| played).await;
        let requirement = Requirement {
            id: "X-1".into(),
            subject: Subject::As,
            level: Level::Must,
            area: "par".into(),
            source: "RFC 0, section 1".into(),
            statement: "s".into(),
            check: "c".into(),
            observable: true,
            basis: Some(Basis::Stated),
            ambiguity: None,
            readings: Vec::new(),
            dominant: None,
            fixes_answer: false,
        };
        let catalogue = Catalogue::from([("X-1".to_owned(), requirement)]);
        let mut run = judge(&played, &target, 0, true, &catalogue);
        assert_eq!(run.cases.len(), 1);
        run.cases.remove(0)
    }

    #[tokio::test]
    async fn a_refusal_counts_between_good_controls_only() {
        assert_eq!(judged(&PUSH, false, 100).await.verdict, Verdict::Pass);
        assert_eq!(judged(&PUSH, true, 100).await.verdict, Verdict::Fail);
        // The server breaks down before, at and after the faulted request.
        for good in [0, 1, 2] {
            let finding = judged(&PUSH, false, good).await;
            assert_eq!(finding.verdict, Verdict::Inconclusive, "{good}: {}", finding.reason);
        }
    }

    #[tokio::test]
    async fn what_is_not_offered_is_skipped() {
        let finding = judged(&ACCOUNT, false, 100).await;
        assert_eq!((finding.verdict, finding.exchanges.len()), (Verdict::Skipped, 0));
        assert!(finding.unblock.contains("ATPROOF_ACCOUNT"));
    }

    #[tokio::test]
    async fn a_panic_of_ours_makes_no_case_vanish() {
        let finding = judged(&FAIL, false, 100).await;
        assert_eq!(finding.verdict, Verdict::Inconclusive);
        assert_eq!(finding.marks, [Finding::OUR_FAULT]);
    }

    #[tokio::test]
    async fn a_record_is_judged_as_the_run_was() {
        let target = Target::named("https://as.example");
        let text = record::write(&head(&target, 7));
        let record = record::read(&text).unwrap();
        let (run, unknown) = judge_record(&record, &[&PUSH], &Catalogue::new()).unwrap();
        assert_eq!((run.seed, run.complete, run.cases.len(), unknown.len()), (7, false, 0, 0));
        assert_eq!(run.target, target);
    }
}
