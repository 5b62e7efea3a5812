//! What happened in a unit of play: requests of the client, and what its driver said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use atproof_protocol::http::{Request, Response};
use atproof_protocol::record::{Action, Answer, Event, Exchange, Part};
use atproof_protocol::{form, pkce};
use serde_json::Value;

use super::{Conduct, Delivery};
use crate::stage::{Mask, Recorder};

/// The exchanges of a unit, secrets named, in the order in which they began.
pub struct Recording {
    unit: String,
    recorder: Arc<Recorder>,
    mask: Mask,
    part: Part,
    exchanges: Vec<Exchange>,
    written: usize,
}

impl Recording {
    pub(super) fn new(unit: String, recorder: Arc<Recorder>) -> Self {
        Self {
            unit,
            recorder,
            mask: Mask::default(),
            part: Part::Control,
            exchanges: Vec::new(),
            written: 0,
        }
    }

    /// Begins a part of the story.
    pub(super) fn enter(&mut self, part: Part) {
        self.part = part;
    }

    /// How many exchanges there are.
    pub(super) fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Notes a request of the client and the answer that it gets.
    pub(super) fn message<'f>(
        &mut self,
        action: Action,
        request: &Request,
        delivery: &Delivery,
        facts: impl IntoIterator<Item = (&'f str, Value)>,
        now: i64,
    ) {
        let action = if request.method == "OPTIONS" { Action::Preflight } else { action };
        let failure = match delivery.conduct {
            Conduct::Whole | Conduct::Cut => None,
            Conduct::Closed => Some(("closed", "the connection was closed, as the case wants it")),
            Conduct::Silent => Some(("silent", "nothing was answered, as the case wants it")),
        };
        let mut all = related(request);
        all.extend(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
        all.insert("now".to_owned(), Value::from(now));
        let answer = failure.map_or(Ok(&delivery.response), Err);
        self.push(action, request, answer, all, None);
    }

    /// Notes a command to the driver and what became of it.
    pub(super) fn driver(
        &mut self,
        command: &str,
        request: &Value,
        answer: Result<&Value, (&'static str, &str)>,
        facts: BTreeMap<String, Value>,
        since: Instant,
    ) {
        let request = Request::new("DRIVE", format!("driver:{command}"))
            .body("application/json", request.to_string());
        let response =
            answer.map(|value| Response::new(200).body("application/json", value.to_string()));
        let answer = response.as_ref().map_err(|(kind, detail)| (*kind, *detail));
        self.push(Action::Driver, &request, answer, facts, Some(since));
    }

    /// Ends the unit and gives back its exchanges.
    pub(super) fn finish(&mut self) -> Vec<Exchange> {
        self.write_out();
        std::mem::take(&mut self.exchanges)
    }

    fn push(
        &mut self,
        action: Action,
        request: &Request,
        answer: Result<&Response, (&str, &str)>,
        more: BTreeMap<String, Value>,
        since: Option<Instant>,
    ) {
        self.write_out();
        let id = format!("{}#{}", self.unit, self.exchanges.len() + 1);
        self.recorder.waited(&id, since.unwrap_or_else(Instant::now));
        let vault = &self.recorder.vault;
        let (request, response, mut facts) =
            self.mask.exchange(vault, request, answer.as_ref().ok().copied());
        facts.extend(more.into_iter().map(|(name, value)| (name, self.shown(value))));
        let answer = match (answer, response) {
            (Ok(_), Some(response)) => Answer::Response(response),
            (Err((kind, detail)), _) => {
                Answer::Failure { kind: kind.to_owned(), detail: self.mask.apply(detail) }
            }
            (Ok(_), None) => Answer::Failure { kind: "none".into(), detail: String::new() },
        };
        let part = self.part.clone();
        let exchange = Exchange { id, part, action, superseded: false, request, answer, facts };
        self.exchanges.push(exchange);
    }

    /// A fact, without secrets that a client put where they do not belong.
    fn shown(&self, fact: Value) -> Value {
        match fact {
            Value::Object(_) => {
                serde_json::from_str(&self.mask.apply(&fact.to_string())).unwrap_or_default()
            }
            fact => fact,
        }
    }

    fn write_out(&mut self) {
        for exchange in self.exchanges.iter().skip(self.written) {
            self.recorder.event(&Event::Exchange(exchange.clone()));
        }
        self.written = self.exchanges.len();
    }
}

/// What a judge may ask of a verifier that is not in the record: its challenge, which is public.
fn related(request: &Request) -> BTreeMap<String, Value> {
    let mut pairs = form::parse(&request.body).0;
    if let Ok(Value::Object(members)) = serde_json::from_slice(&request.body) {
        pairs =
            members.into_iter().filter_map(|(n, v)| Some((n, v.as_str()?.to_owned()))).collect();
    }
    let verifier = pairs.iter().find(|(name, _)| name == "code_verifier").map(|(_, value)| value);
    let facts = verifier.map(|verifier| {
        let defects: Vec<Value> =
            pkce::verifier_defects(verifier).iter().map(|d| Value::from(d.code)).collect();
        [
            ("challenge".to_owned(), Value::from(pkce::challenge_s256(verifier))),
            ("verifier_defects".to_owned(), Value::from(defects)),
            (
                "verifier_characters".to_owned(),
                Value::from(verifier.chars().collect::<BTreeSet<_>>().len()),
            ),
        ]
    });
    facts.into_iter().flatten().collect()
}
