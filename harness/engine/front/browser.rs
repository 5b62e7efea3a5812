//! A page in a real browser that carries out the commands of the driver contract by a function of
//! its own, `window.atproof`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use atproof_protocol::form;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

use super::chromium::{Chromium, ChromiumError, find};
use super::folder::Folder;
use super::{failed, refused};
use crate::model::Step;
use crate::world::{Asking, Driver, Drivers, Lending, Reply};

/// A page, and the browser in which it is opened.
#[derive(Debug)]
pub struct Page {
    url: Url,
    executable: PathBuf,
    limit: Duration,
    chromium: Mutex<Option<Arc<Chromium>>>,
    /// Serves it, where it is a file.
    folder: Option<Folder>,
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
        Ok(Self { url, executable, limit, chromium: Mutex::default(), folder })
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
    async fn chromium(&self) -> Result<Arc<Chromium>, ChromiumError> {
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
        let driver = Visitor { page: self.clone(), tab: None, settings: Value::Null };
        Box::pin(async move { Box::new(driver) as Box<dyn Driver> })
    }

    fn take_back(&self, driver: Box<dyn Driver>) {
        drop(driver);
    }
}

/// Whoever is at the page, with a profile for each client.
struct Visitor {
    page: Arc<Page>,
    tab: Option<Tab>,
    /// The arguments of `init`, which every load of the page needs.
    settings: Value,
}

/// A tab in a profile of its own: no storage, no cookies, no caches.
struct Tab {
    chromium: Arc<Chromium>,
    context: String,
    session: String,
    /// What is loaded, without fragment.
    at: String,
}

/// Why a command came to no answer of the page.
enum Halt {
    Refused(Vec<String>),
    Failed(&'static str, String),
}

impl From<ChromiumError> for Halt {
    fn from(error: ChromiumError) -> Self {
        let kind = match error {
            ChromiumError::Missing | ChromiumError::Start(_) => "start",
            ChromiumError::Ended(_) => "crash",
            ChromiumError::Answer(_) => "garbage",
        };
        Self::Failed(kind, error.to_string())
    }
}

impl Driver for Visitor {
    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a> {
        Box::pin(async move {
            let limit = self.page.limit * if step == Step::Init { 2 } else { 1 };
            let reply = match timeout(limit, self.carry_out(step, arguments)).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(Halt::Refused(reasons))) => refused(&reasons),
                Ok(Err(Halt::Failed(kind, detail))) => failed(kind, detail),
                Err(_) => {
                    failed("hang", format!("no answer to {step} within {} s", limit.as_secs()))
                }
            };
            if matches!(reply, Reply::Failed { .. }) {
                self.tab = None;
            }
            reply
        })
    }
}

impl Visitor {
    async fn carry_out(&mut self, step: Step, arguments: Value) -> Result<Reply, Halt> {
        let url = arguments.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        let page = self.page.clone();
        match step {
            Step::Init => {
                self.tab = None;
                let mut tab = Tab::open(page.chromium().await?).await?;
                tab.load(page.url.as_str()).await?;
                self.settings = settings(arguments, &page.redirect_uri());
                let reply = tab.call(Step::Init, self.settings.clone()).await;
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
                let again = tab.call(Step::Init, settings).await?;
                if !again.is_ok() {
                    return Ok(again);
                }
                tab.call(step, arguments).await
            }
            Step::Start | Step::Request | Step::Refresh | Step::Logout => {
                self.tab()?.call(step, arguments).await
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

impl Tab {
    async fn open(chromium: Arc<Chromium>) -> Result<Self, ChromiumError> {
        let text = |value: &Value, name: &str| {
            let text = value.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| ChromiumError::Answer(format!("no {name} in {value}")))
        };
        let created = chromium.send("Target.createBrowserContext", json!({}), None).await?;
        let context = text(&created, "browserContextId")?;
        let mut tab = Self { chromium, context, session: String::new(), at: String::new() };
        let target = json!({"url": "about:blank", "browserContextId": tab.context});
        let created = tab.chromium.send("Target.createTarget", target, None).await?;
        let target = json!({"targetId": text(&created, "targetId")?, "flatten": true});
        let attached = tab.chromium.send("Target.attachToTarget", target, None).await?;
        tab.session = text(&attached, "sessionId")?;
        Ok(tab)
    }

    /// Loads a URL; done when the scripts of the page have run.
    async fn load(&mut self, url: &str) -> Result<(), Halt> {
        let place = url.split('#').next().unwrap_or_default();
        // A URL that differs in the fragment alone would load nothing.
        let between = (self.at == place).then_some("about:blank");
        for url in between.into_iter().chain([url]) {
            let answer = self.send("Page.navigate", json!({"url": url})).await?;
            if let Some(error) = answer.get("errorText").and_then(Value::as_str) {
                let place = url.split(['?', '#']).next().unwrap_or_default();
                let why = format!("the page does not load: {error} at {place}");
                return Err(Halt::Failed("crash", why));
            }
        }
        place.clone_into(&mut self.at);
        self.evaluate(LOADED).await.map(drop)
    }

    /// Calls the function of the page.
    async fn call(&self, step: Step, arguments: Value) -> Result<Reply, Halt> {
        let mut request = arguments;
        request["cmd"] = step.command().into();
        let answer = self.evaluate(&format!("({CALL})({request})")).await?;
        match answer.get("ok") {
            Some(Value::Bool(_)) => Ok(Reply::Said(answer)),
            _ => Err(Halt::Failed("garbage", NO_FUNCTION.to_owned())),
        }
    }

    async fn evaluate(&self, expression: &str) -> Result<Value, Halt> {
        let asked = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut answer = self.send("Runtime.evaluate", asked).await?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(Halt::Failed("garbage", thrown(details))),
            None => Ok(answer.pointer_mut("/result/value").map(Value::take).unwrap_or_default()),
        }
    }

    async fn send(&self, method: &str, params: Value) -> Result<Value, ChromiumError> {
        self.chromium.send(method, params, Some(&self.session)).await
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        let context = json!({"browserContextId": self.context});
        self.chromium.tell("Target.disposeBrowserContext", &context);
    }
}

fn thrown(details: &Value) -> String {
    let text = details.pointer("/exception/description").or_else(|| details.get("text"));
    let text = text.and_then(Value::as_str).unwrap_or("the page throws");
    text.chars().take(LONGEST_SHOWN).collect()
}

/// How much of an exception is shown, in characters.
const LONGEST_SHOWN: usize = 400;

const LOADED: &str = "new Promise((done) => document.readyState === 'complete' ? done() \
                      : addEventListener('load', () => done()))";

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
