//! `atproof lint`: documents and values, read strictly. Nothing is signed in to, no account is needed.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use atproof_engine::run::Catalogue;
use atproof_engine::stage::{Network, NetworkOptions, Transport};
use atproof_protocol::http::{Request, Response};
use atproof_protocol::lint::{self, Kind, Note};
use atproof_reports::lint::{Finding, Linted, Totals, findings, json, text};
use atproof_scenarios::document::{Rules, rules, verdict};
use clap::Args;
use serde_json::Value;

use crate::console;
use crate::examination::catalogue;
use crate::exit::{Exit, Stop};
use crate::server::authorities;

/// Lint metadata documents, DID documents, scopes, identifiers and other values
#[derive(Args)]
pub(crate) struct Options {
    /// File, URL of a document, origin of a server, http://localhost client identifier, or - for
    /// standard input
    #[arg(required_unless_present = "value")]
    target: Vec<String>,
    /// A value itself, such as a scope string; may be repeated
    #[arg(long, value_name = "TEXT")]
    value: Vec<String>,
    /// What it is [default: told by its content]
    #[arg(long, value_parser = Kind::ALL.map(Kind::name))]
    kind: Option<String>,
    /// Where the document was or will be found: client_id, issuer, resource, DID or NSID
    #[arg(long, value_name = "IDENTIFIER")]
    at: Option<String>,
    /// Trust the authority in a directory of atproof ca, or in a PEM file
    #[arg(long, value_name = "PATH")]
    ca: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// End with 1 also for warnings
    #[arg(long)]
    strict: bool,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<Exit, Stop> {
    let linter = Linter {
        kind: options.kind.as_deref().and_then(Kind::from_name),
        at: options.at.clone(),
        ca: options.ca.clone(),
        ..Linter::new()?
    };
    let mut linted = Vec::new();
    // What one target lacks keeps nobody from the findings in the others.
    let mut stops = Vec::new();
    for target in &options.target {
        match linter.target(target) {
            Ok(some) => linted.extend(some),
            Err(stop) => stops.push(stop),
        }
    }
    for (place, value) in options.value.iter().enumerate() {
        let name = format!("value {}", place + 1);
        match linter.local(&name, value.as_bytes(), linter.at.as_deref()) {
            Ok(one) => linted.push(one),
            Err(stop) => stops.push(stop),
        }
    }
    console::print(&match options.json {
        true => json(&linted, concat!("atproof ", env!("CARGO_PKG_VERSION"))),
        false => text(&linted, true),
    });
    let mut stops = stops.into_iter();
    if let Some(first) = stops.next() {
        stops.for_each(|stop| console::note(&format!("error: {stop}\n")));
        return Err(first);
    }
    let totals = Totals::of(&linted);
    let fails = totals.fail > 0 || (options.strict && totals.warn > 0);
    Ok(if fails { Exit::Failed } else { Exit::Clean })
}

/// Reads targets.
struct Linter<'a> {
    kind: Option<Kind>,
    at: Option<String>,
    ca: Option<PathBuf>,
    catalogue: &'a Catalogue,
    rules: &'a Rules,
}

/// Time for a document to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// The origin of a page, for what browsers ask.
const ORIGIN: &str = "https://client.example";

/// Longest input that is read, in bytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// The page of a rule, if there is one: its words, and the finding in an example.
pub(crate) fn explain(id: &str) -> Result<Option<String>, Stop> {
    let linter = Linter::new()?;
    let Some(rule) = linter.rules.get(id) else { return Ok(None) };
    let mut page = format!(
        "# {id}\n\n{}.\n\n## Why it matters\n\n{}\n\n## How to fix\n\n{}\n",
        rule.title, rule.why, rule.fix
    );
    if let Some((kind, bytes)) = rule.example_of_breaking() {
        let linter = Linter { kind: Some(kind), ..linter };
        let name = rule.example.as_deref().unwrap_or("example");
        let mut example = linter.local(name, &bytes, rule.at.as_deref())?;
        example.findings.retain(|finding| finding.id == id);
        example.findings.truncate(1);
        page += "\n## Example\n\n";
        page += &findings(&example, false);
    }
    Ok(Some(page))
}

