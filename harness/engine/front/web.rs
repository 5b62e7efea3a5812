//! A web application, driven by HTTP as a browser with a fresh profile would: its forms, its
//! cookies, its redirects. Nothing is sent anywhere else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use atproof_protocol::form;
use atproof_protocol::http::{Request, Response};
use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use super::jar::Jar;
use super::steps::{Steps, Visit, fill, shown, text};
use super::{done, failed, is_at, refused, skipped};
use crate::consent::form::fill_in;
use crate::model::Step;
use crate::stage::{NetError, NetErrorKind, Network, NetworkOptions, Transport};
use crate::world::{Asking, Directory, Driver, Drivers, Lending, Reply};

/// Redirects within the application that are followed before giving up.
const MOST_REDIRECTS: usize = 10;

/// A web application, and how its users log in.
pub struct Application {
    url: Url,
    steps: Steps,
    inputs: Vec<String>,
    limit: Duration,
    transport: Arc<dyn Transport>,
    directory: Arc<Directory>,
}

/// Why an application cannot be driven.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Its URL is none.
    #[error("{0} is no http or https URL of an application")]
    Url(String),
    /// A step is for browsers alone.
    #[error("{0}: click is for browsers; by HTTP there is nothing to click on")]
    Click(String),
    /// The network cannot be set up.
    #[error("{0}")]
    Net(#[from] NetError),
}

impl Application {
    /// An application at a URL, where users can type these kinds of input. Each command has this
    /// much time. It looks for accounts in this directory.
    pub fn new(
        url: &str,
        steps: Steps,
        inputs: Vec<String>,
        limit: Duration,
        directory: Arc<Directory>,
    ) -> Result<Self, WebError> {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = parsed.ok_or_else(|| WebError::Url(url.to_owned()))?;
        let all = [&steps.start, &steps.callback, &steps.request, &steps.refresh, &steps.logout];
        if let Some(visit) = all.into_iter().flatten().find(|visit| visit.click.is_some()) {
            return Err(WebError::Click(visit.name.clone()));
        }
        let options = NetworkOptions { timeout: limit, ..NetworkOptions::default() };
        let transport = Arc::new(Network::new(options)?);
        Ok(Self { url, steps, inputs, limit, transport, directory })
    }
}

impl Drivers for Arc<Application> {
    fn lend(&self) -> Lending<'_> {
        let browser =
            Browser { application: self.clone(), jar: Jar::default(), values: BTreeMap::new() };
        Box::pin(async move { Box::new(browser) as Box<dyn Driver> })
    }

    fn take_back(&self, driver: Box<dyn Driver>) {
        drop(driver);
    }

    fn directory(&self) -> Option<Arc<Directory>> {
        Some(self.directory.clone())
    }
}

/// A browser at the application.
struct Browser {
    application: Arc<Application>,
    jar: Jar,
    /// What names of templates stand for.
    values: BTreeMap<String, String>,
}

/// Where a visit ended.
enum Arrival {
    /// On a page of the application.
    Page { status: u16, text: String },
    /// The user is sent to another place.
    Away(String),
}

/// Why a command ended early.
enum Halt {
    /// The application refuses.
    Refused(Vec<String>),
    /// It does not answer as a web application does.
    Failed(&'static str, String),
}

impl Driver for Browser {
    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a> {
        Box::pin(async move {
            let limit = self.application.limit;
            match timeout(limit, self.carry_out(step, &arguments)).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(Halt::Refused(reasons))) => refused(&reasons),
                Ok(Err(Halt::Failed(kind, detail))) => failed(kind, detail),
                Err(_) => failed("hang", format!("{step} took more than {} s", limit.as_secs())),
            }
        })
    }
}

