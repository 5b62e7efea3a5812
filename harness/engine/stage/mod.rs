//! What a case may use: a way to the peer, a clock, randomness, a nonce jar, logins, and a
//! recorder that nothing secret passes.

mod client;
mod clock;
mod draft;
mod host;
mod login;
mod net;
mod random;
mod recorder;
mod redact;
mod together;
mod transport;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use atproof_protocol::http::{Request, Response};
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::record::{self, Action, Event, Exchange, Part};
use serde_json::Value;

pub use client::{ClientKey, ClientKind, Published};
pub use clock::Clock;
pub use draft::{Assertion, Draft, Proof, edit_url};
pub use host::{
    Certificate, Host, HostError, HostOptions, Listening, Manner, Named, Page, Sentinel, Sentinels,
    Way,
};
pub use login::{Fixtures, Grant, Login, redirect_parameters};
pub(crate) use net::authority_parameters;
pub use net::{Network, NetworkOptions, authority};
pub use random::Stream;
pub use recorder::{Cost, Recorder};
pub(crate) use redact::Mask;
pub use redact::Vault;
pub use together::{MOST_AT_ONCE, MOST_BURSTS};
pub use transport::{Contact, NetError, NetErrorKind, Sending, SendingAll, Transport};

use crate::consent::{Consent, ConsentError, Ending};
use crate::model::{Account, Target};

/// How often a 429 answer is waited for before it is taken as it is.
const PATIENCE_WITH_429: usize = 3;

/// Longest wait that a `Retry-After` can ask of us.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Where a unit of play takes place. Against a network peer all units share transport and
/// fixtures; the embedded peer is made anew for each, so that no unit sees another.
#[derive(Clone)]
pub struct Place {
    /// The way to the peer.
    pub transport: Arc<dyn Transport>,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub random: Stream,
    /// Logins that are made once and then only read.
    pub fixtures: Arc<Fixtures>,
    /// Where documents of our clients are served, if anywhere.
    pub host: Option<Arc<Host>>,
    /// Where connections are counted that no server has a reason to make, if anywhere.
    pub sentinels: Option<Arc<Sentinels>>,
}

/// What all units of a run have in common.
pub struct Setting {
    /// What is examined.
    pub target: Target,
    /// Accounts on the target, in the order given.
    pub accounts: Vec<Account>,
    /// How a login is brought through sign-in and consent.
    pub consent: Consent,
    /// Where events go.
    pub recorder: Arc<Recorder>,
}

/// What a case may use.
pub struct Stage {
    place: Place,
    setting: Arc<Setting>,
    unit: String,
    part: Part,
    nonces: BTreeMap<String, String>,
    mask: redact::Mask,
    exchanges: Vec<Exchange>,
    written: usize,
    unit_key: Option<SigningKey>,
    unit_grant: Option<Grant>,
    bursts: usize,
    /// Folder of the client that was published last.
    client_base: String,
    /// What stands for the last sentinel in documents of clients.
    marks: Vec<(String, String)>,
}

/// An answer, or why there is none, and the id of the exchange in the record.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Id of the exchange.
    pub id: String,
    /// The answer.
    pub answer: Result<Response, NetError>,
}

/// Why play could not go on. It is never a verdict.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// A request that only prepares the case was not answered as it should be.
    #[error("{what} failed: {why}")]
    Unprepared {
        /// What was being prepared.
        what: &'static str,
        /// What came back.
        why: String,
    },
    /// Sign-in or consent did not come to an end.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// Something was not offered.
    #[error("this needs {0}")]
    Needs(&'static str),
}

impl Stage {
    /// A stage for a unit of play.
    pub fn new(place: Place, setting: Arc<Setting>, unit: impl Into<String>) -> Self {
        Self {
            place,
            setting,
            unit: unit.into(),
            part: Part::Setup,
            nonces: BTreeMap::new(),
            mask: redact::Mask::default(),
            exchanges: Vec::new(),
            written: 0,
            unit_key: None,
            unit_grant: None,
            client_base: String::new(),
            marks: Vec::new(),
            bursts: 0,
        }
    }