impl Linter<'_> {
    fn new() -> Result<Self, Stop> {
        let rules = rules().map_err(|error| Stop::fault(error.to_string()))?;
        Ok(Self { kind: None, at: None, ca: None, catalogue: catalogue()?, rules })
    }

    fn target(&self, target: &str) -> Result<Vec<Linted>, Stop> {
        let is_url = target.starts_with("https://") || target.starts_with("http://");
        if is_url && !self.is_value(target) {
            return self.remote(target);
        }
        let bytes = match target {
            "-" => read(std::io::stdin(), target)?,
            url if is_url => url.as_bytes().to_vec(),
            path => {
                let file = fs::File::open(path).map_err(|error| {
                    Stop::usage(format!("{path} cannot be read: {error}"))
                        .advice("name a file, a URL or -, or give a value with --value")
                })?;
                read(file, path)?
            }
        };
        Ok(vec![self.local(target, &bytes, self.at.as_deref())?])
    }

    /// Whether a URL is itself what is linted.
    fn is_value(&self, url: &str) -> bool {
        let host = url.strip_prefix("http://").map(|rest| rest.split(['/', '?']).next());
        matches!(self.kind, Some(Kind::ClientId | Kind::Callback))
            || host == Some(Some("localhost"))
            || lint::detect(url.as_bytes()) == Some(Kind::Callback)
    }

    fn local(&self, name: &str, bytes: &[u8], at: Option<&str>) -> Result<Linted, Stop> {
        let kind = self.kind.or_else(|| lint::detect(bytes)).ok_or_else(|| {
            let kinds = Kind::ALL.map(Kind::name).join(", ");
            Stop::usage(format!("{name} is of no kind that its content tells"))
                .advice(format!("name one with --kind: {kinds}"))
        })?;
        let lint = lint::lint(bytes, kind, at);
        let source = lint::masked(&String::from_utf8_lossy(bytes), kind);
        Ok(Linted {
            target: name.to_owned(),
            kind: kind.name(),
            at: at.map(str::to_owned),
            unchecked: lint.unchecked,
            supposed: lint.supposed,
            findings: lint.notes.iter().map(|note| self.finding(note, &source)).collect(),
            source,
        })
    }

    /// A document with its delivery, and what it refers to.
    fn remote(&self, url: &str) -> Result<Vec<Linted>, Stop> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Stop::fault(error.to_string()))?;
        let authorities = self.ca.as_deref().map_or(Ok(Vec::new()), authorities)?;
        let options = NetworkOptions { timeout: PATIENCE, authorities, ..Default::default() };
        let network = Network::new(options).map_err(|error| Stop::fault(error.to_string()))?;
        let fetch = |url: &str| runtime.block_on(fetch(&network, url));
        let mut linted = Vec::new();
        for url in documents_of(url) {
            let response = fetch(&url)?;
            let kind = self.kind.or_else(|| kind_of(&url)).or_else(|| lint::detect(&response.body));
            linted.extend(self.delivered(&url, kind.unwrap_or(Kind::ClientMetadata), &response));
            if kind != Some(Kind::ClientMetadata) {
                continue;
            }
            let document: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            if let Some(keys) = document.get("jwks_uri").and_then(Value::as_str).filter(is_url) {
                linted.extend(self.delivered(keys, Kind::KeySet, &fetch(keys)?));
            }
            if let Some(logo) = document.get("logo_uri").and_then(Value::as_str).filter(is_url) {
                linted.push(self.logo(logo, &fetch(logo)?));
            }
        }
        Ok(linted)
    }

    fn delivered(&self, url: &str, kind: Kind, response: &Response) -> Vec<Linted> {
        let delivery = lint::delivery(kind, response, ORIGIN);
        let mut linted = vec![self.answer(url, delivery.head, &delivery.notes)];
        if delivery.has_document {
            let place = place_of(url, kind);
            let at = self.at.as_deref().or(place.as_deref());
            let linter = Linter { kind: Some(kind), at: None, ca: None, ..*self };
            linted.extend(linter.local(url, &response.body, at));
        }
        linted
    }

    fn logo(&self, url: &str, response: &Response) -> Linted {
        let (head, note) = lint::logo(response);
        self.answer(url, head, note.as_slice())
    }

    /// The head of an answer.
    fn answer(&self, url: &str, head: String, notes: &[Note]) -> Linted {
        Linted {
            target: url.to_owned(),
            kind: "delivery",
            at: None,
            unchecked: None,
            supposed: None,
            findings: notes.iter().map(|note| self.finding(note, &head)).collect(),
            source: head,
        }
    }

    fn finding(&self, note: &Note, source: &str) -> Finding {
        let defect = &note.defect;
        let clause = self.catalogue.get(defect.clause);
        let rule = self.rules.get(defect.code);
        let verdict = verdict(note, rule, clause);
        let words = |of: fn(&atproof_scenarios::document::Rule) -> &String| {
            rule.map(|rule| of(rule).clone()).unwrap_or_default()
        };
        let finding = Finding {
            id: defect.code.to_owned(),
            verdict,
            level: clause.map(|clause| clause.level.as_str()),
            clause: defect.clause.to_owned(),
            section: clause.map(|clause| clause.source.clone()).unwrap_or_default(),
            title: words(|rule| &rule.title),
            detail: defect.detail.clone(),
            why: words(|rule| &rule.why),
            fix: words(|rule| &rule.fix),
            line: 1,
            column: 1,
            bytes: 0..0,
        };
        finding.at(source, note.span.clone())
    }
}

