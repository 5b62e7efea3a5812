//! A step file in a real browser: what a user does on the pages of an application, and sees there.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use atproof_protocol::form;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::browser::Page;
use super::steps::{Steps, Visit, fill, shown};
use super::tab::{Away, Halt, Tab};
use super::{done, failed, is_at, refused, skipped};
use crate::model::Step;
use crate::world::{Asking, Directory, Driver, Reply};

/// Between two looks at a page.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// What a user needs to know of an application with pages of its own.
#[derive(Debug)]
pub struct Interface {
    /// What is done for each command.
    pub steps: Steps,
    /// What users can type: `handle`, `did`, `url`.
    pub inputs: Vec<String>,
    /// Where the application looks for accounts.
    pub directory: Arc<Directory>,
}

/// Whoever sits before the screen, with a profile for each client.
pub(super) struct User {
    page: Arc<Page>,
    interface: Arc<Interface>,
    seat: Option<Seat>,
    /// What names of templates stand for.
    values: BTreeMap<String, String>,
}

/// A tab that stays at the application.
struct Seat {
    tab: Tab,
    away: Away,
}

/// What a look at the page found.
enum Sight {
    /// The page, as it is.
    Page(String),
    /// The user is sent to another place.
    Away(String),
}

impl Driver for User {
    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a> {
        Box::pin(async move {
            let limit = self.page.limit(step);
            match timeout(limit, self.carry_out(step, &arguments)).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(Halt::Refused(reasons))) => refused(&reasons),
                Ok(Err(Halt::Failed(kind, detail))) => failed(kind, detail),
                Err(_) => failed("hang", format!("{step} took more than {} s", limit.as_secs())),
            }
        })
    }
}

impl User {
    pub(super) fn new(page: Arc<Page>, interface: Arc<Interface>) -> Self {
        Self { page, interface, seat: None, values: BTreeMap::new() }
    }

    async fn carry_out(&mut self, step: Step, arguments: &Value) -> Result<Reply, Halt> {
        let interface = self.interface.clone();
        let steps = &interface.steps;
        if step == Step::Init {
            return self.init().await;
        }
        Steps::note(arguments, &mut self.values);
        *self.seat()?.away.lock().unwrap_or_else(PoisonError::into_inner) = None;
        match step {
            Step::Init => self.init().await,
            Step::Start if !steps.asks_for(&self.values) => Ok(skipped()),
            Step::Start => self.start(steps).await,
            Step::Callback => {
                let url = arguments.get("url").and_then(Value::as_str).unwrap_or_default();
                self.callback(url, steps).await
            }
            Step::Request => self.more(&steps.request).await,
            Step::Refresh => self.more(&steps.refresh).await,
            Step::Logout => self.more(&steps.logout).await,
        }
    }

    /// A fresh profile at the page.
    async fn init(&mut self) -> Result<Reply, Halt> {
        let Interface { steps, inputs, directory } = &*self.interface;
        self.seat = None;
        self.values = [("directory".to_owned(), directory.origin().to_owned())].into();
        let mut tab = Tab::open(self.page.chromium().await?).await?;
        let home = self.page.url.clone();
        let away = tab.stay_at(move |url| is_at(&home, url)).await?;
        tab.load(self.page.url.as_str()).await?;
        let name = self.page.url.origin().ascii_serialization();
        let commands = steps.commands();
        self.seat = Some(Seat { tab, away });
        Ok(done(json!({"name": name, "version": "", "inputs": inputs, "commands": commands})))
    }

    /// Up to where the page sends the user.
    async fn start(&mut self, steps: &Steps) -> Result<Reply, Halt> {
        for visit in &steps.start {
            if let Sight::Away(url) = self.visit(visit).await? {
                return Ok(done(json!({"url": url})));
            }
        }
        match self.look(|_| false).await? {
            Sight::Away(url) => Ok(done(json!({"url": url}))),
            Sight::Page(_) => Err(Halt::Failed("garbage", "the page comes to no end".to_owned())),
        }
    }

    /// Brings the user back, and waits until the page shows a login.
    async fn callback(&mut self, url: &str, steps: &Steps) -> Result<Reply, Halt> {
        let place = url.split(['?', '#']).next().unwrap_or_default().to_owned();
        if !url::Url::parse(url).is_ok_and(|url| is_at(&self.page.url, &url)) {
            let why = "the redirect does not lead to the application".to_owned();
            return Err(Halt::Refused(vec![why, place]));
        }
        self.load(url).await?;
        for visit in &steps.callback {
            let sight = self.visit(visit).await?;
            page(sight, &visit.name)?;
        }
        let sight = self.look(|page| steps.success.is_in(page)).await?;
        let page = page(sight, "callback")?;
        let sub = steps.success.named("sub", &page);
        Ok(done(sub.map_or_else(|| json!({}), |sub| json!({"sub": sub}))))
    }

