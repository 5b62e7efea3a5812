//! The driver of a client, contract version 1: one command, one answer.
//!
//! It never classifies. What it says is recorded as it is; verdicts come from that and the wire.

use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Directory, Origins, World};
use crate::model::Step;
use crate::stage::{Clock, Stream};

/// Version of the contract.
pub(super) const CONTRACT: u32 = 1;

/// A future of an answer of a driver.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

/// A future of the answers of a driver to commands at the same time.
pub type AskingAll<'a> = Pin<Box<dyn Future<Output = Vec<Reply>> + Send + 'a>>;

/// A future of a driver.
pub type Lending<'a> = Pin<Box<dyn Future<Output = Box<dyn Driver>> + Send + 'a>>;

/// Drives one client through the commands of the contract.
pub trait Driver: Send {
    /// Learns which world its client is in from now on. Most need not know.
    fn meet(&mut self, world: &Arc<World>) {
        let _unseen = world;
    }

    /// Carries out one command within its limit of time.
    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a>;

    /// Carries out commands at the same time, where it can, and one after the other, where not.
    fn ask_at_once<'a>(&'a mut self, step: Step, arguments: Vec<Value>) -> AskingAll<'a> {
        Box::pin(async move {
            let mut replies = Vec::new();
            for arguments in arguments {
                replies.push(self.ask(step, arguments).await);
            }
            replies
        })
    }
}

/// Drivers of clients that are reached over sockets.
pub trait Drivers: Send + Sync {
    /// A driver that nobody else uses.
    fn lend(&self) -> Lending<'_>;

    /// Takes a driver back for the next one.
    fn take_back(&self, driver: Box<dyn Driver>);

    /// Where the clients look for all accounts, whatever world they are in. `None` where each is
    /// told where the directory of its world is.
    fn directory(&self) -> Option<Arc<Directory>> {
        None
    }
}

/// A client in this process, which reaches the world without sockets.
pub trait InProcess: Send + Sync {
    /// A driver for a world.
    fn driver(&self, world: Arc<World>, clock: Clock, random: Stream) -> Box<dyn Driver>;
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// An answer that keeps to the contract: an object with `ok`.
    Said(Value),
    /// There is none. The driver is started anew with the next `init`.
    Failed {
        /// `hang`, `crash`, `garbage`, `flood` or `start`.
        kind: &'static str,
        /// What happened, for people.
        detail: String,
    },
}

impl Reply {
    /// Whether the client did what it was told.
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Said(answer) if answer.get("ok") == Some(&Value::Bool(true)))
    }

    /// A member of a good answer.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self {
            Self::Said(answer) if self.is_ok() => answer.get(name)?.as_str(),
            _ => None,
        }
    }
}

/// What a driver says of its client when it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Introduction {
    /// Name of the client.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What users can type, where the driver says so.
    pub inputs: Option<Vec<String>>,
}

impl Introduction {
    pub(super) fn read(answer: &Value) -> Self {
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
        let list = |name: &str| {
            let items = answer.get(name)?.as_array()?.iter();
            Some(items.filter_map(Value::as_str).map(str::to_owned).collect())
        };
        Self {
            name: text("name").to_owned(),
            version: text("version").to_owned(),
            inputs: list("inputs"),
        }
    }

    /// Whether users can type this.
    pub(super) fn takes(&self, input: &str) -> bool {
        self.inputs.as_ref().is_none_or(|inputs| inputs.iter().any(|known| known == input))
    }
}

/// Asks a driver who its client is, with a network that nobody is at.
pub async fn introduce(drivers: &dyn Drivers) -> Result<Introduction, String> {
    let mut driver = drivers.lend().await;
    let nowhere = || "http://localhost:9".to_owned();
    let origins = Origins {
        issuer: nowhere(),
        pds: nowhere(),
        directory: nowhere(),
        other: nowhere(),
        domain: Origins::DOMAIN.to_owned(),
    };
    let reply = driver.ask(Step::Init, init(&origins, "atproto transition:generic")).await;
    match &reply {
        Reply::Said(answer) if reply.is_ok() => {
            let introduction = Introduction::read(answer);
            drivers.take_back(driver);
            Ok(introduction)
        }
        Reply::Said(answer) => Err(format!("init was answered with {answer}")),
        Reply::Failed { kind, detail } => Err(format!("init ended with a {kind}: {detail}")),
    }
}

/// The arguments of `init`. Where the network has names, the client finds directory and handles as
/// it does elsewhere.
pub(super) fn init(origins: &Origins, scope: &str) -> Value {
    let mut arguments = json!({
        "contract": CONTRACT,
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "scope": scope,
        "allow_http": !origins.has_names(),
        "ca_file": null,
    });
    if !origins.has_names() {
        arguments["plc_url"] = Value::from(origins.directory.as_str());
        arguments["handle_resolver_url"] = Value::from(origins.directory.as_str());
    }
    arguments
}

/// The development client of the profile, which describes itself.
const CLIENT_ID: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback\
                         &scope=atproto%20transition%3Ageneric";

/// Where the user comes back to. Nobody listens there: the driver is handed the URL.
const REDIRECT_URI: &str = "http://127.0.0.1/callback";