impl Browser {
    async fn carry_out(&mut self, step: Step, arguments: &Value) -> Result<Reply, Halt> {
        Steps::note(arguments, &mut self.values);
        let application = self.application.clone();
        let steps = &application.steps;
        match step {
            Step::Init => self.init().await,
            Step::Start => {
                if !steps.asks_for(&self.values) {
                    return Ok(skipped());
                }
                self.start(&steps.start).await
            }
            Step::Callback => {
                let url = arguments.get("url").and_then(Value::as_str).unwrap_or_default();
                self.callback(url, steps).await
            }
            Step::Request => self.more(&steps.request).await,
            Step::Refresh => self.more(&steps.refresh).await,
            Step::Logout => self.more(&steps.logout).await,
        }
    }

    /// A fresh browser, and an application that answers at all.
    async fn init(&mut self) -> Result<Reply, Halt> {
        self.jar = Jar::default();
        let application = self.application.clone();
        let directory = application.directory.origin().to_owned();
        self.values = [("directory".to_owned(), directory)].into();
        self.send(Request::new("GET", application.url.as_str()), &application.url).await?;
        Ok(done(json!({
            "name": application.url.origin().ascii_serialization(),
            "version": "",
            "inputs": application.inputs,
            "commands": application.steps.commands(),
        })))
    }

    /// Up to where the application sends the user.
    async fn start(&mut self, visits: &[Visit]) -> Result<Reply, Halt> {
        self.values.remove(WHERE_TO);
        let mut last = (0, String::new());
        for visit in visits {
            match self.visit(visit).await? {
                Arrival::Away(url) => return Ok(done(json!({"url": url}))),
                Arrival::Page { status, text } => last = (status, text),
            }
        }
        if let Some(url) = self.values.get(WHERE_TO) {
            return Ok(done(json!({"url": unescaped(url)})));
        }
        let why = "the application sends the user nowhere".to_owned();
        Err(Halt::Refused(vec![why, shown(last.0, &last.1)]))
    }

    /// Brings the user back, and looks whether the application shows a login.
    async fn callback(&mut self, url: &str, steps: &Steps) -> Result<Reply, Halt> {
        let parsed = Url::parse(url).ok().filter(|url| is_at(&self.application.url, url));
        let Some(url) = parsed else {
            let why = "the redirect does not lead to the application".to_owned();
            return Err(Halt::Refused(vec![why, url.split('?').next().unwrap_or(url).to_owned()]));
        };
        let mut arrival = self.go(Request::new("GET", url.as_str()), url).await?;
        for visit in &steps.callback {
            arrival = self.visit(visit).await?;
        }
        let (status, page) = self.page(arrival, "callback")?;
        let is_shown = steps.success.is_in(&page);
        if !(200..300).contains(&status) || !is_shown {
            let but = if is_shown { "" } else { " and the page shows no login" };
            let why = format!("callback: the status is {status}{but}");
            return Err(Halt::Refused(vec![why, shown(status, &page)]));
        }
        let mut answer = json!({"status": status});
        if let Some(sub) = steps.success.named("sub", &page) {
            answer["sub"] = sub.into();
        }
        Ok(done(answer))
    }

    /// What an application may have or not.
    async fn more(&mut self, visits: &[Visit]) -> Result<Reply, Halt> {
        let mut answer = None;
        for visit in visits {
            let arrival = self.visit(visit).await?;
            let (status, page) = self.page(arrival, &visit.name)?;
            answer = Some(json!({"status": status, "body": shown(status, &page)}));
        }
        Ok(answer.map_or_else(skipped, done))
    }

    fn page(&self, arrival: Arrival, name: &str) -> Result<(u16, String), Halt> {
        match arrival {
            Arrival::Page { status, text } => Ok((status, text)),
            Arrival::Away(url) => {
                let place = url.split('?').next().unwrap_or_default().to_owned();
                Err(Halt::Refused(vec![format!("{name}: the user is sent away again"), place]))
            }
        }
    }