    /// What is examined.
    pub fn target(&self) -> &Target {
        &self.setting.target
    }

    /// The account of this number, from 0, if so many were given.
    pub fn account(&self, index: usize) -> Option<&Account> {
        self.setting.accounts.get(index)
    }

    /// The time of this place.
    pub fn clock(&self) -> &Clock {
        &self.place.clock
    }

    /// The random stream of this unit.
    pub fn random(&mut self) -> &mut Stream {
        &mut self.place.random
    }

    /// One key for the whole unit, where a fault may lie in what a server remembers of a key.
    pub fn unit_key(&mut self) -> SigningKey {
        let random = &mut self.place.random;
        self.unit_key.get_or_insert_with(|| random.key()).clone()
    }

    /// A grant that the calls of a unit hand on to each other. It is made, as a preparation, where
    /// none was handed on.
    pub async fn unit_grant(&mut self) -> Result<Grant, Halt> {
        if let Some(grant) = &self.unit_grant {
            return Ok(grant.clone());
        }
        let grant = self.grant().await?;
        self.unit_grant = Some(grant.clone());
        Ok(grant)
    }

    /// The grant that the call before has handed on.
    pub(super) fn handed_on(&self) -> Option<Grant> {
        self.unit_grant.clone()
    }

    /// Hands a grant on to the next call; `None` where that has to make another.
    pub fn hand_on(&mut self, grant: Option<Grant>) {
        self.unit_grant = grant;
    }

    /// The part that the next exchanges have in their story.
    pub fn part(&self) -> &Part {
        &self.part
    }

    /// Sets the part that the next exchanges have in their story.
    pub fn enter(&mut self, part: Part) {
        self.part = part;
    }

    /// Begins a named step of a story.
    pub fn step(&mut self, name: &str) {
        self.part = Part::Step(name.to_owned());
    }

    /// The exchanges so far.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// The nonce that the server of this URL gave last.
    pub fn nonce(&self, url: &str) -> Option<&str> {
        self.nonces.get(origin_of(url)).map(String::as_str)
    }

    /// Puts a nonce into the jar for the server of this URL, or empties its place.
    pub fn set_nonce(&mut self, url: &str, nonce: Option<String>) {
        match nonce {
            Some(nonce) => self.nonces.insert(origin_of(url).to_owned(), nonce),
            None => self.nonces.remove(origin_of(url)),
        };
    }

    /// Sends a draft with its edit. A demand for a nonce is met once, so that a refusal for want of
    /// a nonce is never mistaken for a refusal of the fault; the edit stands in both attempts.
    pub async fn send(&mut self, draft: Draft) -> Reply {
        let reply = self.send_once(&draft).await;
        if draft.proof.is_some() && reply.answer.as_ref().is_ok_and(demands_nonce) {
            self.supersede_last();
            return self.send_once(&draft).await;
        }
        reply
    }

    /// Sends a draft once, whatever the answer.
    pub async fn send_once(&mut self, draft: &Draft) -> Reply {
        let fresh = self.fresh(draft);
        if let Some(text) = draft.edit.constant() {
            self.mask.declare_public(&self.setting.recorder.vault, text);
        }
        self.exchange(draft.action, draft.request(&fresh)).await
    }

    /// Sends a request as it is and records it. 429 is waited out: it is never a verdict.
    pub async fn exchange(&mut self, action: Action, request: Request) -> Reply {
        let mut attempt = 0;
        loop {
            let since = Instant::now();
            let answer = self.place.transport.send(request.clone()).await;
            let reply = self.record(action, &request, answer, since);
            attempt += 1;
            match reply.answer.as_ref().ok().filter(|response| response.status == 429) {
                Some(response) if attempt <= PATIENCE_WITH_429 => {
                    let wait = retry_after(response);
                    self.supersede_last();
                    self.place.clock.wait(wait).await;
                }
                _ => return reply,
            }
        }
    }

