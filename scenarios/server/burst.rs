//! Bursts: requests that were sent at the same moment, and what may be said of them.
//!
//! A race is judged by what repeated bursts have shown, never by one of them. That something was
//! not seen does not prove that it cannot be, and the words say so.

use std::collections::{BTreeMap, BTreeSet};

use atproof_engine::judge::{describe, is_accepted, refusal_of};
use atproof_engine::model::{Degree, Outcome, Transcript};
use atproof_protocol::record::{Exchange, Part};

use crate::server::seen;

/// Requests that were sent at the same moment.
pub(crate) struct Burst<'a> {
    /// The exchanges, in the order in which the requests were made.
    pub(crate) exchanges: Vec<&'a Exchange>,
}

impl<'a> Burst<'a> {
    /// The exchanges that were accepted.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = &'a Exchange> {
        self.exchanges.iter().copied().filter(|exchange| is_accepted(exchange))
    }

    /// Distinct values of a member of the accepted answers.
    pub(crate) fn values(&self, member: &str) -> BTreeSet<String> {
        let values = self
            .accepted()
            .filter_map(|exchange| Some(exchange.response()?.member(member)?.as_str()?.to_owned()));
        values.collect()
    }

    /// A failure of the way there, a limit or a demand for a nonce: then fewer requests met than
    /// were sent.
    fn counts(&self) -> bool {
        self.exchanges.iter().all(|exchange| {
            exchange.response().is_some_and(|response| {
                !matches!(response.status, 429 | 502..=504) && !is_demand(exchange)
            })
        })
    }
}

/// The name of a step of this kind.
pub(crate) fn step(kind: &str, number: usize) -> String {
    format!("{kind} {number}")
}

/// The bursts of a kind, in order, whether they count or not.
pub(crate) fn bursts<'a>(transcript: &Transcript<'a>, kind: &str) -> Vec<Burst<'a>> {
    let mut bursts: BTreeMap<usize, Vec<&Exchange>> = BTreeMap::new();
    for exchange in transcript.exchanges.iter().filter(|exchange| !exchange.superseded) {
        if let Part::Step(name) = &exchange.part
            && let Some((first, number)) = name.rsplit_once(' ')
            && let (true, Ok(number)) = (first == kind, number.parse())
        {
            bursts.entry(number).or_default().push(exchange);
        }
    }
    bursts.into_values().map(|exchanges| Burst { exchanges }).collect()
}

/// The bursts of a kind that count; unclear where none does.
pub(crate) fn counted<'a>(
    transcript: &Transcript<'a>,
    kind: &str,
) -> Result<Vec<Burst<'a>>, Outcome> {
    let sent = bursts(transcript, kind);
    let example = sent.iter().find(|burst| !burst.counts());
    let example = example.and_then(|burst| burst.exchanges.last()).map(|last| describe(last));
    let counted: Vec<Burst<'_>> = sent.into_iter().filter(Burst::counts).collect();
    if counted.is_empty() {
        let why = example.map_or_else(
            || "no burst was sent".to_owned(),
            |last| {
                format!("limits, demands for a nonce or failures in each burst, such as: {last}")
            },
        );
        return Err(Outcome::unclear(why, "lift limits of rate for the test"));
    }
    Ok(counted)
}

