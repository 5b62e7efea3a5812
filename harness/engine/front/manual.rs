//! A client that a person leads: told what to do, step by step. What can be seen on the wire is
//! seen there; a key is asked for where only the screen of the client shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, timeout_at};

use super::{done, failed, refused, skipped};
use crate::model::{Settings, Site, Step};
use crate::world::{Asking, Directory, Driver, Drivers, Lending, Reply, Sight, World};

/// A person with a client at hand.
pub struct Guided {
    name: String,
    inputs: Vec<String>,
    limit: Duration,
    directory: Arc<Directory>,
    say: Box<dyn Fn(&str) + Send + Sync>,
    keys: Mutex<mpsc::UnboundedReceiver<char>>,
    has_ended: AtomicBool,
}

impl Guided {
    /// A client of this name, in which people can type these kinds of input. Each step has this
    /// much time. What is to be done goes to `say`; keys come from `keys`, whose end is the end.
    pub fn new(
        name: String,
        inputs: Vec<String>,
        limit: Duration,
        directory: Arc<Directory>,
        say: impl Fn(&str) + Send + Sync + 'static,
        keys: mpsc::UnboundedReceiver<char>,
    ) -> Self {
        let (keys, has_ended) = (Mutex::new(keys), AtomicBool::new(false));
        Self { name, inputs, limit, directory, say: Box::new(say), keys, has_ended }
    }

    /// Tells the person what to do.
    fn tell(&self, text: &str) {
        (self.say)(text);
    }
}

impl Drivers for Arc<Guided> {
    fn lend(&self) -> Lending<'_> {
        let hand =
            Hand { guided: self.clone(), world: None, sights: None, waits: false, is_in: false };
        Box::pin(async move { Box::new(hand) as Box<dyn Driver> })
    }

    fn take_back(&self, driver: Box<dyn Driver>) {
        drop(driver);
    }

    fn directory(&self) -> Option<Arc<Directory>> {
        Some(self.directory.clone())
    }
}

/// One login of the person.
struct Hand {
    guided: Arc<Guided>,
    world: Option<Arc<World>>,
    sights: Option<mpsc::UnboundedReceiver<Sight>>,
    /// Whether the browser of the person waits at the authorization endpoint.
    waits: bool,
    /// Whether the client is logged in.
    is_in: bool,
}

/// What ended a step.
enum End {
    Seen(Sight),
    Key(char),
    /// No time is left, or the person wants no more.
    Over(String),
}

impl Driver for Hand {
    fn meet(&mut self, world: &Arc<World>) {
        self.sights = Some(world.watch());
        self.world = Some(world.clone());
        (self.waits, self.is_in) = (false, false);
    }

    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a> {
        Box::pin(async move {
            if self.guided.has_ended.load(Ordering::SeqCst) {
                return failed("person", ENDED);
            }
            let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
            match step {
                Step::Init => done(json!({
                    "name": self.guided.name,
                    "version": "",
                    "inputs": self.guided.inputs,
                })),
                Step::Start if text("scope") != Settings::USUAL.scope => skipped(),
                Step::Start => self.start(text("input")).await,
                Step::Callback => self.callback(text("url")).await,
                _ if !self.is_in => skipped(),
                Step::Request => {
                    let what = "Let the client load something of the account.";
                    self.act(step, what, Site::Resource).await
                }
                Step::Refresh => {
                    let what = "The access token is about to end. Let the client load something of \
                                the account once more, so that it has to refresh.";
                    self.act(step, what, Site::Refresh).await
                }
                Step::Logout => self.act(step, "Log out in the client.", Site::Revocation).await,
            }
        })
    }
}

