//! The network around a client: correct but for one thing.
//!
//! A [`World`] is made for every time that a client is led through its steps. It stands between the
//! client and a correct network that comes in from outside ([`Networks`]), changes the answers that
//! the [twists](crate::model::Twist) name, and records everything that the client sends. It decides
//! nothing about the client.

mod directory;
mod door;
mod driver;
mod listen;
mod process;
mod recording;
mod site;
mod twist;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use atproof_protocol::form;
use atproof_protocol::http::{Request, Response};
use serde_json::Value;
use tokio::sync::mpsc;

pub use directory::{Directory, Listed};
pub(crate) use door::Sight;
pub use driver::{Asking, Driver, Drivers, InProcess, Introduction, Lending, Reply, introduce};
pub(crate) use listen::{Answers, accept};
pub use process::{Command, Pool};
pub(crate) use process::{keep_end, kill};
pub use recording::Recording;
pub use walk::{Client, Stand, play};

use crate::model::{Alter, Settings, Site, Step, Twist, When};
use crate::stage::{Clock, NetError, NetErrorKind, Sending, Stream, Transport};
use door::Door;
use site::Sighting;
use twist::Template;

/// Makes correct networks.
pub trait Networks: Send + Sync {
    /// The correct network at these origins. The label names the bytes that it draws at random
    /// where they follow from a seed.
    fn network(
        &self,
        label: &str,
        origins: &Origins,
        settings: &Settings,
        variants: &[&str],
        clock: &Clock,
    ) -> Box<dyn Network>;
}

/// A correct network: identity, PDS, authorization server.
pub trait Network: Send {
    /// Answers a request.
    fn handle(&mut self, request: &Request) -> Response;

    /// Plays the user at the URL of an authorization request: where the browser is sent in the end.
    fn consent(&mut self, url: &str, approve: bool) -> Result<String, String>;

    /// Who is who.
    fn cast(&self) -> Cast;
}

/// The origins of a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// The authorization server.
    pub issuer: String,
    /// The PDS.
    pub pds: String,
    /// The PLC directory, which also resolves handles.
    pub directory: String,
    /// A server that has nothing to do with the account: PDS and authorization server of others.
    pub other: String,
}

/// The accounts of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// DID of the account that signs in.
    pub did: String,
    /// Its handle.
    pub handle: String,
    /// DID of another account at the same PDS.
    pub other_did: String,
    /// Its handle.
    pub other_handle: String,
    /// DID of an account at the other server.
    pub foreign_did: String,
    /// Its handle.
    pub foreign_handle: String,
}

/// The network around a client, while it is led through its steps once.
pub struct World {
    inner: Mutex<Inner>,
    origins: Origins,
    cast: Cast,
    clock: Clock,
    recording: Arc<Mutex<Recording>>,
}

struct Inner {
    network: Box<dyn Network>,
    twists: Vec<Twist>,
    /// What the settings change, in controls too.
    standing: Vec<Twist>,
    /// How often each twist had an occasion.
    occasions: Vec<usize>,
    /// The step under way.
    step: Step,
    /// Steps that the client has carried out.
    carried_out: Vec<Step>,
    random: Stream,
    /// How often each site was asked.
    asked: BTreeMap<Site, usize>,
    /// Sites that gave the client what it wanted.
    answered: BTreeSet<Site>,
    /// The page for a person, where one leads the client.
    door: Option<Door>,
}

/// An answer on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The answer.
    pub response: Response,
    /// How long it takes.
    pub after: Duration,
    /// How it arrives.
    pub conduct: Conduct,
}

/// How an answer arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// Whole.
    Whole,
    /// Half of the body, then the end of the connection.
    Cut,
    /// Not at all: the connection ends.
    Closed,
    /// Not at all: nothing happens.
    Silent,
}

/// Where the client is called back.
#[derive(Clone, Debug)]
struct Callback {
    url: String,
    /// What happens before.
    before: Option<Before>,
}

/// What happens before a client is called back.
#[derive(Clone, Debug)]
enum Before {
    /// It is called back with this, which is good.
    Good(String),
    /// It is called back with this, which it refuses.
    Bad(String),
    /// Another login is begun.
    Start,
}