    /// Sends bytes as they are to the server of this URL and records them.
    pub async fn exchange_raw(&mut self, action: Action, url: &str, bytes: Vec<u8>) -> Reply {
        let since = Instant::now();
        let answer = self.place.transport.send_raw(origin_of(url), bytes.clone()).await;
        let request = Request { body: bytes, ..Request::new("RAW", url) };
        self.record(action, &request, answer, since)
    }

    /// Adds a fact to the last exchange.
    pub fn fact(&mut self, name: &str, value: Value) {
        if let Some(exchange) = self.exchanges.last_mut() {
            let value = match value {
                Value::String(text) => Value::String(self.mask.apply(&text)),
                other => other,
            };
            exchange.facts.insert(name.to_owned(), value);
        }
    }

    /// Notes a password sign-in, for the account of what the run cost.
    pub(crate) fn signed_in(&self) {
        self.setting.recorder.signed_in();
    }

    /// Ends the unit and gives back its exchanges.
    pub fn finish(mut self) -> Vec<Exchange> {
        self.write_out();
        std::mem::take(&mut self.exchanges)
    }

    /// Writes what is not yet in the record. The last exchange waits until the next one or the
    /// end, since a retry or a fact may still change it.
    fn write_out(&mut self) {
        for exchange in self.exchanges.iter().skip(self.written) {
            self.setting.recorder.event(&Event::Exchange(exchange.clone()));
        }
        self.written = self.exchanges.len();
    }

    /// Records an authorization request that took place outside: we were told how it ended, but
    /// saw no answer. Without this line its end would seem to be that of the push before it.
    pub(crate) fn unseen(&mut self, url: &str, ending: &Ending) {
        self.write_out();
        let request = Request::new("GET", url);
        // Only so that the secrets of the redirect are known; it is not recorded as an answer.
        let told = match ending {
            Ending::Redirect(url) => Some(Response::new(303).header("Location", url.as_str())),
            Ending::Refused { .. } => None,
        };
        let vault = &self.setting.recorder.vault;
        let (request, _, facts) = self.mask.exchange(vault, &request, told.as_ref());
        self.exchanges.push(Exchange {
            id: format!("{}#{}", self.unit, self.exchanges.len() + 1),
            part: self.part.clone(),
            action: Action::Authorize,
            superseded: false,
            request,
            answer: record::Answer::Failure {
                kind: "unseen".to_owned(),
                detail: "sign-in and consent took place outside of atproof".to_owned(),
            },
            facts,
        });
    }

    fn record(
        &mut self,
        action: Action,
        request: &Request,
        answer: Result<Response, NetError>,
        since: Instant,
    ) -> Reply {
        self.write_out();
        let id = format!("{}#{}", self.unit, self.exchanges.len() + 1);
        self.setting.recorder.waited(&id, since);
        if let Ok(response) = &answer {
            let nonces: Vec<&[u8]> = response.headers.all("dpop-nonce").collect();
            if let Some(nonce) = nonces.last().and_then(|nonce| std::str::from_utf8(nonce).ok()) {
                self.nonces.insert(origin_of(&request.url).to_owned(), nonce.to_owned());
            }
        }
        let vault = &self.setting.recorder.vault;
        let (recorded, response, facts) = self.mask.exchange(vault, request, answer.as_ref().ok());
        let recorded_answer = match (&answer, response) {
            (Err(error), _) => record::Answer::Failure {
                kind: error.kind.to_string(),
                detail: self.mask.apply(&error.detail),
            },
            (Ok(_), response) => record::Answer::Response(response.unwrap_or(record::Response {
                status: 0,
                headers: Vec::new(),
                body: record::Body::default(),
            })),
        };
        self.exchanges.push(Exchange {
            id: id.clone(),
            part: self.part.clone(),
            action,
            superseded: false,
            request: recorded,
            answer: recorded_answer,
            facts,
        });
        Reply { id, answer }
    }

