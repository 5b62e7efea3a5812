//! Where the nonces in the proofs of a client come from.

use std::collections::BTreeMap;

use atproof_engine::judge::{Wire, proof, site, step_of};
use atproof_engine::model::{Outcome, Site, Transcript};
use atproof_protocol::oauth::challenge;
use atproof_protocol::record::{Action, Exchange, Part, Response};

use crate::client::proofs::nothing;
use crate::client::values::{each, thumbprint};

/// The nonces that a server has given, the newest last.
#[derive(Default)]
struct Given {
    /// All of them, with the key of the proof that each answered.
    nonces: Vec<(String, Option<String>)>,
}

impl Given {
    fn has(&self, nonce: &str) -> bool {
        self.nonces.iter().any(|(given, _)| given == nonce)
    }

    /// Whether it was given to this key.
    fn has_for(&self, nonce: &str, key: Option<&str>) -> bool {
        self.nonces.iter().any(|(given, to)| given == nonce && to.as_deref() == key)
    }

    /// The newest of all, and the newest for this key.
    fn newest(&self, key: Option<&str>) -> [Option<&str>; 2] {
        let own = self.nonces.iter().rfind(|(_, to)| to.as_deref() == key);
        [self.nonces.last(), own].map(|given| given.map(|(nonce, _)| nonce.as_str()))
    }
}

/// A request with a proof, and what was known when it was sent.
struct Sent<'s> {
    exchange: &'s Exchange,
    nonce: Option<String>,
    key: Option<String>,
    /// What its own server had given.
    own: &'s Given,
    /// What all servers had given.
    all: &'s BTreeMap<String, Given>,
}

