//! Leads a client through its steps: plays the user, and asks the driver.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use atproof_protocol::record::{Exchange, Part, Play};
use serde_json::{Value, json};

use super::driver::{Driver, Drivers, InProcess, Introduction, Reply, init};
use super::listen::Ports;
use super::{Before, Networks, Origins, Recording, World};
use crate::model::{Alter, Case, Edit, Input, Script, Settings, Site, Step, Twist, When};
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
}

/// The path that is asked for: it answers 200 to any valid access token.
const RESOURCE: &str = "/xrpc/com.atproto.server.getSession";

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
    let driver = match &stand.client {
        Client::Here(_) => None,
        Client::Outside(drivers) => Some(drivers.lend().await),
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
    if let (Some(driver), Client::Outside(drivers)) = (walker.driver.take(), &stand.client) {
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
        let needs_names = settings.did_web || settings.handle_at_host || settings.has_names;
        if needs_names && is_outside {
            return Err(Skip {
                need: "a network with host names, and https".to_owned(),
                unblock: "names of its own for the network; loopback has ports only".to_owned(),
            });
        }
        let directory = match &self.stand.client {
            Client::Here(_) => None,
            Client::Outside(drivers) => drivers.directory(),
        };
        if directory.is_some() && matches!(settings.input, Input::Typed(_)) {
            return Err(Skip {
                need: "accounts whose names are the same in every case".to_owned(),
                unblock: "a client that is told where the directory of each case is".to_owned(),
            });
        }
        let clock = match &self.stand.client {
            Client::Here(_) => Clock::at(START),
            Client::Outside(_) => Clock::System,
        };
        self.recording().enter(part);
        let ports = match &self.stand.client {
            Client::Here(_) => None,
            Client::Outside(_) => {
                Some(Ports::open(settings.same_origin, directory.as_deref()).await.map_err(
                    |error| Skip {
                        need: format!("loopback ports ({error})"),
                        unblock: "free some ports, or run with fewer --jobs".to_owned(),
                    },
                )?)
            }
        };
        let origins = ports.as_ref().map_or_else(|| memory(settings), |p| p.origins.clone());
        let world = Arc::new(self.world(&origins, settings, case, &clock));
        let serving = ports.map(|ports| ports.serve(&world));
        let listed = directory.map(|directory| directory.list(&world));
        let random = self.random("client");
        let mut here = match &self.stand.client {
            Client::Here(client) => Some(client.driver(world.clone(), clock, random)),
            Client::Outside(_) => None,
        };
        let recording = self.recording.clone();
        let driver = here.as_mut().or(self.driver.as_mut());
        let end = match driver {
            Some(driver) => {
                driver.meet(&world);
                let mut round = Round { world: &world, driver: &mut **driver, recording, settings };
                round.walk(steps).await
            }
            None => Ok(()),
        };
        drop((serving, listed));
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
        World::new(network, origins.clone(), clock.clone(), random, twists, self.recording.clone())
            .standing(standing(settings))
    }

    /// A stream of its own for each time that the client is led.
    fn random(&self, purpose: &str) -> Stream {
        match &self.stand.client {
            Client::Here(_) => {
                let label = format!("{purpose} of {}, {}", self.unit, self.times);
                Stream::seeded(self.stand.seed, &label)
            }
            Client::Outside(_) => Stream::System,
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
    let mut twists = Vec::new();
    if settings.expires_soon {
        let alter = Alter::Member("/expires_in", "1");
        twists.extend([Site::Token, Site::Refresh].map(|site| Twist::new(site, alter)));
    }
    if settings.handle_at_host {
        let unknown = Twist::new(Site::Handle, Alter::Status(400));
        twists.push(unknown.when(When::Of("com.atproto.identity.resolveHandle")));
    }
    twists
}

/// Origins where nothing listens.
fn memory(settings: &Settings) -> Origins {
    let origin = |name: &str| format!("https://{name}.atproof.test");
    Origins {
        issuer: origin(if settings.same_origin { "pds" } else { "auth" }),
        pds: origin("pds"),
        directory: origin("plc"),
        other: origin("other"),
    }
}

/// One way through the steps.
struct Round<'a> {
    world: &'a Arc<World>,
    driver: &'a mut dyn Driver,
    recording: Arc<Mutex<Recording>>,
    settings: &'a Settings,
}

impl Round<'_> {
    async fn walk(&mut self, steps: &[Step]) -> Result<(), Skip> {
        let directory = &self.world.origins().directory;
        // What it declares; what it asks for may be less.
        let mut arguments = init(directory, directory, Settings::USUAL.scope);
        arguments["allow_http"] = Value::Bool(!self.settings.has_names);
        let reply = self.ask(Step::Init, arguments, None).await;
        let Reply::Said(answer) = &reply else { return Ok(()) };
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
        for step in steps {
            let reply = match step {
                Step::Init => continue,
                Step::Start => {
                    let reply = self.start(None).await;
                    reply.text("url").unwrap_or_default().clone_into(&mut url);
                    reply
                }
                Step::Callback => match self.callback(&url).await {
                    Some(reply) => reply,
                    None => return Ok(()),
                },
                Step::Request => self.request(None).await,
                Step::Refresh | Step::Logout => self.ask(*step, json!({}), None).await,
            };
            if !reply.is_ok() {
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
        self.ask(Step::Request, json!({"method": "GET", "path": RESOURCE}), note).await
    }

    async fn ask(&mut self, step: Step, arguments: Value, note: Option<&str>) -> Reply {
        self.world.enter(step);
        let since = Instant::now();
        let reply = self.driver.ask(step, arguments.clone()).await;
        if reply.is_ok() {
            self.world.leave(step);
        }
        let mut facts = BTreeMap::from([("step".to_owned(), Value::from(step.command()))]);
        facts.extend(note.map(|note| ("note".to_owned(), Value::from(note))));
        let answer = match &reply {
            Reply::Said(answer) => Ok(answer),
            Reply::Failed { kind, detail } => Err((*kind, detail.as_str())),
        };
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        recording.driver(step.command(), &arguments, answer, facts, since);
        drop(recording);
        reply
    }

    fn input(&self) -> String {
        let World { cast, origins, .. } = &**self.world;
        match self.settings.input {
            Input::Handle => cast.handle.clone(),
            Input::Did => cast.did.clone(),
            Input::Pds => origins.pds.clone(),
            Input::Issuer => origins.issuer.clone(),
            Input::Typed(text) => text.to_owned(),
        }
    }
}