    /// What an application may have or not.
    async fn more(&mut self, visits: &[Visit]) -> Result<Reply, Halt> {
        let mut answer = None;
        for visit in visits {
            let sight = self.visit(visit).await?;
            let page = page(sight, &visit.name)?;
            answer = Some(json!({"status": 200, "body": shown(200, &page)}));
        }
        Ok(answer.map_or_else(skipped, done))
    }

    /// Does what a visit says, and waits for what it expects.
    async fn visit(&mut self, visit: &Visit) -> Result<Sight, Halt> {
        if !visit.path.is_empty() {
            let path = fill(&visit.path, &self.values, form::percent_encode);
            let url = self.page.url.join(&path).ok().filter(|url| is_at(&self.page.url, url));
            let url = url.ok_or_else(|| {
                Halt::Refused(vec![format!("{}: the path leads to another place", visit.name)])
            })?;
            self.load(url.as_str()).await?;
        }
        if let Some(url) = self.act(visit).await? {
            return Ok(Sight::Away(url));
        }
        let sight = self.look(|page| visit.expect.as_ref().is_none_or(|e| e.is_in(page))).await?;
        if let Sight::Page(page) = &sight {
            visit.look(200, page, &mut self.values).map_err(Halt::Refused)?;
        }
        Ok(sight)
    }

    /// Fills in and clicks, as soon as everything is there; gives where the user was sent instead.
    async fn act(&mut self, visit: &Visit) -> Result<Option<String>, Halt> {
        if visit.fields.is_empty() && visit.click.is_none() {
            return Ok(None);
        }
        let filled = |text: &String| fill(text, &self.values, str::to_owned);
        let fields: BTreeMap<&String, String> =
            visit.fields.iter().map(|(name, value)| (name, filled(value))).collect();
        let asked = json!({"fields": fields, "click": visit.click, "submit": visit.form});
        let expression = format!("({ACT})({asked})");
        loop {
            if self.try_to(&expression).await? == Value::Bool(true) {
                return Ok(None);
            }
            if let Some(Sight::Away(url)) = self.glance(|_| false).await? {
                return Ok(Some(url));
            }
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Waits until the page is as it should be, or refuses, or sends the user away. Whoever calls
    /// has a limit of time.
    async fn look(&mut self, is_due: impl Fn(&str) -> bool) -> Result<Sight, Halt> {
        loop {
            if let Some(sight) = self.glance(&is_due).await? {
                return Ok(sight);
            }
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// One look; nothing where there is nothing to see yet.
    async fn glance(&mut self, is_due: impl Fn(&str) -> bool) -> Result<Option<Sight>, Halt> {
        let text = self.try_to(PAGE).await?;
        let away = self.seat()?.away.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(url) = away {
            return Ok(Some(Sight::Away(url)));
        }
        let Some(text) = text.as_str() else { return Ok(None) };
        let failure = self.interface.steps.failure.as_ref();
        if failure.is_some_and(|failure| failure.is_in(text)) {
            return Err(Halt::Refused(vec![shown(200, text)]));
        }
        Ok(is_due(text).then(|| Sight::Page(text.to_owned())))
    }

    /// Evaluates on the page; nothing where the page is just being left.
    async fn try_to(&mut self, expression: &str) -> Result<Value, Halt> {
        match self.seat()?.tab.evaluate(expression).await {
            Err(Halt::Failed("garbage", _)) => Ok(Value::Null),
            other => other,
        }
    }

    /// Loads a page; where it sends the user away at once, that is for the next look.
    async fn load(&mut self, url: &str) -> Result<(), Halt> {
        let seat = self.seat()?;
        match seat.tab.load(url).await {
            Err(_) if seat.away.lock().unwrap_or_else(PoisonError::into_inner).is_some() => Ok(()),
            other => other,
        }
    }

    fn seat(&mut self) -> Result<&mut Seat, Halt> {
        self.seat.as_mut().ok_or_else(|| Halt::Failed("start", "the page is not open".to_owned()))
    }
}

fn page(sight: Sight, name: &str) -> Result<String, Halt> {
    match sight {
        Sight::Page(page) => Ok(page),
        Sight::Away(url) => {
            let place = url.split('?').next().unwrap_or_default().to_owned();
            Err(Halt::Refused(vec![format!("{name}: the user is sent away again"), place]))
        }
    }
}

/// The page, once its scripts have run.
const PAGE: &str = "document.readyState === 'complete' ? document.documentElement.outerHTML : null";

/// Types into fields as a user does, where a framework hears it, and clicks or submits; false where
/// an element is not there yet.
const ACT: &str = r#"({ fields, click, submit }) => {
  const named = (name) =>
    document.querySelector(`[name="${CSS.escape(name)}"]`) ?? document.getElementById(name)
  const inputs = Object.entries(fields).map(([name, value]) => [named(name), value])
  const button = click && document.querySelector(click)
  if ((click && !button) || inputs.some(([input]) => !input)) return false
  for (const [input, value] of inputs) {
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value') ?? {}
    input.focus()
    set ? set.call(input, value) : (input.value = value)
    for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind, { bubbles: true }))
  }
  if (button) button.click()
  else if (submit) inputs[0][0].form?.requestSubmit()
  return true
}"#;
