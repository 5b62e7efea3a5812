//! `atproof server`: examines a live server.

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use atproof_engine::consent::Consent;
use atproof_engine::discovery::{Directories, PUBLIC_PLC};
use atproof_engine::model::{Account, JudgedRun, Role, Target, Tier};
use atproof_engine::run::{Offer, Plan, Venue};
use atproof_engine::stage::{
    Certificate, Clock, Fixtures, HostError, HostOptions, Listening, Named, Network,
    NetworkOptions, Place, Sentinels, Setting, Stream,
};
use atproof_protocol::identifier::Origin;
use atproof_scenarios::registry::FAMILIES;
use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;

use crate::baseline::Baseline;
use crate::console;
use crate::examination::{Examination, announce};
use crate::exit::{Exit, Stop};
use crate::options::{Grading, Playing, Selection};
use crate::person::Terminal;

/// Examine a live authorization server and PDS
///
/// Accounts come from ATPROOF_ACCOUNT and ATPROOF_PASSWORD, a second one from ATPROOF_ACCOUNT_2 and
/// ATPROOF_PASSWORD_2, or from a prompt. They are never arguments.
///
/// Exit codes: 0 nothing failed, 1 a MUST failed, 2 inconclusive cases, 3 the target cannot be
/// examined, 4 a fault of atproof, 64 usage, 130 Ctrl-C.
#[derive(Args)]
pub(crate) struct Options {
    /// Handle, DID, PDS URL or issuer
    target: String,
    #[command(flatten)]
    playing: Playing,
    #[command(flatten)]
    grading: Grading,
    /// What playing may do; each tier includes the ones before it
    #[arg(long, value_enum, default_value_t = TierName::Safe)]
    tier: TierName,
    /// Confirm that the server is yours, for --tier load beyond this machine
    #[arg(long)]
    i_operate_this: bool,
    /// Longest time to wait for something to expire
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    patience: u64,
    /// How logins are brought through sign-in and consent
    #[arg(long, value_enum, default_value_t = ConsentName::Auto)]
    consent: ConsentName,
    /// Executable that gets the URL and prints the redirect; implies --consent command
    #[arg(long, value_name = "FILE", required_if_eq("consent", "command"))]
    consent_command: Option<String>,
    /// Trust the authority in a directory of atproof ca, or in a PEM file
    #[arg(long, value_name = "PATH")]
    ca: Option<PathBuf>,
    /// Use this address for a name; may be repeated
    #[arg(long, value_name = "NAME:ADDRESS", value_parser = resolution)]
    resolve: Vec<(String, SocketAddr)>,
    /// Directory for did:plc
    #[arg(long, value_name = "URL", default_value = PUBLIC_PLC)]
    plc_url: String,
    /// Service that resolves handles whose own host does not answer
    #[arg(long, value_name = "URL")]
    handle_resolver: Option<String>,
    /// Serve the metadata documents of test clients under https://NAME, which the server resolves
    #[arg(long, value_name = "NAME")]
    metadata_host: Option<String>,
    /// Where the metadata host listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:443")]
    metadata_listen: SocketAddr,
    /// Certificate chain of the metadata host (PEM) [default: one by the authority in --ca]
    #[arg(long, value_name = "FILE", requires = "metadata_key")]
    metadata_certificate: Option<PathBuf>,
    /// Private key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "metadata_certificate")]
    metadata_key: Option<PathBuf>,
    /// The metadata host speaks plain http, to a proxy or tunnel of yours that ends TLS
    #[arg(long, conflicts_with = "metadata_certificate")]
    metadata_plain: bool,
    /// The server is in a development mode without its address filter: cases on that are skipped
    #[arg(long)]
    target_is_development: bool,
    /// Count connections of the server at an address of this machine that it must not go to, as
    /// private-10=10.0.0.5:8443 or name=inside.example:8443@10.0.0.5; may be repeated
    #[arg(long, value_name = "KIND=HOST:PORT[@ADDRESS]", value_parser = Named::parse)]
    sentinel: Vec<Named>,
    /// Longest time to wait for an answer
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    timeout: NonZeroU64,
}