impl Hand {
    async fn start(&mut self, input: &str) -> Reply {
        self.guided.tell(&format!(
            "\nBegin afresh: log out in the client, or take a new private window.\n\
             Then log in as\n\n    {input}\n\n\
             and go on to the page of the server.   [n: the client shows an error; s: skip; q: end]"
        ));
        let is_pushed = |sight: &Sight| sight.site == Site::Par && sight.is_good();
        loop {
            let door = |sight: &Sight| sight.site == Site::Authorize || is_pushed(sight);
            match self.wait(door).await {
                End::Seen(sight) if is_pushed(&sight) => {
                    self.guided.tell("  the client has pushed its request; its page is awaited");
                }
                End::Seen(sight) => {
                    self.waits = true;
                    return done(json!({"url": sight.url}));
                }
                End::Key('n') => return refused(&[SAYS_SO.to_owned()]),
                End::Key('s') => return skipped(),
                End::Key(_) => {}
                End::Over(why) => return failed("person", why),
            }
        }
    }

    async fn callback(&mut self, url: &str) -> Reply {
        match &self.world {
            Some(world) if self.waits => world.send_back(url.to_owned()),
            _ => {
                self.guided.tell(&format!("Open this address in the same browser:\n\n    {url}\n"))
            }
        }
        self.waits = false;
        self.guided.tell("Is the client logged in?   [y: yes; n: it shows an error; q: end]");
        loop {
            // A client that uses its token is logged in, whatever it shows.
            let used = |sight: &Sight| sight.site == Site::Resource && sight.is_good();
            match self.wait(used).await {
                End::Seen(_) => self.guided.tell("  it is: it uses its token"),
                End::Key('y') => {}
                End::Key('n') => return refused(&[SAYS_SO.to_owned()]),
                End::Key(_) => continue,
                End::Over(why) => return failed("person", why),
            }
            self.is_in = true;
            return done(json!({}));
        }
    }

    /// Something that the person does, and that the wire shows.
    async fn act(&mut self, step: Step, what: &str, site: Site) -> Reply {
        let is_done = self.world.as_ref().is_some_and(|world| world.has_answered(site));
        if step == Step::Request && is_done {
            return done(json!({"status": 200}));
        }
        self.guided
            .tell(&format!("{what}   [y: it has; n: it shows an error; s: it cannot; q: end]"));
        loop {
            match self.wait(|sight| sight.site == site && sight.is_good()).await {
                End::Seen(_) | End::Key('y') => {
                    self.is_in = step != Step::Logout;
                    // What the wire does not show was not done.
                    return done(json!({}));
                }
                End::Key('n') => return refused(&[SAYS_SO.to_owned()]),
                End::Key('s') => return skipped(),
                End::Key(_) => {}
                End::Over(why) => return failed("person", why),
            }
        }
    }

    /// Waits for something on the wire, or a key.
    async fn wait(&mut self, wanted: impl Fn(&Sight) -> bool) -> End {
        let deadline = Instant::now() + self.guided.limit;
        let guided = self.guided.clone();
        let mut keys = guided.keys.lock().await;
        loop {
            let sight = async {
                match &mut self.sights {
                    Some(sights) => sights.recv().await,
                    None => None,
                }
            };
            let next = async {
                tokio::select! {
                    biased;
                    Some(sight) = sight => Ok(sight),
                    key = keys.recv() => Err(key),
                }
            };
            match timeout_at(deadline, next).await {
                Ok(Ok(sight)) if wanted(&sight) => return End::Seen(sight),
                Ok(Ok(_)) => {}
                Ok(Err(None | Some('q'))) => {
                    guided.has_ended.store(true, Ordering::SeqCst);
                    return End::Over(ENDED.to_owned());
                }
                Ok(Err(Some(key))) => return End::Key(key),
                Err(_) => {
                    let limit = guided.limit.as_secs();
                    return End::Over(format!("nothing happened for {limit} s"));
                }
            }
        }
    }
}

/// Why the rest was not played.
const ENDED: &str = "the person ended the run";

/// What is known of a refusal that only a screen shows.
const SAYS_SO: &str = "the client shows an error, says the person";
