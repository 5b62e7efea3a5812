//! A page in a real browser that carries out the commands of the driver contract by a function of
//! its own, `window.atproof`, or that a user clicks through.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use atproof_protocol::form;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use url::Url;

use super::chromium::{Chromium, ChromiumError, find};
use super::folder::Folder;
use super::screen::{Interface, User};
use super::steps::StepsError;
use super::tab::{Halt, Tab};
use super::{failed, refused};
use crate::model::Step;
use crate::world::{Asking, AskingAll, Directory, Driver, Drivers, Lending, Reply};

/// A page, and the browser in which it is opened.
#[derive(Debug)]
pub struct Page {
    pub(super) url: Url,
    executable: PathBuf,
    limit: Duration,
    chromium: Mutex<Option<Arc<Chromium>>>,
    /// Serves it, where it is a file.
    folder: Option<Folder>,
    /// How users get along with it, where it has no function.
    interface: Option<Arc<Interface>>,
}

/// Why a page cannot be driven.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// There is no browser.
    #[error(transparent)]
    Chromium(#[from] ChromiumError),
    /// Its file cannot be read.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// It is on another machine.
    #[error("{0} is not on this machine: only pages on loopback, and files, are examined")]
    Elsewhere(String),
}

impl Page {
    /// The page at a URL on loopback, or in a file whose folder is served. Each command has this
    /// much time; `init` twice that.
    pub async fn open(place: &str, limit: Duration) -> Result<Self, PageError> {
        let executable = find()?;
        let (mut url, folder) = match Url::parse(place) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => (url, None),
            _ => {
                let file = Path::new(place);
                let unreadable = |error| PageError::File(file.to_owned(), error);
                let folder = Folder::serve(file).await.map_err(unreadable)?;
                let url = Url::parse(&folder.url);
                (url.map_err(|_| PageError::Elsewhere(folder.url.clone()))?, Some(folder))
            }
        };
        // The redirect URI of a development client is an address (RFC 8252, section 8.3), and what
        // the page keeps is kept by origin.
        if url.host_str() == Some("localhost") {
            let _always = url.set_host(Some("127.0.0.1"));
        }
        let is_here = match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            _ => false,
        };
        if !is_here {
            return Err(PageError::Elsewhere(place.to_owned()));
        }
        url.set_fragment(None);
        Ok(Self { url, executable, limit, chromium: Mutex::default(), folder, interface: None })
    }

    /// The same page, which a user clicks through.
    pub fn clicked_through(self, interface: Interface) -> Result<Self, StepsError> {
        interface.steps.suit_a_browser()?;
        Ok(Self { interface: Some(Arc::new(interface)), ..self })
    }

    /// The longest time for a command.
    pub(super) fn limit(&self, step: Step) -> Duration {
        self.limit * if step == Step::Init { 2 } else { 1 }
    }

    /// Where the client is called back: at the page, and in a file's folder at a path of its own.
    fn redirect_uri(&self) -> Url {
        let mut url = self.url.clone();
        url.set_query(None);
        if self.folder.is_some() {
            url.set_path("/callback");
        }
        url
    }

    /// Ends the browser.
    pub fn end(&self) {
        if let Ok(mut running) = self.chromium.try_lock()
            && let Some(chromium) = running.take()
        {
            chromium.end();
        }
    }

    /// The browser that runs, or a new one.
    pub(super) async fn chromium(&self) -> Result<Arc<Chromium>, ChromiumError> {
        let mut running = self.chromium.lock().await;
        if let Some(chromium) = running.as_ref().filter(|chromium| !chromium.has_ended()) {
            return Ok(chromium.clone());
        }
        let chromium = Arc::new(Chromium::start(&self.executable).await?);
        Ok(running.insert(chromium).clone())
    }
}

impl Drivers for Arc<Page> {
    fn lend(&self) -> Lending<'_> {
        let page = self.clone();
        let driver: Box<dyn Driver> = match &self.interface {
            Some(interface) => Box::new(User::new(page, interface.clone())),
            None => Box::new(Visitor { page, tab: None, settings: Value::Null }),
        };
        Box::pin(async move { driver })
    }

    fn take_back(&self, driver: Box<dyn Driver>) {
        drop(driver);
    }

    fn directory(&self) -> Option<Arc<Directory>> {
        self.interface.as_ref().map(|interface| interface.directory.clone())
    }
}

/// Whoever is at the page, with a profile for each client.
struct Visitor {
    page: Arc<Page>,
    tab: Option<Tab>,
    /// The arguments of `init`, which every load of the page needs.
    settings: Value,
}

impl Driver for Visitor {
    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a> {
        Box::pin(async move {
            let limit = self.page.limit(step);
            let answer = timeout(limit, self.carry_out(step, arguments)).await;
            self.replies(step, answer.map(|answer| answer.map(|reply| vec![reply]))).remove(0)
        })
    }

