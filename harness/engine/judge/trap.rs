//! The judge of cases about clients: control, twisted network, control again.
//!
//! The wire outranks the driver: what a driver calls refused, and was used all the same, was not
//! refused; a control counts as carried out only where the requests are there that it takes.

use std::collections::BTreeMap;

use atproof_protocol::record::{Action, Answer, Exchange, Part};
use atproof_protocol::{form, jws};
use serde_json::Value;

use crate::model::{Case, Edit, Expectation, Outcome, Site, Step, Transcript};

/// Judges a case about a client.
pub fn trap(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    // What an honest login shows of a broken rule counts, whether or not it came to its end.
    if let (Expectation::Holds(predicate), Edit::None) = (case.expect, case.edit)
        && let broken @ Outcome::Broken { .. } = predicate(transcript)
    {
        return broken;
    }
    if let Some(outcome) = wire.unusable() {
        return outcome;
    }
    match case.expect {
        Expectation::RefusedAt(step) => wire.refused_at(case, step),
        Expectation::Completes => wire.completes(case),
        Expectation::Holds(predicate) => predicate(transcript),
        Expectation::Refused(_) | Expectation::Accepted | Expectation::Open(_) => {
            Outcome::unclear("what is expected of a server is asked of a client", "report this bug")
        }
    }
}

/// The transcript of a case about a client, seen from the wire.
#[derive(Clone, Copy, Debug)]
pub struct Wire<'a> {
    exchanges: &'a [Exchange],
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// The client did what it was told.
    Done,
    /// The client did not, and says why.
    Refused,
    /// The client cannot do such a thing.
    Skipped,
    /// No answer, or none that keeps to the contract.
    Failed(&'a str, &'a str),
}

impl<'a> Wire<'a> {
    /// The wire of a transcript.
    pub fn new(transcript: &Transcript<'a>) -> Self {
        Self { exchanges: transcript.exchanges }
    }

    /// The requests of the client in a part, in order.
    pub fn requests(self, part: &Part) -> impl Iterator<Item = &'a Exchange> + use<'a> {
        let part = part.clone();
        self.exchanges.iter().filter(move |exchange| {
            exchange.part == part
                && !matches!(exchange.action, Action::Driver | Action::Preflight)
                && !matches!(site(exchange), Some(Site::Callback | Site::Connection))
        })
    }

    /// The requests of the client in a part about this.
    pub fn at(self, part: &Part, wanted: Site) -> impl Iterator<Item = &'a Exchange> + use<'a> {
        self.requests(part).filter(move |exchange| site(exchange) == Some(wanted))
    }

    /// The requests of the client in a part that have, or have to have, a DPoP proof.
    pub fn proven(self, part: &Part) -> impl Iterator<Item = &'a Exchange> + use<'a> {
        self.requests(part).filter(|exchange| {
            let needs = [Site::Par, Site::Token, Site::Refresh, Site::Resource];
            site(exchange).is_some_and(|site| needs.contains(&site))
        })
    }

    /// The commands of a part, in order, those aside that only look what is left afterwards.
    pub fn commands(self, part: &Part) -> impl Iterator<Item = &'a Exchange> + use<'a> {
        let part = part.clone();
        self.exchanges.iter().filter(move |exchange| {
            exchange.part == part
                && exchange.action == Action::Driver
                && !exchange.facts.contains_key("note")
        })
    }

    /// Where the browser was sent back to the client.
    pub fn callbacks(self, part: &Part) -> impl Iterator<Item = &'a Exchange> + use<'a> {
        let part = part.clone();
        self.exchanges.iter().filter(move |e| e.part == part && site(e) == Some(Site::Callback))
    }

