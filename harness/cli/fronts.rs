//! `atproof client web`, `browser` and `manual`: clients that are no programs with a pipe.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use atproof_engine::front::{
    Application, Guided, Interface, Page, PageError, Pattern, Steps, WebError,
};
use atproof_engine::world::{Directory, Networks};
use atproof_peers::{Correct, Fresh};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use tokio::sync::mpsc;

use crate::client::{Run, Subject, conduct};
use crate::console;
use crate::exit::{Exit, Stop};

/// Where a client that is configured once looks for accounts.
#[derive(Args)]
pub(crate) struct Listening {
    /// Where the PLC directory and handle resolver of the network listens, during the whole run:
    /// the client is configured to ask there
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:2582")]
    plc_listen: SocketAddr,
}

/// Examine a web application through its login form, by HTTP
///
/// The application is configured to ask for PLC and handles at --plc-listen, and to allow plain
/// http. Its user is a fresh browser for every login: forms, cookies, redirects; what a script of
/// the page does needs a step file, or 'client browser'. Nothing is sent to any other place.
///
/// Exit codes: 0 nothing failed, 1 a MUST failed, 2 inconclusive cases, 3 the client cannot be
/// examined, 4 a fault of atproof, 64 usage, 130 Ctrl-C.
#[derive(Args)]
pub(crate) struct Web {
    /// The application
    url: String,
    /// Path of the page with the login form
    #[arg(long, value_name = "PATH", requires = "field", requires = "success")]
    login_path: Option<String>,
    /// Name of the field for the handle
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
    /// Send the field with this method, without looking for a form on the page
    #[arg(long, requires = "login_path")]
    method: Option<String>,
    /// What the page shows when the user is logged in, a regular expression; a group named sub is
    /// the DID
    #[arg(long, value_name = "PATTERN")]
    success: Option<Pattern>,
    /// What is done for each command (TOML), for what does not fit; see fixtures/templates
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath,
          conflicts_with_all = ["login_path", "success"], required_unless_present = "login_path")]
    steps: Option<PathBuf>,
    /// What users can type
    #[arg(long, value_delimiter = ',', default_value = "handle",
          value_parser = PossibleValuesParser::new(["handle", "did", "url"]))]
    inputs: Vec<String>,
    #[command(flatten)]
    listening: Listening,
    /// Longest time for a command, such as a login up to the redirect
    #[arg(long, value_name = "SECONDS", default_value = "15")]
    driver_timeout: NonZeroU64,
    #[command(flatten)]
    run: Run,
}

/// Examine a page in a real browser, Chromium
///
/// The page has a function window.atproof, which carries out the commands of the driver contract:
/// async (request) => answer. Every login has a profile of its own; init comes after every load of
/// the page, and callback after the page was loaded at the redirect. Chromium is the one that the
/// variable CHROMIUM names, or that is installed; it reaches nothing but this machine.
///
/// With --steps, a page is clicked through as a user would. It is then configured by itself, to ask
/// for PLC and handles at --plc-listen.
///
/// Exit codes: 0 nothing failed, 1 a MUST failed, 2 inconclusive cases, 3 the client cannot be
/// examined, 4 a fault of atproof, 64 usage, 130 Ctrl-C.
#[derive(Args)]
pub(crate) struct Browser {
    /// The page: a URL on loopback, or a file, whose folder is then served
    #[arg(value_name = "URL|FILE")]
    page: String,
    /// What is done on the page for each command (TOML); see fixtures/templates
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    steps: Option<PathBuf>,
    /// What users can type, with --steps
    #[arg(long, value_delimiter = ',', default_value = "handle",
          value_parser = PossibleValuesParser::new(["handle", "did", "url"]))]
    inputs: Vec<String>,
    #[command(flatten)]
    listening: Listening,
    /// Longest time for a command; for init, twice that
    #[arg(long, value_name = "SECONDS", default_value = "15")]
    driver_timeout: NonZeroU64,
    #[command(flatten)]
    run: Run,
}

/// Examines a page.
pub(crate) fn browser(options: Browser) -> Result<Exit, Stop> {
    let (place, name) = (options.page.clone(), options.page);
    let limit = Duration::from_secs(options.driver_timeout.get());
    let steps = options.steps.as_deref().map(read).transpose()?;
    let (inputs, listening) = (options.inputs, options.listening);
    let (sender, opened) = std::sync::mpsc::channel();
    let exit = conduct(&options.run, &name, async move {
        let page = Page::open(&place, limit).await.map_err(|error| match error {
            PageError::Chromium(_) => Stop::new(Exit::Unreachable, error.to_string()),
            error => Stop::usage(error.to_string()),
        })?;
        let (page, networks, advice): (_, Arc<dyn Networks>, _) = match steps {
            Some(steps) => {
                let directory = listening.directory().await?;
                let page = page.clicked_through(Interface { steps, inputs, directory });
                let page = page.map_err(|error| Stop::usage(error.to_string()))?;
                (page, Arc::new(Fresh), "open the page by hand, and look at its console")
            }
            None => (page, Arc::new(Correct { seed: None }), CALL_BY_HAND),
        };
        let page = Arc::new(page);
        let _received = sender.send(page.clone());
        let (drivers, sealed, jobs) = (Arc::new(page), None, None);
        Ok(Subject { drivers, sealed, networks, jobs, says_verdicts: false, advice })
    });
    // Whatever happened, nothing that was started here goes on.
    opened.try_iter().for_each(|page| page.end());
    exit
}