/// `10 bursts of 4: 1 accepted in 9, 0 accepted in 1`.
pub(crate) fn tally(bursts: &[Burst<'_>]) -> String {
    let mut by_count: BTreeMap<usize, usize> = BTreeMap::new();
    for burst in bursts {
        *by_count.entry(burst.accepted().count()).or_default() += 1;
    }
    let size = bursts.iter().map(|burst| burst.exchanges.len()).max().unwrap_or_default();
    let counts: Vec<String> = by_count
        .iter()
        .rev()
        .map(|(count, times)| format!("{count} accepted in {times}"))
        .collect();
    format!("{} of {size}: {}", number(bursts.len()), counts.join(", "))
}

fn number(bursts: usize) -> String {
    format!("{bursts} burst{}", if bursts == 1 { "" } else { "s" })
}

/// At most one request of each burst was accepted. Where all were refused the rule is kept too,
/// which costs users of that server more than it asks for.
pub(crate) fn at_most_one(transcript: &Transcript<'_>, kind: &str, distinct: &str) -> Outcome {
    seen::judged((|| {
        let bursts = counted(transcript, kind)?;
        let several = |burst: &&Burst<'_>| {
            burst.accepted().count() > 1
                && (distinct.is_empty() || burst.values(distinct).len() > 1)
        };
        if let Some(at) = bursts.iter().find(several).and_then(|burst| burst.accepted().last()) {
            return Ok(Outcome::violated("at most one accepted in a burst", tally(&bursts), at));
        }
        let exchanges = || bursts.iter().flat_map(|burst| &burst.exchanges);
        let broke_down = exchanges().all(|exchange| exchange.status().is_some_and(|s| s >= 500));
        if broke_down {
            let why = format!("{}; errors of the server", tally(&bursts));
            return Err(Outcome::unclear(why, "see whether the server survives bursts"));
        }
        Ok(Outcome::kept(format!("{}; more than one was not seen", tally(&bursts))))
    })())
}

/// Every request of each burst was accepted. An error of the server is no refusal, though it helps
/// nobody.
pub(crate) fn each_one(transcript: &Transcript<'_>, kind: &str) -> Outcome {
    seen::judged((|| {
        let bursts = counted(transcript, kind)?;
        let refused: Vec<_> =
            bursts.iter().flat_map(|b| &b.exchanges).filter(|e| !is_accepted(e)).collect();
        let is_error = |exchange: &&&Exchange| exchange.status().is_some_and(|s| s >= 500);
        let Some(at) = refused.iter().find(|e| !is_error(e)).or(refused.first()) else {
            return Ok(Outcome::kept(tally(&bursts)));
        };
        Ok(Outcome::Broken {
            degree: if is_error(at) { Degree::WrongAnswer } else { Degree::Violated },
            expected: "each request accepted, for each is right by itself".to_owned(),
            observed: format!("{}; {}", tally(&bursts), describe(at)),
            at: Some(at.id.clone()),
        })
    })())
}

/// No request of a burst was answered with an error of the server.
pub(crate) fn no_server_error(transcript: &Transcript<'_>, kind: &str) -> Outcome {
    seen::judged((|| {
        let bursts = counted(transcript, kind)?;
        let is_error = |exchange: &&&Exchange| exchange.status().is_some_and(|s| s >= 500);
        let failed: Vec<_> = bursts.iter().flat_map(|b| &b.exchanges).filter(is_error).collect();
        Ok(match failed.first() {
            Some(at) => Outcome::Broken {
                degree: Degree::WrongAnswer,
                expected: "those that come too late refused with 4xx".to_owned(),
                observed: format!("{}; {} {}", tally(&bursts), failed.len(), describe(at)),
                at: Some(at.id.clone()),
            },
            None => Outcome::kept(format!("{}; no error of the server", tally(&bursts))),
        })
    })())
}

/// A nonce that is good is good for more than one of the requests of a burst.
pub(crate) fn shares_nonce(transcript: &Transcript<'_>, kind: &str) -> Outcome {
    let sent = bursts(transcript, kind);
    let answered: Vec<Burst<'_>> = sent
        .into_iter()
        .filter(|burst| burst.exchanges.iter().all(|e| is_accepted(e) || is_demand(e)))
        .collect();
    let most = answered.iter().map(|burst| burst.accepted().count()).max();
    let demand = answered.iter().flat_map(|b| &b.exchanges).find(|e| is_demand(e));
    match (most, demand) {
        (None, _) => Outcome::unclear(
            "other refusals in each burst",
            "accept correct requests that come at once",
        ),
        (Some(0 | 1), Some(at)) => Outcome::violated(
            "more than one accepted in a burst with one nonce",
            format!("{}, a nonce demanded of the others", tally(&answered)),
            at,
        ),
        _ => Outcome::kept(tally(&answered)),
    }
}

/// Whether an answer wants another nonce.
fn is_demand(exchange: &Exchange) -> bool {
    refusal_of(exchange).is_some_and(|(_, errors)| errors.iter().any(|e| e == "use_dpop_nonce"))
}