    fn ask_at_once<'a>(&'a mut self, step: Step, arguments: Vec<Value>) -> AskingAll<'a> {
        Box::pin(async move {
            let (limit, count) = (self.page.limit(step), arguments.len());
            let answers = match self.tab() {
                Ok(tab) => timeout(limit, call(tab, step, arguments)).await,
                Err(halt) => Ok(Err(halt)),
            };
            let mut replies = self.replies(step, answers);
            // What befell the page befell every command.
            if let Some(last) = replies.last().cloned() {
                replies.resize(count, last);
            }
            replies
        })
    }
}

/// Calls the function of the page, once for each of these arguments, at the same time.
async fn call(tab: &Tab, step: Step, arguments: Vec<Value>) -> Result<Vec<Reply>, Halt> {
    let requests = arguments.into_iter().map(|mut request| {
        request["cmd"] = step.command().into();
        request
    });
    let requests = Value::Array(requests.collect());
    let answers = tab.evaluate(&format!("Promise.all({requests}.map({CALL}))")).await?;
    let answers = answers.as_array().cloned().unwrap_or_default();
    if answers.is_empty() || !answers.iter().all(|answer| answer["ok"].is_boolean()) {
        return Err(Halt::Failed("garbage", NO_FUNCTION.to_owned()));
    }
    Ok(answers.into_iter().map(Reply::Said).collect())
}

/// The same, once.
async fn call_once(tab: &Tab, step: Step, arguments: Value) -> Result<Reply, Halt> {
    let mut replies = call(tab, step, vec![arguments]).await?;
    replies.pop().ok_or_else(|| Halt::Failed("garbage", NO_FUNCTION.to_owned()))
}

impl Visitor {
    /// What came of a command, or of several at once; never none. A page that failed is closed.
    fn replies(
        &mut self,
        step: Step,
        answer: Result<Result<Vec<Reply>, Halt>, Elapsed>,
    ) -> Vec<Reply> {
        let (kind, detail) = match answer {
            Ok(Ok(replies)) => return replies,
            Ok(Err(Halt::Refused(reasons))) => return vec![refused(&reasons)],
            Ok(Err(Halt::Failed(kind, detail))) => (kind, detail),
            Err(_) => {
                let limit = self.page.limit(step).as_secs();
                ("hang", format!("no answer to {step} within {limit} s"))
            }
        };
        self.tab = None;
        vec![failed(kind, detail)]
    }

    async fn carry_out(&mut self, step: Step, arguments: Value) -> Result<Reply, Halt> {
        let url = arguments.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        let page = self.page.clone();
        match step {
            Step::Init => {
                self.tab = None;
                let mut tab = Tab::open(page.chromium().await?).await?;
                tab.load(page.url.as_str()).await?;
                self.settings = settings(arguments, &page.redirect_uri());
                let reply = call_once(&tab, Step::Init, self.settings.clone()).await;
                self.tab = Some(tab);
                reply
            }
            Step::Callback => {
                let settings = self.settings.clone();
                let tab = self.tab()?;
                let is_own = Url::parse(&url).is_ok_and(|url| url.origin() == page.url.origin());
                if !is_own {
                    let why = "the redirect does not lead to the page".to_owned();
                    let place = url.split(['?', '#']).next().unwrap_or_default().to_owned();
                    return Err(Halt::Refused(vec![why, place]));
                }
                // The page is loaded anew, and finds its stores where it left them.
                tab.load(&url).await?;
                let again = call_once(tab, Step::Init, settings).await?;
                if !again.is_ok() {
                    return Ok(again);
                }
                call_once(tab, step, arguments).await
            }
            Step::Start | Step::Request | Step::Refresh | Step::Logout => {
                call_once(self.tab()?, step, arguments).await
            }
        }
    }

    fn tab(&mut self) -> Result<&mut Tab, Halt> {
        self.tab.as_mut().ok_or_else(|| Halt::Failed("start", "the page is not open".to_owned()))
    }
}

/// The arguments of `init` where the client is a page.
fn settings(arguments: Value, redirect_uri: &Url) -> Value {
    let mut settings = arguments;
    let scope = settings.get("scope").and_then(Value::as_str).unwrap_or_default();
    let [uri, scope] = [redirect_uri.as_str(), scope].map(form::percent_encode);
    settings["client_id"] = format!("http://localhost?redirect_uri={uri}&scope={scope}").into();
    settings["redirect_uri"] = redirect_uri.as_str().into();
    settings
}

const NO_FUNCTION: &str = "the page has no function window.atproof";

/// What a page throws is a refusal, and its causes are the reasons.
const CALL: &str = "async (request) => {
  if (typeof window.atproof !== 'function') return null
  try {
    return { ok: true, ...(await window.atproof(request)) }
  } catch (error) {
    const texts = []
    for (let cause = error; cause && texts.length < 8; cause = cause.cause) {
      texts.push(String(cause.message || cause))
    }
    return { ok: false, error: texts }
  }
}";
