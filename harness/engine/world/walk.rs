//! Leads a client through its steps: plays the user, and asks the driver.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use atproof_protocol::record::{Exchange, Part, Play};
use serde_json::{Value, json};

use super::driver::{Driver, Drivers, InProcess, Introduction, Reply, init};
use super::listen::Ports;
use super::registration::Registration;
use super::twist::Template;
use super::{Before, Networks, Origins, Recording, Sealed, World};
use crate::model::{Alter, Case, Edit, Handles, Input, Script, Settings, Site, Step, Twist};
use crate::run::{Played, Unit};
use crate::stage::{Clock, Recorder, Stream};

/// Where clients are examined.
#[derive(Clone)]
pub struct Stand {
    /// Where correct networks come from.
    pub networks: Arc<dyn Networks>,
    /// The client.
    pub client: Client,
    /// Seed of the run.
    pub seed: u64,
}

/// The client that is examined.
#[derive(Clone)]
pub enum Client {
    /// In this process, in memory, with a virtual clock: the same seed gives the same bytes.
    Here(Arc<dyn InProcess>),
    /// Behind drivers, over sockets.
    Outside(Arc<dyn Drivers>),
    /// The same in a sealed world, with names.
    Sealed(Arc<dyn Drivers>, Arc<Sealed>),
}

impl Client {
    fn drivers(&self) -> Option<&Arc<dyn Drivers>> {
        match self {
            Self::Here(_) => None,
            Self::Outside(drivers) | Self::Sealed(drivers, _) => Some(drivers),
        }
    }

    fn sealed(&self) -> Option<&Sealed> {
        match self {
            Self::Sealed(_, sealed) => Some(sealed),
            _ => None,
        }
    }
}

/// What the virtual clock shows at the beginning: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// A unit under way.
struct Walker<'a> {
    stand: &'a Stand,
    unit: &'a str,
    recording: Arc<Mutex<Recording>>,
    driver: Option<Box<dyn Driver>>,
    /// How often the client was led through its steps.
    times: usize,
}

/// Why a unit is not played.
struct Skip {
    need: String,
    unblock: String,
}

/// Plays a unit of cases about a client.
pub async fn play(stand: &Stand, recorder: Arc<Recorder>, unit: &Unit) -> Vec<Played> {
    let recording = Arc::new(Mutex::new(Recording::new(unit.id().to_owned(), recorder)));
    let driver = match stand.client.drivers() {
        None => None,
        Some(drivers) => Some(drivers.lend().await),
    };
    let mut walker =
        Walker { stand, unit: unit.id(), recording: recording.clone(), driver, times: 0 };
    let played = match unit.family().script {
        Script::Walk { steps, settings } => walker.rows(unit, steps, &settings).await,
        Script::Watch { steps, settings } => {
            let end = walker.lead(Part::Control, steps, &settings, None).await;
            unit.played(&ending(&end), &walker.exchanges())
        }
        Script::Probe { .. }
        | Script::Chain { .. }
        | Script::Once { .. }
        | Script::Story { .. } => {
            let detail = "a family about servers was played against a client".to_owned();
            unit.played(&Play::Failed { detail }, &[])
        }
    };
    if let (Some(driver), Some(drivers)) = (walker.driver.take(), stand.client.drivers()) {
        drivers.take_back(driver);
    }
    played
}

fn ending(end: &Result<(), Skip>) -> Play {
    match end {
        Ok(()) => Play::Done,
        Err(Skip { need, unblock }) => {
            Play::Skipped { need: need.clone(), unblock: unblock.clone() }
        }
    }
}