/// Asks the same of every request with a proof in a part.
fn every(
    transcript: &Transcript<'_>,
    part: &Part,
    expected: &str,
    wrong: impl Fn(&Sent<'_>) -> Option<String>,
) -> Outcome {
    let mut all: BTreeMap<String, Given> = BTreeMap::new();
    let mut count = 0;
    let none = Given::default();
    for exchange in Wire::new(transcript).requests(part) {
        let server = origin(&exchange.request.url).to_owned();
        let key = thumbprint(exchange);
        if let Some((_, claims)) = proof(exchange) {
            let nonce = claims.get("nonce").and_then(|nonce| nonce.as_str()).map(str::to_owned);
            let own = all.get(&server).unwrap_or(&none);
            let sent = Sent { exchange, nonce, key: key.clone(), own, all: &all };
            if let Some(observed) = wrong(&sent) {
                return Outcome::violated(expected, observed, sent.exchange);
            }
            count += 1;
        }
        let given = exchange.response().and_then(|response| response.header("dpop-nonce"));
        if let Some(nonce) = given.filter(|nonce| !nonce.is_empty()) {
            all.entry(server).or_default().nonces.push((nonce.to_owned(), key));
        }
    }
    match count {
        0 => nothing("no proof"),
        _ => Outcome::kept(format!("{expected}, in {count} proofs")),
    }
}

/// Once a server has given a nonce, the proofs for it have one.
pub(super) fn is_carried(transcript: &Transcript<'_>) -> Outcome {
    every(transcript, &Part::Control, "a nonce, once there is one", lacks_nonce)
}

/// After an answer of the resource without a nonce, proofs have the one from before.
pub(super) fn is_remembered(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let silent = wire.twisted().map(|exchange| &exchange.id);
    let mut later = wire.at(&Part::Faulted, Site::Resource);
    if !later.any(|e| Some(&e.id) == silent) || later.next().is_none() {
        return Outcome::not_offered(
            "a client that asks the resource again",
            "it ended there, and nothing follows from that",
        );
    }
    every(transcript, &Part::Faulted, "the nonce from before", |sent| {
        lacks_nonce(sent).filter(|_| site(sent.exchange) == Some(Site::Resource))
    })
}

fn lacks_nonce(sent: &Sent<'_>) -> Option<String> {
    let is_due = sent.own.newest(sent.key.as_deref())[1].is_some();
    (is_due && sent.nonce.is_none()).then(|| "none".to_owned())
}

/// The nonce is the newest that the server has given.
pub(super) fn is_newest(transcript: &Transcript<'_>) -> Outcome {
    every(transcript, &Part::Control, "the newest nonce of the server", |sent| {
        let nonce = sent.nonce.as_deref()?;
        let newest = sent.own.newest(sent.key.as_deref());
        let is_old = sent.own.has_for(nonce, sent.key.as_deref()) && !newest.contains(&Some(nonce));
        is_old.then(|| format!("the older `{nonce}`"))
    })
}

/// The nonce is one that some server has given, as it was.
pub(super) fn is_exact(transcript: &Transcript<'_>) -> Outcome {
    every(transcript, &Part::Control, "a nonce as it was given", |sent| {
        let nonce = sent.nonce.as_deref()?;
        let is_known = sent.all.values().any(|given| given.has(nonce));
        (!is_known).then(|| format!("`{nonce}`, which nobody gave"))
    })
}

/// The nonce is not that of another server.
pub(super) fn is_of_server(transcript: &Transcript<'_>) -> Outcome {
    every(transcript, &Part::Control, "a nonce of this server", |sent| {
        let nonce = sent.nonce.as_deref()?;
        let giver = sent.all.iter().find(|(_, given)| given.has(nonce));
        let (giver, _) = giver.filter(|_| !sent.own.has(nonce))?;
        Some(format!("`{nonce}` of {giver}"))
    })
}

/// The nonce is not that of another session.
pub(super) fn is_of_session(transcript: &Transcript<'_>) -> Outcome {
    every(transcript, &Part::Control, "a nonce of this session", |sent| {
        let nonce = sent.nonce.as_deref()?;
        let is_of_other = sent.own.has(nonce) && !sent.own.has_for(nonce, sent.key.as_deref());
        is_of_other.then(|| format!("`{nonce}`, given to the key of another login"))
    })
}

/// After a demand with a nonce, the request comes again with that nonce, before the command ends.
pub(super) fn is_obeyed(transcript: &Transcript<'_>, at: Site) -> Outcome {
    let all = transcript.exchanges;
    let demanding = Wire::new(transcript).at(&Part::Control, at);
    let demanding = demanding.filter(|e| e.response().is_some_and(demands));
    each(demanding, "another attempt", |exchange| {
        let nonce = exchange.response()?.header("dpop-nonce")?;
        let place = all.iter().position(|e| e.id == exchange.id)?;
        let after = all.iter().skip(place + 1).take_while(|e| e.action != Action::Driver);
        let mut attempts = after.filter(|e| site(e) == Some(at)).filter_map(proof);
        let again = attempts.any(|(_, claims)| claims.get("nonce").is_some_and(|n| n == nonce));
        (!again).then(|| "no request with the nonce of the demand".to_owned())
    })
}

/// Whether an answer asks for a nonce (RFC 9449, sections 8 and 9).
fn demands(response: &Response) -> bool {
    let code = "use_dpop_nonce";
    match response.status {
        400 => response.member("error").is_some_and(|error| error == code),
        401 => {
            let fields = response.headers.iter();
            let fields = fields.filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
            let values: Vec<&[u8]> = fields.map(|(_, value)| value.as_bytes()).collect();
            let (challenges, _) = challenge::parse(&values);
            challenges.iter().any(|c| c.is("DPoP") && c.param("error") == Some(code))
        }
        _ => false,
    }
}

/// The client does not try again at the site of the changed answer in the same step.
pub(super) fn is_left_alone(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return nothing("no such answer") };
    let Some(at) = site(twisted) else { return nothing("no such answer") };
    let same = |e: &&Exchange| {
        let field = |e: &Exchange| e.request.header("authorization").map(str::to_owned);
        step_of(e) == step_of(twisted) && field(e) == field(twisted)
    };
    let later = wire.at(&Part::Faulted, at).skip_while(|e| e.id != twisted.id).skip(1);
    match later.into_iter().find(same) {
        Some(again) => Outcome::violated("no further attempt", "the request again", again),
        None => Outcome::kept("one attempt"),
    }
}

fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?', '#']));
    end.and_then(|end| url.get(..start + end)).unwrap_or(url)
}