#[derive(Clone, Copy, ValueEnum)]
enum TierName {
    /// GET requests only
    Passive,
    /// Logins and reads
    Safe,
    /// Writes to the account
    Write,
    /// Races: bursts of up to 8 requests at the same moment
    Load,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum ConsentName {
    /// Looks at the page and picks api or form
    Auto,
    /// The interface of the reference PDS
    Api,
    /// Plain HTML forms
    Form,
    /// An executable
    Command,
    /// A person at this terminal
    Manual,
}

/// Runs the command.
pub(crate) fn run(options: Options) -> Result<Exit, Stop> {
    let selection = options.playing.only.selection(Some(Role::Server))?;
    let baseline = options.grading.baseline.as_deref().map(Baseline::read).transpose()?;
    let runtime = Runtime::new()
        .map_err(|error| Stop::fault(format!("no threads can be started: {error}")))?;
    let listening = options.metadata_host(&runtime)?;
    let venue = Arc::new(Everywhere::new(&options, listening.as_ref())?);
    let seed = options.playing.seed();
    let examination = Examination::open(&options.playing, seed, options.target.clone())?;
    let options = Arc::new(options);
    let run = examine(examination.clone(), venue, options.clone(), selection);
    let mut run = examination.conduct(runtime, run)?;
    drop(listening);
    if let Some(baseline) = baseline {
        baseline.mark(&mut run);
    }
    examination.report(&run, &options.playing)?;
    Ok(Exit::of(&run, options.grading.strict, options.grading.require_all))
}

async fn examine(
    examination: Arc<Examination>,
    venue: Arc<Everywhere>,
    options: Arc<Options>,
    selection: Selection,
) -> Result<JudgedRun, Stop> {
    let directories = Directories {
        plc: options.plc_url.clone(),
        handle_resolver: options.handle_resolver.clone(),
    };
    let target = examination.discover(&*venue, &directories).await?;
    options.allows(&target)?;
    let mut offer = Offer {
        accounts: 2,
        https: target.resource.starts_with("https://"),
        revocation: target.endpoints.revocation.is_some(),
        metadata_host: options.metadata_host.is_some(),
        public_metadata_host: options.has_public_metadata_host(),
        address_filter: !options.target_is_development,
        tier: options.tier.into(),
        patience: Duration::from_secs(options.patience),
        role: Role::Server,
    };
    let plan = |offer: &Offer| Plan::new(FAMILIES, offer, |case| selection.has(case));
    let accounts = if plan(&offer).needs_account() {
        accounts(options.consent, &target).await?
    } else {
        Vec::new()
    };
    for account in &accounts {
        examination.recorder.vault.keep("password", &account.password);
    }
    offer.accounts = accounts.len();
    let plan = plan(&offer);
    announce(&target, &plan, options.playing.jobs.get());
    let setting = Setting {
        target,
        accounts,
        consent: options.consent_driver(),
        recorder: examination.recorder.clone(),
    };
    examination.play(&plan, &*venue, setting, options.playing.jobs.get()).await
}

impl Options {
    /// Refuses to burden a server that may belong to others.
    fn allows(&self, target: &Target) -> Result<(), Stop> {
        let is_here = |url: &str| {
            Origin::of(url).is_some_and(|origin| {
                let host = origin.host().trim_matches(['[', ']']);
                let fixed = self.resolve.iter().find(|(name, _)| name == host);
                let address = fixed.map(|(_, address)| address.ip()).or_else(|| host.parse().ok());
                address.map_or_else(|| origin.is_loopback(), |ip: IpAddr| ip.is_loopback())
            })
        };
        let urls = [&target.resource, &target.issuer, &target.endpoints.token];
        match urls.into_iter().find(|url| !is_here(url)) {
            Some(url) if Tier::from(self.tier) == Tier::Load && !self.i_operate_this => {
                Err(Stop::usage(format!("--tier load sends bursts of requests to {url}"))
                    .advice("say with --i-operate-this that the server is yours"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the metadata host may be somewhere where a server with an address filter goes. One
    /// that ends TLS on loopback is not; what is in front of a proxy, only the user knows.
    fn has_public_metadata_host(&self) -> bool {
        let is_loopback = self.metadata_listen.ip().is_loopback();
        self.metadata_host.is_some() && (self.metadata_plain || !is_loopback)
    }

    /// Where connections can be counted that no server has a reason to make.
    fn sentinels(&self) -> Sentinels {
        let here = self.resolve.iter().filter(|(_, address)| address.ip().is_loopback());
        let here = here.map(|(name, _)| name.clone()).collect();
        Sentinels::Network { here, named: self.sentinel.clone() }
    }

    /// Starts the metadata host, where one is named.
    fn metadata_host(&self, runtime: &Runtime) -> Result<Option<Listening>, Stop> {
        let Some(name) = &self.metadata_host else { return Ok(None) };
        let certificate = match (&self.metadata_certificate, &self.metadata_key) {
            _ if self.metadata_plain => None,
            (Some(chain), Some(key)) => {
                Some(Certificate { chain: readable(chain)?, key: readable(key)? })
            }
            _ => Some(self.issue(name)?),
        };
        let options = HostOptions { name: name.clone(), listen: self.metadata_listen, certificate };
        let listening =
            runtime.block_on(Listening::start(&options)).map_err(|error| match error {
                HostError::Listen { .. } => {
                    Stop::usage(format!("the metadata host cannot listen at {error}"))
                        .advice("name an address that you may listen at with --metadata-listen")
                }
                HostError::Certificate(_) => Stop::usage(error.to_string())
                    .advice("name a certificate with --metadata-certificate and --metadata-key"),
            })?;
        Ok(Some(listening))
    }

    /// A certificate for the metadata host by the authority in `--ca`.
    fn issue(&self, name: &str) -> Result<Certificate, Stop> {
        let folder = self.ca.as_ref().filter(|path| path.is_dir()).ok_or_else(|| {
            Stop::usage("the metadata host has no certificate").advice(
                "name a directory of atproof ca with --ca, or a certificate with \
                 --metadata-certificate, or say --metadata-plain behind a proxy",
            )
        })?;
        let key = readable(&folder.join(crate::ca::KEY))?;
        Certificate::issue(name, &String::from_utf8_lossy(&key)).map_err(|error| {
            Stop::usage(error.to_string()).advice("make the authority anew with atproof ca")
        })
    }

    fn consent_driver(&self) -> Consent {
        match (self.consent, &self.consent_command) {
            (ConsentName::Command | ConsentName::Auto, Some(command)) => {
                Consent::Command(command.clone())
            }
            (ConsentName::Auto | ConsentName::Command, None) => Consent::Auto,
            (ConsentName::Api, _) => Consent::Api,
            (ConsentName::Form, _) => Consent::Form,
            (ConsentName::Manual, _) => Consent::Manual(Box::new(Terminal::default())),
        }
    }
}

/// The accounts from the environment, or from the person at the terminal. With `manual` the person
/// signs in, and atproof learns no password.
async fn accounts(consent: ConsentName, target: &Target) -> Result<Vec<Account>, Stop> {
    let first = from_environment("ATPROOF_ACCOUNT", "ATPROOF_PASSWORD", consent)?;
    let second = from_environment("ATPROOF_ACCOUNT_2", "ATPROOF_PASSWORD_2", consent)?;
    match (first, second) {
        (None, Some(_)) => Err(Stop::usage("a second account is set, but no first one")
            .advice("set ATPROOF_ACCOUNT and ATPROOF_PASSWORD too")),
        (Some(first), second) => Ok(std::iter::once(first).chain(second).collect()),
        (None, None) if consent == ConsentName::Manual => {
            Ok(vec![Account { identifier: String::new(), password: String::new() }])
        }
        (None, None) if console::can_answer() => {
            let target = target.clone();
            let asked = tokio::task::spawn_blocking(move || ask(&target)).await;
            Ok(asked.map_err(|error| Stop::fault(error.to_string()))??.into_iter().collect())
        }
        (None, None) => Ok(Vec::new()),
    }
}

fn from_environment(
    name: &str,
    secret: &str,
    consent: ConsentName,
) -> Result<Option<Account>, Stop> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (variable(name), variable(secret)) {
        (Some(identifier), Some(password)) => Ok(Some(Account { identifier, password })),
        (Some(identifier), None) if consent == ConsentName::Manual => {
            Ok(Some(Account { identifier, password: String::new() }))
        }
        (Some(_), None) => {
            Err(Stop::usage(format!("{name} is set, but not {secret}")).advice("set both"))
        }
        (None, Some(_)) => {
            Err(Stop::usage(format!("{secret} is set, but not {name}")).advice("set both"))
        }
        (None, None) => Ok(None),
    }
}

/// Asks for the account; none where nothing is entered.
fn ask(target: &Target) -> Result<Option<Account>, Stop> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::Interrupted => Stop::new(Exit::Interrupted, "ended by Ctrl-C"),
        _ => Stop::usage(format!("no answer can be read: {error}"))
            .advice("set ATPROOF_ACCOUNT and ATPROOF_PASSWORD"),
    };
    let question = format!("Account on {} (empty to do without): ", target.resource);
    let identifier = if target.did.is_some() {
        target.input.clone()
    } else {
        console::ask(&question).map_err(failed)?
    };
    if identifier.is_empty() {
        return Ok(None);
    }
    let question = format!("Password of {identifier} on {}: ", target.issuer);
    let password = rpassword::prompt_password(question).map_err(failed)?;
    Ok((!password.is_empty()).then_some(Account { identifier, password }))
}

/// The network: all units share it, its logins and its clock.
struct Everywhere(Place);

impl Everywhere {
    fn new(options: &Options, listening: Option<&Listening>) -> Result<Self, Stop> {
        let authorities = options.ca.as_deref().map_or(Ok(Vec::new()), authorities)?;
        let network = Network::new(NetworkOptions {
            timeout: Duration::from_secs(options.timeout.get()),
            resolve: options.resolve.iter().cloned().collect::<BTreeMap<_, _>>(),
            authorities,
        })
        .map_err(|error| {
            Stop::usage(format!("the certificates cannot be used: {error}"))
                .advice("name a directory made by atproof ca, or a PEM file, with --ca")
        })?;
        // Never from the seed: keys and challenges must not follow from a report.
        let random = Stream::System;
        let fixtures = Arc::new(Fixtures::default());
        let host = listening.map(|listening| listening.host().clone());
        let transport = Arc::new(network);
        let sentinels = Some(Arc::new(options.sentinels()));
        Ok(Self(Place { transport, clock: Clock::System, random, fixtures, host, sentinels }))
    }
}

impl Venue for Everywhere {
    fn open(&self, _: &str) -> Place {
        self.0.clone()
    }
}

pub(crate) fn authorities(path: &Path) -> Result<Vec<u8>, Stop> {
    let file = if path.is_dir() { path.join(crate::ca::CERTIFICATE) } else { path.to_owned() };
    readable(&file)
}

fn readable(file: &Path) -> Result<Vec<u8>, Stop> {
    fs::read(file).map_err(|error| {
        Stop::usage(format!("{} cannot be read: {error}", file.display()))
            .advice("make an authority with atproof ca --out DIR")
    })
}

fn resolution(text: &str) -> Result<(String, SocketAddr), String> {
    let (name, address) = text.split_once(':').ok_or("NAME:ADDRESS is needed")?;
    let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = address.parse::<SocketAddr>().or_else(|_| {
        bare.unwrap_or(address).parse::<IpAddr>().map(|address| SocketAddr::new(address, 0))
    });
    match address {
        Ok(address) if !name.is_empty() => Ok((name.to_owned(), address)),
        _ => Err("an IP address is needed after the name, with or without a port".to_owned()),
    }
}

impl From<TierName> for Tier {
    fn from(name: TierName) -> Self {
        match name {
            TierName::Passive => Self::Passive,
            TierName::Safe => Self::Safe,
            TierName::Write => Self::Write,
            TierName::Load => Self::Load,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct Words {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn bursts_stay_on_this_machine() {
        let allows = |words: &str, origin: &str| {
            let words = format!("server {origin} {words}");
            let Words { options } = clap::Parser::parse_from(words.split_whitespace());
            let mut target = Target::named(origin);
            target.issuer = origin.to_owned();
            target.resource = origin.to_owned();
            target.endpoints.token = format!("{origin}/token");
            options.allows(&target).is_ok()
        };
        for (words, origin, allowed) in [
            ("--tier load", "http://localhost:2583", true),
            ("--tier load", "http://127.0.0.1:2583", true),
            ("--tier load", "http://[::1]:2583", true),
            ("--tier load", "https://pds.example", false),
            ("--tier load", "http://localhost.example", false),
            ("--tier load --resolve pds.example:127.0.0.1", "https://pds.example", true),
            ("--tier load --resolve pds.example:192.0.2.1", "https://pds.example", false),
            ("--tier load --i-operate-this", "https://pds.example", true),
            ("--tier write", "https://pds.example", true),
        ] {
            assert_eq!(allows(words, origin), allowed, "{words} {origin}");
        }
    }

    #[test]
    fn reads_names_with_addresses() {
        for (text, name, address) in [
            ("pds.test:127.0.0.1", "pds.test", "127.0.0.1:0"),
            ("pds.test:127.0.0.1:8443", "pds.test", "127.0.0.1:8443"),
            ("pds.test:[::1]", "pds.test", "[::1]:0"),
            ("pds.test:::1", "pds.test", "[::1]:0"),
            ("pds.test:[::1]:8443", "pds.test", "[::1]:8443"),
        ] {
            assert_eq!(resolution(text), Ok((name.into(), address.parse().unwrap())), "{text}");
        }
        for text in ["pds.test", "pds.test:", "pds.test:localhost", ":127.0.0.1"] {
            assert!(resolution(text).is_err(), "{text}");
        }
    }
}