impl Walker<'_> {
    /// Control, rows, control again.
    async fn rows(&mut self, unit: &Unit, steps: &[Step], settings: &Settings) -> Vec<Played> {
        if let Err(skip) = self.lead(Part::Control, steps, settings, None).await {
            return unit.played(&ending(&Err(skip)), &self.exchanges());
        }
        let first = self.len();
        let mut ranges = Vec::new();
        for case in unit.rows() {
            let from = self.len();
            let end = self.lead(Part::Faulted, steps, settings, Some(case)).await;
            ranges.push((from..self.len(), end));
        }
        let from = self.len();
        let again = self.lead(Part::ControlAgain, steps, settings, None).await;
        let exchanges = self.exchanges();
        let played = unit.rows().iter().zip(ranges).map(|(case, (own, end))| {
            let parts = [0..first, own, from..exchanges.len()];
            let transcript =
                parts.into_iter().flat_map(|range| exchanges.get(range).unwrap_or_default());
            let end = if end.is_err() { &end } else { &again };
            unit.play_of(case, ending(end), transcript.cloned().collect())
        });
        played.collect()
    }

    /// Leads a fresh client through the steps in a fresh world, until one is not carried out.
    async fn lead(
        &mut self,
        part: Part,
        steps: &[Step],
        settings: &Settings,
        case: Option<&Case>,
    ) -> Result<(), Skip> {
        self.times += 1;
        let settings = match case.map(|case| &case.edit) {
            Some(Edit::Layout(_, layout)) => layout,
            _ => settings,
        };
        let is_outside = matches!(self.stand.client, Client::Outside(_));
        if settings.needs_names() && is_outside {
            return Err(Skip {
                need: "a network with host names, and https".to_owned(),
                unblock: "--sealed; loopback has ports only".to_owned(),
            });
        }
        let directory = self.stand.client.drivers().and_then(|drivers| drivers.directory());
        if directory.is_some() && matches!(settings.input, Input::Typed(_)) {
            return Err(Skip {
                need: "accounts whose names are the same in every case".to_owned(),
                unblock: "a client that is told where the directory of each case is".to_owned(),
            });
        }
        let twists = case.map_or(&[][..], |case| case.edit.twists());
        let is_made = settings.confidential || twists.iter().any(|twist| twist.at == Site::Client);
        if directory.is_some() && is_made {
            return Err(Skip {
                need: "a client that is told what it is".to_owned(),
                unblock: "client exec or client browser; this client is configured by itself"
                    .to_owned(),
            });
        }
        let clock = match self.stand.client.drivers() {
            None => Clock::at(START),
            Some(_) => Clock::System,
        };
        self.recording().enter(part);
        let ports = match &self.stand.client {
            Client::Here(_) | Client::Sealed(..) => None,
            Client::Outside(_) => {
                Some(Ports::open(settings.same_origin, directory.as_deref()).await.map_err(
                    |error| Skip {
                        need: format!("loopback ports ({error})"),
                        unblock: "free some ports, or run with fewer --jobs".to_owned(),
                    },
                )?)
            }
        };
        let room = match self.stand.client.sealed() {
            Some(sealed) => Some(sealed.room(settings, case).await),
            None => None,
        };
        let origins = ports.as_ref().map(|ports| &ports.origins);
        let origins = origins.or(room.as_ref().map(|room| &room.origins)).cloned();
        let origins = origins.unwrap_or_else(|| memory(settings));
        let world = Arc::new(self.world(&origins, settings, case, &clock));
        let serving = ports.map(|ports| ports.serve(&world));
        let entered = room.map(|room| room.enter(&world));
        let listed = directory.map(|directory| directory.list(&world));
        let random = self.random("client");
        let mut here = match &self.stand.client {
            Client::Here(client) => Some(client.driver(world.clone(), clock, random)),
            Client::Outside(_) | Client::Sealed(..) => None,
        };
        let recording = self.recording.clone();
        let driver = here.as_mut().or(self.driver.as_mut());
        let end = match driver {
            Some(driver) => {
                driver.meet(&world);
                let mut round = Round {
                    world: &world,
                    driver: &mut **driver,
                    recording,
                    settings,
                    ca_file: self.stand.client.sealed().map(Sealed::ca_file),
                };
                round.walk(steps).await
            }
            None => Ok(()),
        };
        drop((serving, entered, listed));
        end
    }

    fn world(
        &self,
        origins: &Origins,
        settings: &Settings,
        case: Option<&Case>,
        clock: &Clock,
    ) -> World {
        let mut variants = settings.variants.to_vec();
        if let Some(Edit::Network(variant)) = case.map(|case| case.edit) {
            variants.push(variant);
        }
        let label = format!("network of {}, {}", self.unit, self.times);
        let network = self.stand.networks.network(&label, origins, settings, &variants, clock);
        let twists = case.map(|case| case.edit.twists().to_vec()).unwrap_or_default();
        let random = self.random("world");
        let world = World::new(
            network,
            origins.clone(),
            clock.clone(),
            random,
            twists,
            self.recording.clone(),
        )
        .standing(standing(settings));
        match settings.confidential {
            true => world.registering(Registration::new(&mut self.random("registration"))),
            false => world,
        }
    }

    /// A stream of its own for each time that the client is led.
    fn random(&self, purpose: &str) -> Stream {
        match self.stand.client.drivers() {
            None => {
                let label = format!("{purpose} of {}, {}", self.unit, self.times);
                Stream::seeded(self.stand.seed, &label)
            }
            Some(_) => Stream::System,
        }
    }

    fn recording(&self) -> std::sync::MutexGuard<'_, Recording> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn len(&self) -> usize {
        self.recording().len()
    }

    fn exchanges(&self) -> Vec<Exchange> {
        self.recording().finish()
    }
}