fn read(from: impl Read, name: &str) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    from.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| {
        Stop::usage(format!("{name} cannot be read: {error}")).advice("check the permissions")
    })?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= LONGEST => Ok(bytes),
        _ => Err(Stop::usage(format!("{name} is longer than {LONGEST} bytes"))
            .advice("name a document of the profile")),
    }
}

async fn fetch(network: &Network, url: &str) -> Result<Response, Stop> {
    let request = Request::new("GET", url).header("Accept", "*/*").header("Origin", ORIGIN);
    network.send(request).await.map_err(|error| {
        Stop::new(Exit::Unreachable, format!("{url} cannot be fetched: {error}"))
            .advice("check the URL, and name the authority of its certificate with --ca")
    })
}

const SERVER: &str = "/.well-known/oauth-authorization-server";
const RESOURCE: &str = "/.well-known/oauth-protected-resource";
const DID: &str = "/.well-known/did.json";

/// The documents that a URL stands for: both metadata documents where it is an origin.
fn documents_of(url: &str) -> Vec<String> {
    let origin = url.strip_suffix('/').unwrap_or(url);
    match origin.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?'])) {
        true => [RESOURCE, SERVER].map(|path| format!("{origin}{path}")).to_vec(),
        false => vec![url.to_owned()],
    }
}

fn kind_of(url: &str) -> Option<Kind> {
    [(SERVER, Kind::ServerMetadata), (RESOURCE, Kind::ResourceMetadata), (DID, Kind::DidDocument)]
        .into_iter()
        .find(|(path, _)| url.ends_with(path))
        .map(|(_, kind)| kind)
}

/// The identifier of what is found at a URL.
fn place_of(url: &str, kind: Kind) -> Option<String> {
    match kind {
        Kind::ClientMetadata => Some(url.to_owned()),
        Kind::ServerMetadata => url.strip_suffix(SERVER).map(str::to_owned),
        Kind::ResourceMetadata => url.strip_suffix(RESOURCE).map(str::to_owned),
        Kind::DidDocument => {
            let host = url.strip_suffix(DID)?.split_once("://")?.1;
            Some(format!("did:web:{}", host.replace(':', "%3A")))
        }
        _ => None,
    }
}

fn is_url(text: &&str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