    /// The last command of a kind in a part.
    pub fn command(self, part: &Part, step: Step) -> Option<&'a Exchange> {
        self.commands(part).filter(|exchange| step_of(exchange) == Some(step)).last()
    }

    /// The last command of a part: where the client stopped, or what it carried out last.
    fn end(self, part: &Part) -> Option<&'a Exchange> {
        self.commands(part).last()
    }

    /// Why nothing can be said, where a control was not carried out.
    pub fn unusable(self) -> Option<Outcome> {
        let parts =
            [(Part::Control, "the control"), (Part::ControlAgain, "the control afterwards")];
        let missing = parts.iter().find(|(part, _)| {
            let is_walk = self.commands(&Part::Faulted).next().is_some();
            self.end(part).is_none() && (*part == Part::Control || is_walk)
        });
        if let Some((_, name)) = missing {
            return Some(Outcome::unclear(format!("{name} was not played"), "run it again"));
        }
        parts.iter().find_map(|(part, name)| self.broken_control(part, name))
    }

    fn broken_control(self, part: &Part, name: &str) -> Option<Outcome> {
        let unclear = |why: String| {
            let unblock = "the client has to log in to the correct network first";
            Some(Outcome::unclear(format!("{name}: {why}"), unblock))
        };
        for command in self.commands(part) {
            let step = step_of(command)?;
            match said(command) {
                Said::Done => {}
                Said::Skipped => {
                    return Some(Outcome::not_offered(
                        format!("a client that can do {step}"),
                        "the driver skips this command",
                    ));
                }
                other => return unclear(format!("{step} {}", in_words(other, command))),
            }
            if let Some(missing) = self.unproven(part, step) {
                return unclear(format!("the driver says that {step} was done, but {missing}"));
            }
        }
        None
    }

    /// What is not on the wire although the driver says that a step was carried out.
    fn unproven(self, part: &Part, step: Step) -> Option<&'static str> {
        let answered = |wanted: Site| {
            self.at(part, wanted).any(|e| e.status().is_some_and(|s| (200..300).contains(&s)))
        };
        let called_back = self.callbacks(part).any(|e| e.status() == Some(303));
        match step {
            Step::Start if !answered(Site::Par) => Some("no request was pushed"),
            Step::Callback if !called_back => Some("its URL leads to no authorization"),
            Step::Callback if !answered(Site::Token) => Some("no code was exchanged"),
            Step::Request if !answered(Site::Resource) => Some("nothing was asked of the PDS"),
            Step::Refresh if !answered(Site::Refresh) => Some("nothing was refreshed"),
            _ => None,
        }
    }

    /// The first answer in the faulted part that was changed.
    pub fn twisted(self) -> Option<&'a Exchange> {
        self.exchanges.iter().find(|e| e.part == Part::Faulted && is_twisted(e))
    }

    fn refused_at(self, case: &Case, wanted: Step) -> Outcome {
        let expected = format!("the client stops at {wanted}");
        let Some(last) = self.end(&Part::Faulted) else {
            return Outcome::unclear("the client was not led through its steps", "run it again");
        };
        let (Some(step), said) = (step_of(last), said(last)) else {
            return Outcome::unclear("the record has a command without a step", "report this bug");
        };
        match said {
            Said::Skipped => {
                return Outcome::not_offered(
                    format!("a client that can do {step}"),
                    "the driver skips this command",
                );
            }
            Said::Failed("person", detail) => return ended(step, detail),
            Said::Failed(kind @ ("garbage" | "flood" | "start"), detail) => {
                return Outcome::unclear(
                    format!("the driver breaks its contract at {step} ({kind}): {detail}"),
                    "mend the driver",
                );
            }
            _ => {}
        }
        let went_on = step > wanted || (step == wanted && said == Said::Done);
        let felt = self.twisted().or_else(|| self.told_only(case));
        if went_on && felt.is_none() {
            return never_asked();
        }
        if went_on {
            let observed = match said {
                Said::Done => format!("it went on: {step} was carried out"),
                said => format!("it went on, and stopped late: {step} {}", in_words(said, last)),
            };
            return Outcome::violated(expected, observed, felt.unwrap_or(last));
        }
        if step < wanted {
            let why = format!("it stopped early: {step} {}", in_words(said, last));
            return Outcome::unclear(why, "a refusal counts at the step of the fault only");
        }
        let Some(twisted) = felt else {
            return Outcome::unclear(
                format!("it stopped at {step}, but never asked for what was changed"),
                "nothing follows from that",
            );
        };
        if let Some((used, what)) = self.used(twisted) {
            return Outcome::violated(expected, format!("the driver says so, but {what}"), used);
        }
        match said {
            Said::Failed(kind, detail) => Outcome::Broken {
                degree: crate::model::Degree::WrongAnswer,
                expected: format!("{expected}, and says so"),
                observed: format!("a {kind}: {detail}"),
                at: Some(last.id.clone()),
            },
            said => Outcome::kept(format!("{step} {}", in_words(said, last))),
        }
    }

    /// For cases whose fault lies in what happens, and not in an answer.
    fn told_only(self, case: &Case) -> Option<&'a Exchange> {
        let is_told = matches!(case.edit, Edit::Story(_) | Edit::Layout(..));
        is_told.then(|| self.commands(&Part::Faulted).next()).flatten()
    }

    /// What of the changed answer was used after it.
    fn used(self, twisted: &Exchange) -> Option<(&'a Exchange, &'static str)> {
        let is_honest = |e: &Exchange| e.facts.get("note") == Some(&Value::from("before"));
        // A callback that is handed over twice is a good one the first time.
        let place = self
            .exchanges
            .iter()
            .rposition(|e| e.id == twisted.id || (e.part == Part::Faulted && is_honest(e)))?;
        let after = || {
            let later = self.exchanges.iter().skip(place + 1);
            later.filter(|e| e.part == Part::Faulted && e.action != Action::Driver)
        };
        let pushed = |e: &&Exchange| site(e) == Some(Site::Par) && e.action != Action::Preflight;
        let exchanged =
            |e: &&Exchange| site(e) == Some(Site::Token) && e.action != Action::Preflight;
        let to_other = self.to_other(&Part::Faulted);
        if let Some(exchange) = to_other {
            return Some((exchange, "credentials or parameters went to the other server"));
        }
        match site(twisted)? {
            site if site.is_discovery() && step_of(twisted) == Some(Step::Start) => {
                after().find(pushed).map(|e| (e, "a request was pushed afterwards"))
            }
            Site::Connection => {
                let place = format!("{}/", twisted.request.url);
                let sent = after().find(|e| e.request.url.starts_with(&place));
                sent.map(|e| (e, "a request was sent over that connection"))
            }
            Site::Callback => {
                after().find(exchanged).map(|e| (e, "a code was exchanged afterwards"))
            }
            Site::Token | Site::Refresh => {
                let names = ["access_token", "refresh_token"]
                    .map(|name| twisted.response().and_then(|response| response.member(name)));
                let names: Vec<String> =
                    names.iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect();
                // A token that is given back to be revoked is not used.
                let uses = |e: &&Exchange| {
                    site(e) != Some(Site::Revocation) && names.iter().any(|name| holds(e, name))
                };
                after().find(uses).map(|e| (e, "a token of the answer was used afterwards"))
            }
            _ => {
                let tokens = self.tokens_of(&Part::Faulted);
                let uses = |e: &&Exchange| {
                    site(e) == Some(Site::Resource) && tokens.iter().any(|name| holds(e, name))
                };
                let at_callback = step_of(twisted) == Some(Step::Callback);
                let used = after().filter(|_| at_callback).find(uses);
                used.map(|e| (e, "a token of the login was used afterwards"))
            }
        }
    }

    /// Names of the access tokens that were given in a part.
    fn tokens_of(self, part: &Part) -> Vec<String> {
        let answers =
            self.at(part, Site::Token).filter_map(|e| e.response()?.member("access_token"));
        answers.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    }

    /// A request to the other server that gives something away: looking at its documents does not.
    pub fn to_other(self, part: &Part) -> Option<&'a Exchange> {
        self.requests(part).find(|exchange| {
            let request = &exchange.request;
            let tells = request.method != "GET" && request.method != "HEAD"
                || ["authorization", "dpop"].iter().any(|name| request.header(name).is_some());
            exchange.facts.get("role") == Some(&Value::from("other")) && tells
        })
    }

    fn completes(self, case: &Case) -> Outcome {
        let stopped = self.commands(&Part::Faulted).find(|command| said(command) != Said::Done);
        let Some(last) = stopped.or_else(|| self.end(&Part::Faulted)) else {
            return Outcome::unclear("the client was not led through its steps", "run it again");
        };
        let felt = self.twisted().is_some() || case.edit.twists().is_empty();
        let step = step_of(last).unwrap_or(Step::Init);
        match said(last) {
            Said::Done => {
                let whole = self.commands(&Part::Control).count();
                if self.commands(&Part::Faulted).count() < whole {
                    let observed = format!("after {step} its URL leads to no authorization");
                    return Outcome::violated("the client goes on", observed, last);
                }
                if let Some(missing) = self.unproven(&Part::Faulted, step) {
                    let why = format!("the driver says that {step} was done, but {missing}");
                    return Outcome::unclear(why, "mend the driver");
                }
                if !felt {
                    return never_asked();
                }
                Outcome::kept(format!("it went on to {step}"))
            }
            Said::Skipped => Outcome::not_offered(
                format!("a client that can do {step}"),
                "the driver skips this command",
            ),
            Said::Failed("person", detail) => ended(step, detail),
            Said::Failed(kind @ ("garbage" | "flood" | "start"), detail) => Outcome::unclear(
                format!("the driver breaks its contract at {step} ({kind}): {detail}"),
                "mend the driver",
            ),
            _ if !felt => {
                let why = format!("{step} {}, before what was changed", in_words(said(last), last));
                Outcome::unclear(why, "nothing follows from that")
            }
            said => {
                let observed = format!("{step} {}", in_words(said, last));
                Outcome::violated("the client goes on, as without the change", observed, last)
            }
        }
    }
}