/// What the settings change in the answers of the network, in controls too.
fn standing(settings: &Settings) -> Vec<Twist> {
    let mut twists = settings.standing.to_vec();
    if settings.expires_soon {
        let alter = Alter::Member("/expires_in", "1");
        twists.extend([Site::Token, Site::Refresh].map(|site| Twist::new(site, alter)));
    }
    let unknown = Alter::Status(404);
    match settings.handles {
        Handles::Everywhere => {}
        Handles::Host => twists.push(Twist::new(Site::Record, unknown)),
        Handles::Record => twists.push(Twist::new(Site::Handle, unknown)),
    }
    twists
}

/// Origins where nothing listens.
fn memory(settings: &Settings) -> Origins {
    let origin = |name: &str| format!("https://{name}.{}", Origins::DOMAIN);
    let directory = if settings.needs_names() { Origins::DIRECTORY.into() } else { origin("plc") };
    Origins {
        issuer: origin(if settings.same_origin { "pds" } else { "auth" }),
        pds: origin("pds"),
        directory,
        other: origin("other"),
        domain: Origins::DOMAIN.to_owned(),
    }
}

/// One way through the steps.
struct Round<'a> {
    world: &'a Arc<World>,
    driver: &'a mut dyn Driver,
    recording: Arc<Mutex<Recording>>,
    settings: &'a Settings,
    /// The file with the certificate of the authority, in a sealed world.
    ca_file: Option<&'a str>,
}