    fn supersede_last(&mut self) {
        if let Some(exchange) = self.exchanges.last_mut() {
            exchange.superseded = true;
        }
    }
}

impl Reply {
    /// A string member of a JSON answer with a 2xx status, or a halt that says what came instead.
    pub fn require(&self, what: &'static str, member: &str) -> Result<String, Halt> {
        match &self.answer {
            Ok(response) if (200..300).contains(&response.status) => response
                .member(member)
                .ok_or_else(|| unprepared(what, format!("{response} without `{member}`"))),
            Ok(response) => Err(unprepared(what, response.to_string())),
            Err(error) => Err(unprepared(what, error.to_string())),
        }
    }

    /// Whether the answer has a 2xx status.
    pub fn is_success(&self) -> bool {
        self.answer.as_ref().is_ok_and(|response| (200..300).contains(&response.status))
    }
}

fn unprepared(what: &'static str, why: String) -> Halt {
    Halt::Unprepared { what, why }
}

/// Whether an answer asks for a DPoP nonce and gives one. Lenient in status and place of the
/// error: what the texts fix about it is judged, not needed to go on.
fn demands_nonce(response: &Response) -> bool {
    let in_body = response.member("error").is_some_and(|error| error == "use_dpop_nonce");
    let in_challenge = response
        .headers
        .all("www-authenticate")
        .any(|value| String::from_utf8_lossy(value).contains("use_dpop_nonce"));
    (400..500).contains(&response.status)
        && (in_body || in_challenge)
        && response.headers.count("dpop-nonce") > 0
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers.get("retry-after").and_then(|value| value.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(1)).min(LONGEST_RETRY_AFTER)
}