const CALL_BY_HAND: &str =
    "open the page by hand, and call window.atproof({cmd: 'init'}) in its console";

/// Examine any client by hand: you are told what to type and to do, and everything that the wire
/// shows is seen there
///
/// The client is configured to ask for PLC and handles at --plc-listen, and to allow plain http.
/// Without --only, a small selection is played; how many logins it takes is said before. Keys are
/// letters, each with Enter: y, n, s, and q, which ends the run with what there is so far. What was
/// not played is inconclusive, and never green.
///
/// Exit codes: 0 nothing failed, 1 a MUST failed, 2 inconclusive cases, 3 the client cannot be
/// examined, 4 a fault of atproof, 64 usage, 130 Ctrl-C.
#[derive(Args)]
pub(crate) struct Manual {
    /// What the client is called in the report
    #[arg(default_value = "led by hand")]
    name: String,
    /// What can be typed to log in
    #[arg(long, value_delimiter = ',', default_value = "handle",
          value_parser = PossibleValuesParser::new(["handle", "did", "url"]))]
    inputs: Vec<String>,
    #[command(flatten)]
    listening: Listening,
    /// Longest time for a step
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    step_timeout: NonZeroU64,
    #[command(flatten)]
    run: Run,
}

/// Examines a client by the hand of a person.
pub(crate) fn manual(mut options: Manual) -> Result<Exit, Stop> {
    options.run.playing.only.or(FEW);
    let limit = Duration::from_secs(options.step_timeout.get());
    let (name, inputs, listening) = (options.name.clone(), options.inputs, options.listening);
    conduct(&options.run, &options.name, async move {
        let directory = listening.directory().await?;
        let say = |text: &str| console::note(&format!("{text}\n"));
        let guided = Guided::new(name, inputs, limit, directory, say, keys());
        Ok(Subject {
            drivers: Arc::new(Arc::new(guided)),
            sealed: None,
            networks: Arc::new(Fresh),
            // There is one person.
            jobs: Some(1),
            says_verdicts: true,
            advice: "start again",
        })
    })
}

/// What a person plays who names nothing: seven logins.
const FEW: &[&str] = &[
    "client.par.not-used",
    "client.par.body-not-a-form",
    "client.pkce.challenge-absent",
    "client.pkce.method-not-s256",
    "client.pkce.challenge-not-of-verifier",
    "client.authorization.iss-missing",
    "client.authorization.iss-of-other-server",
    "client.authorization.state-unknown",
];

/// The first letter of every line of standard input, until it ends.
fn keys() -> mpsc::UnboundedReceiver<char> {
    let (sender, keys) = mpsc::unbounded_channel();
    // A thread of its own: nothing waits for a person who says nothing.
    std::thread::spawn(move || {
        while let Ok(Some(line)) = console::line() {
            let key = line.chars().next().map(|key| key.to_ascii_lowercase());
            if key.is_some_and(|key| sender.send(key).is_err()) {
                return;
            }
        }
    });
    keys
}

/// Examines a web application.
pub(crate) fn web(options: Web) -> Result<Exit, Stop> {
    let steps = match (&options.steps, &options.login_path, &options.field, options.success) {
        (Some(file), ..) => read(file)?,
        (None, Some(path), Some(field), Some(success)) => {
            let steps = Steps::login(path, field, options.method.as_deref(), success);
            steps.map_err(|error| Stop::usage(error.to_string()))?
        }
        // The declarations above leave nothing else.
        _ => return Err(Stop::usage("name --login-path, --field and --success, or --steps")),
    };
    let (url, inputs) = (options.url.clone(), options.inputs);
    let limit = Duration::from_secs(options.driver_timeout.get());
    let listening = options.listening;
    conduct(&options.run, &options.url, async move {
        let directory = listening.directory().await?;
        let application = Application::new(&url, steps, inputs, limit, directory);
        let application = application.map_err(|error| match error {
            WebError::Net(error) => Stop::fault(error.to_string()),
            error => Stop::usage(error.to_string()),
        })?;
        Ok(Subject {
            drivers: Arc::new(Arc::new(application)),
            sealed: None,
            networks: Arc::new(Fresh),
            jobs: None,
            says_verdicts: false,
            advice: "start the application first",
        })
    })
}

impl Listening {
    /// The directory, announced.
    async fn directory(&self) -> Result<Arc<Directory>, Stop> {
        let address = self.plc_listen;
        let directory = Directory::listen(address).await.map_err(|error| {
            Stop::usage(format!("--plc-listen {address}: {error}")).advice("name another port")
        })?;
        console::note(&format!(
            "PLC directory and handle resolver of the network: {}\n",
            directory.origin()
        ));
        Ok(Arc::new(directory))
    }
}

fn read(file: &Path) -> Result<Steps, Stop> {
    let shown = file.display();
    let text =
        std::fs::read_to_string(file).map_err(|error| Stop::usage(format!("{shown}: {error}")))?;
    Steps::read(&text).map_err(|error| Stop::usage(format!("{shown}: {error}")))
}
