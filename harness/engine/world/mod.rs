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
mod registration;
mod sealed;
mod site;
mod twist;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use atproof_protocol::form;
use atproof_protocol::http::{Request, Response};
use serde_json::Value;
use tokio::sync::mpsc;

pub use directory::{Directory, Listed};
pub(crate) use door::Sight;
pub use driver::{
    Asking, AskingAll, Driver, Drivers, InProcess, Introduction, Lending, Reply, introduce,
};
pub(crate) use listen::{Answers, accept};
pub use process::{Command, Pool};
pub(crate) use process::{keep_end, kill};
pub use recording::Recording;
pub use sealed::{Sealed, SealedError};
pub use walk::{Client, Stand, play};

use crate::model::{Alter, Flaw, Settings, Site, Step, Twist, When};
use crate::stage::{Clock, Contact, Host, NetError, NetErrorKind, Sending, Stream, Transport};
use door::Door;
use registration::Registration;
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

    /// Tells its servers where the documents of clients are.
    fn reach(&mut self, web: Arc<Host>);
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
    /// What the names of the network end with, those of handles too.
    pub domain: String,
}

impl Origins {
    /// What names end with where they lead nowhere, or the network has none but those of handles.
    pub const DOMAIN: &str = "atproof.test";

    /// The directory that everybody knows.
    pub const DIRECTORY: &str = "https://plc.directory";

    /// Whether the network has host names.
    pub fn has_names(&self) -> bool {
        self.directory == Self::DIRECTORY
    }
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

impl Cast {
    /// The DIDs of all accounts.
    pub(crate) fn dids(&self) -> impl Iterator<Item = &str> {
        [&self.did, &self.other_did, &self.foreign_did].into_iter().map(String::as_str)
    }
}

/// The network around a client, while it is led through its steps once.
pub struct World {
    inner: Mutex<Inner>,
    origins: Origins,
    cast: Cast,
    clock: Clock,
    recording: Arc<Mutex<Recording>>,
    /// The client, where it is a confidential one.
    registration: Option<Registration>,
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
        Self { inner: Mutex::new(inner), origins, cast, clock, recording, registration: None }
    }

    /// The same world, in which these changes are no fault.
    fn standing(self, twists: Vec<Twist>) -> Self {
        self.inner().standing = twists;
        self
    }

    /// The same world, whose servers know a confidential client.
    fn registering(mut self, registration: Registration) -> Self {
        self.inner().network.reach(registration.host());
        self.registration = Some(registration);
        self
    }

    /// What `init` tells the client, and whether a twist changed it.
    fn told(&self, mut arguments: Value) -> (Value, bool) {
        if let Some(registration) = &self.registration {
            registration.tell(&mut arguments);
        }
        let request = Request::new("DRIVE", "driver:init");
        let mut inner = self.inner();
        let twists = inner.occasion(self, Site::Client, &request);
        let template = Template::new(&self.origins, &self.cast, &mut inner.random, &request);
        drop(inner);
        let mut delivery =
            Delivery::whole(Response::new(200).body("application/json", arguments.to_string()));
        for twist in &twists {
            twist::apply(&twist.alter, &template, &mut delivery);
        }
        (delivery.response.json().unwrap_or(arguments), !twists.is_empty())
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
        let mut twists = match request.method.as_str() {
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
            None => Delivery::whole(self.correct(&mut inner, &sighting, readable)),
        };
        let is_accepted = (200..300).contains(&delivery.response.status);
        twists.retain(|twist| twist.when != When::Accepted || is_accepted);
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
        let facts = facts(sighting.site, sighting.role, step, !twists.is_empty());
        let assertion = self.registration.as_ref().and_then(|known| known.facts(request));
        let facts = facts.into_iter().chain(assertion.map(|facts| ("assertion", facts)));
        self.recording().message(sighting.action(), request, &delivery, facts, self.clock.now());
        delivery
    }

    /// What the correct network answers.
    fn correct(&self, inner: &mut Inner, sighting: &Sighting, request: Request) -> Response {
        let moved = sighting.unmoved(&self.origins, &request).unwrap_or(request);
        let Some(registration) = &self.registration else {
            return inner.network.handle(&registration::anonymous(moved, sighting.site));
        };
        if let Some(page) = registration.page(&moved) {
            return page;
        }
        let is_other = sighting.role == "other";
        let issuer = if is_other { &self.origins.other } else { &self.origins.issuer };
        let made = (inner.random.token(), self.clock.now());
        let made = (made.0.as_str(), made.1);
        inner.network.handle(&registration.authenticated(moved, sighting.site, issuer, made))
    }

    /// What there is to see of the server of a URL before anything is sent to it.
    pub fn contact(&self, url: &str) -> Contact {
        let origin = site::origin(url);
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        let is_inside = host == format!("{INSIDE}.{}", self.origins.domain);
        let flaw = if origin.starts_with("https:") { self.handshake(origin) } else { None };
        Contact { is_inside, flaw }
    }

    /// What is wrong with the certificate that the server of an origin shows. Good ones leave no
    /// trace in the record.
    pub(crate) fn handshake(&self, origin: &str) -> Option<Flaw> {
        let request = Request::new("CONNECT", origin);
        let mut inner = self.inner();
        let twists = inner.occasion(self, Site::Connection, &request);
        let step = inner.step;
        drop(inner);
        let flaw = twists.iter().find_map(|twist| match twist.alter {
            Alter::Certificate(flaw) => Some(flaw),
            _ => None,
        })?;
        let shown = Delivery::whole(Response::new(200).body("text/plain", flaw.to_string()));
        self.note(&request, &shown, Site::Connection, step, true);
        Some(flaw)
    }

    /// Notes that the client has connected to an address that is not one of the network.
    pub(crate) fn visited(&self, address: SocketAddr) {
        let request = Request::new("CONNECT", format!("tcp://{address}"));
        let step = self.inner().step;
        let closed = Delivery::without_answer(Conduct::Closed);
        self.note(&request, &closed, Site::Elsewhere, step, false);
    }

    fn note(&self, request: &Request, delivery: &Delivery, site: Site, step: Step, twisted: bool) {
        let role = Sighting::of(&self.origins, request).role;
        let facts = facts(site, role, step, twisted);
        let action = atproof_protocol::record::Action::Document;
        self.recording().message(action, request, delivery, facts, self.clock.now());
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
        let facts = facts(Site::Callback, "user", Step::Callback, !twists.is_empty());
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

/// What the record says of an exchange, beside its bytes.
fn facts(site: Site, role: &str, step: Step, twisted: bool) -> [(&'static str, Value); 4] {
    [
        ("site", Value::from(site.name())),
        ("role", Value::from(role)),
        ("step", Value::from(step.command())),
        ("twisted", Value::from(twisted)),
    ]
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
                // Whether the request is accepted is seen later.
                When::Always | When::Accepted => true,
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
            // Others have their turn while an answer is under way; the first one may be that of
            // who comes before.
            for _ in 0..2 {
                tokio::task::yield_now().await;
            }
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

    fn contact(&self, url: &str) -> Contact {
        Self::contact(self, url)
    }

    fn send_raw<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Sending<'a> {
        Box::pin(async {
            Err(NetError::new(NetErrorKind::Malformed, "clients send whole requests"))
        })
    }
}

/// The first label of a name that leads to a private address.
pub(crate) const INSIDE: &str = "inside";

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