/// Scheme and authority of a URL.
fn origin_of(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |i| i + 3);
    let end = url.get(authority..).and_then(|rest| rest.find(['/', '?', '#']));
    end.and_then(|end| url.get(..authority + end)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    pub(super) fn stage(origin: &str) -> Stage {
        let mut target = Target::named(origin);
        target.endpoints.par = format!("{origin}/par");
        let setting = Setting {
            target,
            accounts: Vec::new(),
            consent: Consent::Auto,
            recorder: Arc::new(Recorder::new(None, None)),
        };
        let place = Place {
            transport: Arc::new(Network::new(NetworkOptions::default()).unwrap()),
            clock: Clock::at(1_800_000_000),
            random: Stream::seeded(1, "test"),
            fixtures: Arc::new(Fixtures::default()),
            host: None,
            sentinels: None,
        };
        Stage::new(place, Arc::new(setting), "unit")
    }

    async fn push(stage: &mut Stage) -> Reply {
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send(draft).await
    }

    /// The nonce in the proof of an exchange.
    fn proof_nonce(exchange: &Exchange) -> Option<String> {
        let proof = exchange.request.header("dpop")?;
        let (_, claims) = atproof_protocol::jws::decode_unverified(proof)?;
        claims.get("nonce")?.as_str().map(str::to_owned)
    }

    #[tokio::test]
    async fn a_demand_for_a_nonce_is_met_once() {
        let server = MockServer::start().await;
        let demand = ResponseTemplate::new(400)
            .insert_header("DPoP-Nonce", "n1")
            .set_body_json(serde_json::json!({"error": "use_dpop_nonce"}));
        Mock::given(path("/par")).respond_with(demand).expect(2).mount(&server).await;
        let mut stage = stage(&server.uri());
        let reply = push(&mut stage).await;
        assert_eq!(reply.answer.unwrap().status, 400);
        let exchanges = stage.finish();
        let seen: Vec<_> = exchanges.iter().map(|e| (e.superseded, proof_nonce(e))).collect();
        assert_eq!(seen, [(true, None), (false, Some("n1".to_owned()))]);
        let jtis: Vec<_> = exchanges.iter().map(|e| e.request.header("dpop")).collect();
        assert_ne!(jtis[0], jtis[1], "each attempt has a proof of its own");
    }

    #[tokio::test]
    async fn every_answer_fills_the_nonce_jar_of_its_server() {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(201)
            .insert_header("DPoP-Nonce", "n2")
            .set_body_json(serde_json::json!({"request_uri": "urn:x", "expires_in": 60}));
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let mut stage = stage(&server.uri());
        push(&mut stage).await;
        assert_eq!(stage.nonce(&format!("{}/other", server.uri())), Some("n2"));
        assert_eq!(stage.nonce("https://elsewhere"), None);
    }

    #[tokio::test]
    async fn too_many_requests_are_waited_out() {
        let server = MockServer::start().await;
        let slow_down = ResponseTemplate::new(429).insert_header("Retry-After", "7");
        Mock::given(path("/par")).respond_with(slow_down).up_to_n_times(2).mount(&server).await;
        Mock::given(path("/par")).respond_with(ResponseTemplate::new(201)).mount(&server).await;
        let mut stage = stage(&server.uri());
        let before = stage.clock().now();
        let reply = push(&mut stage).await;
        assert_eq!(reply.answer.unwrap().status, 201);
        assert_eq!(stage.clock().now() - before, 14);
        let superseded: Vec<_> = stage.exchanges().iter().map(|e| e.superseded).collect();
        assert_eq!(superseded, [true, true, false]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_login_outside_has_an_exchange_of_its_own_and_its_code_a_name() {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(201)
            .set_body_json(serde_json::json!({"request_uri": "urn:x", "expires_in": 60}));
        Mock::given(path("/par")).respond_with(answer).mount(&server).await;
        let program =
            |name: &str| format!("{}/consent/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        for (name, accepted) in [("approves", true), ("says", false)] {
            let mut stage = stage(&server.uri());
            let old = &stage.setting;
            stage.setting = Arc::new(Setting {
                target: old.target.clone(),
                accounts: vec![Account { identifier: "a".into(), password: "p".into() }],
                consent: Consent::Command(program(name)),
                recorder: old.recorder.clone(),
            });
            let login = stage.login();
            let request_uri = stage.push(&login).await.unwrap();
            let url = stage.authorization_url(&login, &request_uri);
            stage.authorize(&login, &url, crate::consent::Decision::Approve).await.unwrap();
            let recorder = stage.setting.recorder.clone();
            let exchanges = stage.finish();
            assert_eq!(exchanges.len(), 2);
            assert!(!exchanges[0].facts.contains_key("redirect"));
            assert_eq!(crate::judge::is_accepted(&exchanges[1]), accepted);
            let refused = crate::judge::refusal_of(&exchanges[1]).is_some();
            assert_eq!(refused, !accepted);
            let text = serde_json::to_string(&exchanges).unwrap();
            assert!(!text.contains("code-from-outside"), "{text}");
            assert_eq!(recorder.vault.leak_in(&text), None);
        }
    }

    #[tokio::test]
    async fn the_record_is_written_as_the_unit_goes_on() {
        let server = MockServer::start().await;
        Mock::given(path("/par")).respond_with(ResponseTemplate::new(400)).mount(&server).await;
        let mut stage = stage(&server.uri());
        let recorder = stage.setting.recorder.clone();
        push(&mut stage).await;
        push(&mut stage).await;
        assert_eq!(recorder.exchanges(), 1, "the last one waits for a fact or a retry");
        stage.finish();
        assert_eq!(recorder.exchanges(), 2);
    }

    #[test]
    fn origins_of_urls() {
        for (url, origin) in [
            ("https://h", "https://h"),
            ("https://h:1/a?b", "https://h:1"),
            ("http://h?x", "http://h"),
            ("h/x", "h"),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }
}