/// The client went another way, which is its right.
fn never_asked() -> Outcome {
    Outcome::not_offered(
        "a client that asks for what was changed",
        "it went on without, and nothing follows from that",
    )
}

/// A person who led the client did not go on, which says nothing of the client.
fn ended(step: Step, detail: &str) -> Outcome {
    Outcome::unclear(format!("{step} was not brought to its end: {detail}"), "run it again")
}

/// What an answer to the client was about.
pub fn site(exchange: &Exchange) -> Option<Site> {
    let name = exchange.facts.get("site")?.as_str()?;
    Site::ALL.into_iter().find(|site| site.name() == name)
}

/// The step that the client was at.
pub fn step_of(exchange: &Exchange) -> Option<Step> {
    let name = exchange.facts.get("step")?.as_str()?;
    Step::ALL.into_iter().find(|step| step.command() == name)
}

/// Whether an answer was changed.
pub fn is_twisted(exchange: &Exchange) -> bool {
    exchange.facts.get("twisted") == Some(&Value::Bool(true))
}

/// What became of a command.
pub fn said(command: &Exchange) -> Said<'_> {
    match &command.answer {
        Answer::Failure { kind, detail } => Said::Failed(kind, detail),
        Answer::Response(response) => {
            let flag = |name: &str| response.member(name) == Some(Value::Bool(true));
            // An answer of the resource other than 2xx is no success, whoever reports it.
            let status = response.member("status").and_then(|status| status.as_u64());
            let failed = status.is_some_and(|status| !(200..300).contains(&status));
            match (flag("ok"), flag("skip")) {
                (true, _) if step_of(command) == Some(Step::Request) && failed => Said::Refused,
                (true, _) => Said::Done,
                (false, true) => Said::Skipped,
                (false, false) => Said::Refused,
            }
        }
    }
}