impl World {
    fn new(
        network: Box<dyn Network>,
        origins: Origins,
        clock: Clock,
        random: Stream,
        twists: Vec<Twist>,
        recording: Arc<Mutex<Recording>>,
    ) -> Self {
        let cast = network.cast();
        let occasions = vec![0; twists.len()];
        let inner = Inner {
            network,
            twists,
            standing: Vec::new(),
            occasions,
            step: Step::Init,
            carried_out: Vec::new(),
            random,
            asked: BTreeMap::new(),
            answered: BTreeSet::new(),
            door: None,
        };
        Self { inner: Mutex::new(inner), origins, cast, clock, recording }
    }

    /// The same world, in which these changes are no fault.
    fn standing(self, twists: Vec<Twist>) -> Self {
        self.inner().standing = twists;
        self
    }

    /// Where everything is.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Answers a request of the client, and records both.
    pub fn answer(&self, request: &Request) -> Delivery {
        let mut inner = self.inner();
        let sighting = Sighting::of(&self.origins, request);
        if let Some(door) = &mut inner.door
            && sighting.site == Site::Authorize
            && request.method == "GET"
        {
            return door.open(request);
        }
        let readable = site::as_form(request, sighting.site);
        let asked = inner.asked.entry(sighting.site).or_default();
        *asked += 1;
        let is_flood = *asked > MOST_REQUESTS;
        let twists = match request.method.as_str() {
            // The permission to ask is not the answer.
            "OPTIONS" => Vec::new(),
            _ if sighting.is_moved => Vec::new(),
            _ => inner.occasion(self, sighting.site, request),
        };
        let template = Template::new(&self.origins, &self.cast, &mut inner.random, request);
        let template = &template;
        let instead = twists.iter().find_map(|twist| twist::instead(&twist.alter, template));
        let mut delivery = match instead {
            // One that never gives up has shown what it does.
            _ if is_flood => Delivery::without_answer(Conduct::Closed),
            Some(mut delivery) => {
                open_to_pages(request, &mut delivery.response);
                delivery
            }
            None => {
                let moved = sighting.unmoved(&self.origins, &readable);
                Delivery::whole(inner.network.handle(moved.as_ref().unwrap_or(&readable)))
            }
        };
        let stands = |twist: &&Twist| {
            twist.at == sighting.site
                && !matches!(twist.when, When::Of(text) if !request.url.contains(text))
        };
        let standing: Vec<Twist> = inner.standing.iter().filter(stands).copied().collect();
        for twist in standing.iter().chain(&twists) {
            twist::apply(&twist.alter, template, &mut delivery);
        }
        let step = inner.step;
        if (200..300).contains(&delivery.response.status) && delivery.conduct == Conduct::Whole {
            inner.answered.insert(sighting.site);
        }
        if let Some(door) = &inner.door {
            door.note(sighting.site, request, &delivery);
        }
        drop(inner);
        let facts = [
            ("site", Value::from(sighting.site.name())),
            ("role", Value::from(sighting.role)),
            ("step", Value::from(step.command())),
            ("twisted", Value::from(!twists.is_empty())),
        ];
        self.recording().message(sighting.action(), request, &delivery, facts, self.clock.now());
        delivery
    }

    /// Shows what the client sends, as it happens. The authorization endpoint has a page for the
    /// browser of a person from now on, which is no request of the client and not recorded.
    pub(crate) fn watch(&self) -> mpsc::UnboundedReceiver<Sight> {
        let (sights, watching) = mpsc::unbounded_channel();
        self.inner().door = Some(Door { sights, back: None });
        watching
    }

    /// Sends the browser that waits at the authorization endpoint here.
    pub(crate) fn send_back(&self, url: String) {
        if let Some(door) = &mut self.inner().door {
            door.back = Some(url);
        }
    }

    /// Whether the client got what it wanted from a site.
    pub(crate) fn has_answered(&self, site: Site) -> bool {
        self.inner().answered.contains(&site)
    }

    /// Begins a step: what the client sends from now on belongs to it.
    fn enter(&self, step: Step) {
        self.inner().step = step;
    }

    /// Notes that the client has carried out the step.
    fn leave(&self, step: Step) {
        self.inner().carried_out.push(step);
    }