    async fn visit(&mut self, visit: &Visit) -> Result<Arrival, Halt> {
        let path = fill(&visit.path, &self.values, form::percent_encode);
        let unusable = |why: String| Halt::Refused(vec![format!("{}: {why}", visit.name)]);
        let url = self.application.url.join(&path).map_err(|error| unusable(error.to_string()))?;
        if !is_at(&self.application.url, &url) {
            return Err(unusable("the path leads to another place".to_owned()));
        }
        let fields: Vec<(String, String)> = visit
            .fields
            .iter()
            .map(|(name, value)| (name.clone(), fill(value, &self.values, str::to_owned)))
            .collect();
        let mut request = if visit.form {
            let arrival = self.go(Request::new("GET", url.as_str()), url.clone()).await?;
            let Arrival::Page { status, text } = arrival else { return Ok(arrival) };
            let found = fill_in(url.as_str(), &text, &fields);
            found.ok_or_else(|| {
                let names: Vec<&str> = visit.fields.keys().map(String::as_str).collect();
                let why = format!("the page has no form of its own with {}", names.join(", "));
                Halt::Refused(vec![format!("{}: {why}", visit.name), shown(status, &text)])
            })?
        } else {
            let usual = if visit.fields.is_empty() { "GET" } else { "POST" };
            let request = Request::new(visit.method.as_deref().unwrap_or(usual), url.as_str());
            if visit.json {
                let members: serde_json::Map<String, Value> =
                    fields.into_iter().map(|(name, value)| (name, value.into())).collect();
                request.body("application/json", Value::from(members).to_string())
            } else if fields.is_empty() {
                request
            } else {
                request.body("application/x-www-form-urlencoded", form::encode(&fields))
            }
        };
        for (name, value) in &visit.headers {
            request.headers.set(name, fill(value, &self.values, str::to_owned));
        }
        let url = Url::parse(&request.url).map_err(|error| unusable(error.to_string()))?;
        let arrival = self.go(request, url).await?;
        if let Arrival::Page { status, text } = &arrival {
            visit.look(*status, text, &mut self.values).map_err(Halt::Refused)?;
        }
        Ok(arrival)
    }

    /// Sends a request and follows the redirects of the application until one leads elsewhere.
    async fn go(&mut self, request: Request, url: Url) -> Result<Arrival, Halt> {
        let (mut request, mut url) = (request, url);
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(request.clone(), &url).await?;
            let location = response.headers.get("location").map(str::to_owned);
            let (301..=303 | 307 | 308, Some(location)) = (response.status, location) else {
                return Ok(Arrival::Page { status: response.status, text: text(&response) });
            };
            let next = url.join(&location).map_err(|error| {
                Halt::Refused(vec!["a redirect leads to no URL".to_owned(), error.to_string()])
            })?;
            if !is_at(&self.application.url, &next) {
                return Ok(Arrival::Away(location));
            }
            let is_kept = matches!(response.status, 307 | 308);
            request = match is_kept {
                true => Request { url: next.to_string(), ..request },
                false => Request::new("GET", next.as_str()),
            };
            url = next;
        }
        Err(Halt::Refused(vec![format!(
            "more than {MOST_REDIRECTS} redirects, one after the other"
        )]))
    }

    async fn send(&mut self, mut request: Request, url: &Url) -> Result<Response, Halt> {
        if request.headers.get("accept").is_none() {
            request.headers.push("Accept", "text/html,*/*;q=0.8");
        }
        request.headers.remove("cookie");
        if let Some(cookies) = self.jar.field(url) {
            request.headers.push("Cookie", cookies);
        }
        let response = self.application.transport.send(request).await.map_err(|error| {
            let kind = match error.kind {
                NetErrorKind::Timeout => "hang",
                NetErrorKind::Malformed | NetErrorKind::Url => "garbage",
                NetErrorKind::TooLarge => "flood",
                NetErrorKind::Connect | NetErrorKind::Tls | NetErrorKind::Reset => "crash",
            };
            Halt::Failed(kind, format!("the application does not answer: {error}"))
        })?;
        self.jar.keep(url, &response);
        Ok(response)
    }
}

/// What a page captures where the user is sent by its script.
const WHERE_TO: &str = "url";

/// A URL that was found in HTML or in JSON.
fn unescaped(text: &str) -> String {
    text.replace("&amp;", "&").replace("\\/", "/").replace("\\u0026", "&")
}