/// A parameter of a request of the client, in a form or a JSON object, or else in the query.
pub fn parameter(exchange: &Exchange, name: &str) -> Option<String> {
    parameters(exchange).remove(name)
}

/// The parameters of a request of the client; of a repeated one, the first.
pub fn parameters(exchange: &Exchange) -> BTreeMap<String, String> {
    let body = exchange.request.body.text();
    let mut all = BTreeMap::new();
    let pairs = match serde_json::from_str(body) {
        Ok(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, value.as_str().map_or(value.to_string(), str::to_owned)))
            .collect(),
        _ => form::parse(body.as_bytes()).0,
    };
    for (name, value) in pairs.into_iter().chain(form::query_pairs(&exchange.request.url)) {
        all.entry(name).or_insert(value);
    }
    all
}

/// Header and claims of the DPoP proof of a request, whatever they are.
pub fn proof(exchange: &Exchange) -> Option<(Value, Value)> {
    jws::decode_unverified(exchange.request.header("dpop")?)
}

/// Whether a request holds a value, such as the name of a token.
fn holds(exchange: &Exchange, value: &str) -> bool {
    let request = &exchange.request;
    let in_headers = request.headers.iter().any(|(_, field)| field.contains(value));
    let body = request.body.text();
    let encoded = form::percent_encode(value);
    in_headers || body.contains(value) || body.contains(&encoded) || request.url.contains(value)
}

fn in_words(said: Said<'_>, command: &Exchange) -> String {
    match said {
        Said::Done => "was carried out".to_owned(),
        Said::Skipped => "was skipped".to_owned(),
        Said::Failed("person", detail) => format!("was not brought to its end: {detail}"),
        Said::Failed(kind, detail) => format!("ended with a {kind}: {detail}"),
        Said::Refused => match reasons(command) {
            Some(reasons) => format!("was refused: {reasons}"),
            None => "was refused".to_owned(),
        },
    }
}

/// The error texts of the client, which are shown and never matched.
fn reasons(command: &Exchange) -> Option<String> {
    let error = command.response()?.member("error");
    let texts: Vec<String> = match error? {
        Value::Array(texts) => {
            texts.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
        }
        Value::String(text) => vec![text],
        _ => return None,
    };
    let text = texts.join(", because: ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = text.chars().take(LONGEST_REASON).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    (!short.is_empty()).then_some(short)
}

/// How much of the texts of a client is shown, in characters.
const LONGEST_REASON: usize = 240;
