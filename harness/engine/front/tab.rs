//! A tab of a browser, in a profile of its own.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;

use super::chromium::{Chromium, ChromiumError};

/// A tab in a profile of its own: no storage, no cookies, no caches.
pub(super) struct Tab {
    chromium: Arc<Chromium>,
    context: String,
    target: String,
    session: String,
    /// What is loaded, without fragment.
    at: String,
}

/// Where a page sent its user that is another place. Nothing was sent there.
pub(super) type Away = Arc<Mutex<Option<String>>>;

/// Why a command came to no answer of the page.
pub(super) enum Halt {
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

impl Tab {
    /// Opens one with nothing in it.
    pub(super) async fn open(chromium: Arc<Chromium>) -> Result<Self, ChromiumError> {
        let text = |value: &Value, name: &str| {
            let text = value.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| ChromiumError::Answer(format!("no {name} in {value}")))
        };
        let created = chromium.send("Target.createBrowserContext", json!({}), None).await?;
        let context = text(&created, "browserContextId")?;
        let (target, session, at) = Default::default();
        let mut tab = Self { chromium, context, target, session, at };
        let target = json!({"url": "about:blank", "browserContextId": tab.context});
        let created = tab.chromium.send("Target.createTarget", target, None).await?;
        tab.target = text(&created, "targetId")?;
        let target = json!({"targetId": tab.target, "flatten": true});
        let attached = tab.chromium.send("Target.attachToTarget", target, None).await?;
        tab.session = text(&attached, "sessionId")?;
        Ok(tab)
    }

    /// Keeps the tab at one place: where its page sends the user elsewhere is noted, and the page
    /// stays.
    pub(super) async fn stay_at(
        &self,
        is_home: impl Fn(&Url) -> bool + Send + 'static,
    ) -> Result<Away, ChromiumError> {
        let away = Away::default();
        let events = self.chromium.events(&self.session);
        let gate = Gate {
            chromium: self.chromium.clone(),
            session: self.session.clone(),
            // The main frame of a page has its name.
            frame: self.target.clone(),
            away: away.clone(),
        };
        tokio::spawn(gate.watch(events, is_home));
        let patterns = json!({"patterns": [{"urlPattern": "*", "resourceType": "Document"}]});
        self.send("Fetch.enable", patterns).await?;
        Ok(away)
    }

    /// Loads a URL; done when the scripts of the page have run.
    pub(super) async fn load(&mut self, url: &str) -> Result<(), Halt> {
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

    /// What an expression is on the page, once it is settled.
    pub(super) async fn evaluate(&self, expression: &str) -> Result<Value, Halt> {
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
        self.chromium.tell("Target.disposeBrowserContext", context, None);
        self.chromium.forget(&self.session);
    }
}

/// Lets the documents of one place through.
struct Gate {
    chromium: Arc<Chromium>,
    session: String,
    frame: String,
    away: Away,
}

impl Gate {
    async fn watch(
        self,
        mut events: mpsc::UnboundedReceiver<Value>,
        is_home: impl Fn(&Url) -> bool,
    ) {
        while let Some(event) = events.recv().await {
            let text = |pointer| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            if text("/method") != "Fetch.requestPaused" {
                continue;
            }
            let (url, request) = (text("/params/request/url"), text("/params/requestId"));
            let is_page = text("/params/frameId") == self.frame;
            if !is_page || Url::parse(url).is_ok_and(|url| is_home(&url)) {
                self.tell("Fetch.continueRequest", json!({"requestId": request}));
            } else {
                let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
                away.get_or_insert_with(|| url.to_owned());
                // An answer without content leaves the page where it is.
                let nothing = json!({"requestId": request, "responseCode": 204});
                self.tell("Fetch.fulfillRequest", nothing);
            }
        }
    }

    fn tell(&self, method: &str, params: Value) {
        self.chromium.tell(method, params, Some(&self.session));
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