impl Round<'_> {
    async fn walk(&mut self, steps: &[Step]) -> Result<(), Skip> {
        // What it declares; what it asks for may be less.
        let mut arguments = init(&self.world.origins, Settings::USUAL.scope);
        arguments["ca_file"] = Value::from(self.ca_file);
        let (arguments, is_twisted) = self.world.told(arguments);
        let site = [("site", Site::Client.name().into()), ("twisted", is_twisted.into())];
        let reply = self.command(Step::Init, arguments, site).await;
        let Reply::Said(answer) = &reply else { return Ok(()) };
        if !reply.is_ok() && self.settings.confidential && !is_twisted {
            return Err(Skip {
                need: "a confidential client".to_owned(),
                unblock: match answer.get("error") {
                    Some(why) => format!("the driver does not offer confidential clients: {why}"),
                    None => "the driver does not offer confidential clients".to_owned(),
                },
            });
        }
        if !reply.is_ok() {
            return Ok(());
        }
        let input = self.settings.input.name();
        if !Introduction::read(answer).takes(input) {
            return Err(Skip {
                need: format!("a client where users can type a {input}"),
                unblock: "the driver says that its client takes none".to_owned(),
            });
        }
        let mut url = String::new();
        for (place, step) in steps.iter().enumerate() {
            let reply = match step {
                Step::Init => continue,
                Step::Start => {
                    if place > 0 {
                        self.world.clock.wait(self.settings.pause).await;
                    }
                    let reply = self.start(None).await;
                    reply.text("url").unwrap_or_default().clone_into(&mut url);
                    reply
                }
                Step::Callback => match self.callback(&url).await {
                    Some(reply) => reply,
                    None => return Ok(()),
                },
                Step::Request if self.settings.in_pairs => self.requests().await,
                Step::Request => self.request(None).await,
                Step::Refresh | Step::Logout => self.ask(*step, json!({}), None).await,
            };
            // An error of the PDS is no end of a session, where it is asked once more.
            let is_asked_again = steps.get(place + 1) == Some(&Step::Request);
            let goes_on =
                *step == Step::Request && is_asked_again && matches!(reply, Reply::Said(_));
            if !reply.is_ok() && !goes_on {
                // What was refused, or given back, must not be of use afterwards.
                let ends = matches!(step, Step::Callback | Step::Refresh | Step::Logout);
                if ends && matches!(reply, Reply::Said(_)) {
                    self.request(Some("afterwards")).await;
                }
                return Ok(());
            }
            if *step == Step::Logout {
                self.request(Some("afterwards")).await;
            }
        }
        Ok(())
    }

    /// Plays the user at the URL, and hands the callback over. `None` where the URL leads nowhere.
    async fn callback(&mut self, url: &str) -> Option<Reply> {
        self.world.enter(Step::Callback);
        let callback = self.world.consent(url).ok()?;
        let note = Some("before");
        let (reply, is_due) = match &callback.before {
            Some(Before::Good(url)) => {
                (Some(self.ask(Step::Callback, json!({"url": url}), note).await), true)
            }
            Some(Before::Bad(url)) => {
                (Some(self.ask(Step::Callback, json!({"url": url}), note).await), false)
            }
            Some(Before::Start) => (Some(self.start(note).await), true),
            None => (None, true),
        };
        if let Some(reply) = reply.filter(|reply| reply.is_ok() != is_due) {
            return Some(reply);
        }
        Some(self.ask(Step::Callback, json!({"url": callback.url}), None).await)
    }

    async fn start(&mut self, note: Option<&str>) -> Reply {
        let arguments = json!({"input": self.input(), "scope": self.settings.scope});
        self.ask(Step::Start, arguments, note).await
    }

    async fn request(&mut self, note: Option<&str>) -> Reply {
        self.ask(Step::Request, json!({"method": "GET", "path": self.settings.path}), note).await
    }

    /// Two requests at once; what came of the one that went wrong, if one did.
    async fn requests(&mut self) -> Reply {
        self.world.enter(Step::Request);
        let since = Instant::now();
        let arguments = vec![json!({"method": "GET", "path": self.settings.path}); 2];
        let replies = self.driver.ask_at_once(Step::Request, arguments.clone()).await;
        for (arguments, reply) in arguments.iter().zip(&replies) {
            self.note(Step::Request, arguments, reply, [], since);
        }
        let bad = replies.iter().position(|reply| !reply.is_ok()).unwrap_or_default();
        let nothing = || Reply::Failed { kind: "start", detail: "no answer".to_owned() };
        let reply = replies.into_iter().nth(bad).unwrap_or_else(nothing);
        if reply.is_ok() {
            self.world.leave(Step::Request);
        }
        reply
    }

    async fn ask(&mut self, step: Step, arguments: Value, note: Option<&str>) -> Reply {
        self.command(step, arguments, note.map(|note| ("note", Value::from(note)))).await
    }

    async fn command(
        &mut self,
        step: Step,
        arguments: Value,
        facts: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Reply {
        self.world.enter(step);
        let since = Instant::now();
        let reply = self.driver.ask(step, arguments.clone()).await;
        if reply.is_ok() {
            self.world.leave(step);
        }
        self.note(step, &arguments, &reply, facts, since);
        reply
    }

    /// Puts a command and what came of it into the record.
    fn note(
        &self,
        step: Step,
        arguments: &Value,
        reply: &Reply,
        more: impl IntoIterator<Item = (&'static str, Value)>,
        since: Instant,
    ) {
        let mut facts = BTreeMap::from([("step".to_owned(), Value::from(step.command()))]);
        facts.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let answer = match reply {
            Reply::Said(answer) => Ok(answer),
            Reply::Failed { kind, detail } => Err((*kind, detail.as_str())),
        };
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        recording.driver(step.command(), arguments, answer, facts, since);
    }

    fn input(&self) -> String {
        let World { cast, origins, .. } = &**self.world;
        match self.settings.input {
            Input::Handle => cast.handle.clone(),
            Input::Did => cast.did.clone(),
            Input::Pds => origins.pds.clone(),
            Input::Issuer => origins.issuer.clone(),
            Input::Typed(text) => Template::names(origins, cast).fill(text),
        }
    }
}