    /// Plays the user at the authorization endpoint: the URL that the client is to be called back
    /// with, changed where a twist says so.
    fn consent(&self, url: &str) -> Result<Callback, String> {
        let mut inner = self.inner();
        let request = Request::new("GET", url);
        let twists = inner.occasion(self, Site::Callback, &request);
        let approve = !twists.iter().any(|twist| twist.alter == Alter::Denied);
        let redirect = inner.network.consent(url, approve);
        let template = Template::new(&self.origins, &self.cast, &mut inner.random, &request);
        drop(inner);
        let twisted = redirect.as_ref().map(|redirect| {
            twists.iter().fold(redirect.clone(), |redirect, twist| {
                twist::callback(&twist.alter, &template, &redirect)
            })
        });
        let response = match &twisted {
            Ok(redirect) => Response::new(303).header("Location", redirect.as_str()),
            Err(why) => Response::new(400).body("text/plain", why.as_str()),
        };
        let facts = [
            ("site", Value::from(Site::Callback.name())),
            ("role", Value::from("user")),
            ("step", Value::from(Step::Callback.command())),
            ("twisted", Value::from(!twists.is_empty())),
        ];
        let delivery = Delivery::whole(response);
        let action = atproof_protocol::record::Action::Authorize;
        self.recording().message(action, &request, &delivery, facts, self.clock.now());
        let url = twisted?;
        let before = twists.iter().find_map(|twist| twist::before(&twist.alter, &template, &url));
        Ok(Callback { url, before })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A poisoned lock only says that another thread panicked; the data are still whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recording(&self) -> MutexGuard<'_, Recording> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The twists of a site that apply this time.
    fn occasion(&mut self, world: &World, site: Site, request: &Request) -> Vec<Twist> {
        let (step, carried_out) = (self.step, &self.carried_out);
        let mut applying = Vec::new();
        for (twist, occasions) in self.twists.iter().zip(&mut self.occasions) {
            if twist.at != site {
                continue;
            }
            *occasions += 1;
            let applies = match twist.when {
                When::Always => true,
                When::Nth(number) => *occasions == number,
                When::From(number) => *occasions >= number,
                When::During(wanted) => step == wanted,
                When::After(wanted) => carried_out.contains(&wanted),
                When::Of(text) => {
                    let text = Template::names(&world.origins, &world.cast).fill(text);
                    let encoded = form::percent_encode(&text);
                    request.url.contains(&text) || request.url.contains(&encoded)
                }
            };
            if applies {
                applying.push(*twist);
            }
        }
        applying
    }
}

impl Delivery {
    pub(crate) fn whole(response: Response) -> Self {
        Self { response, after: Duration::ZERO, conduct: Conduct::Whole }
    }

    fn without_answer(conduct: Conduct) -> Self {
        Self { conduct, ..Self::whole(Response::new(0)) }
    }
}

/// The way into a world without sockets, for clients in this process.
impl Transport for World {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let delivery = self.answer(&request);
            self.clock.wait(delivery.after).await;
            match delivery.conduct {
                Conduct::Whole => Ok(delivery.response),
                Conduct::Silent => {
                    self.clock.wait(NO_ANSWER).await;
                    Err(NetError::new(NetErrorKind::Timeout, "no answer"))
                }
                Conduct::Cut | Conduct::Closed => {
                    Err(NetError::new(NetErrorKind::Reset, "the connection was closed"))
                }
            }
        })
    }

    fn send_raw<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Sending<'a> {
        Box::pin(async {
            Err(NetError::new(NetErrorKind::Malformed, "clients send whole requests"))
        })
    }
}

/// Opens an answer that takes the place of another to scripts of a page, as that would have been: to
/// them, one that is closed is no answer at all.
fn open_to_pages(request: &Request, response: &mut Response) {
    let is_open = response.headers.get("access-control-allow-origin").is_some();
    if request.headers.get("origin").is_some() && !is_open {
        response.headers.push("Access-Control-Allow-Origin", "*");
        response.headers.push("Access-Control-Expose-Headers", "DPoP-Nonce, WWW-Authenticate");
    }
}

/// How often a site answers while a client is led through its steps once.
const MOST_REQUESTS: usize = 100;

/// How long a client in this process waits for an answer.
const NO_ANSWER: Duration = Duration::from_secs(10);
