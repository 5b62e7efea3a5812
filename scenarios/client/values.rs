//! What can be asked of the values that a client draws at random, over several logins.

use std::collections::{BTreeMap, BTreeSet};

use atproof_engine::judge::{Wire, parameter, proof, site, step_of};
use atproof_engine::model::{Degree, Outcome, Site, Step, Transcript};
use atproof_protocol::jwk::PublicJwk;
use atproof_protocol::record::{Action, Exchange, Part};

use crate::client::proofs::nothing;

/// What is left of a value beside what it shares with the others has at least so many bits, if
/// nobody shall guess it. A value with the time in it shares some digits by accident.
const FEWEST_BITS: f64 = 64.0;

/// With fewer bits than this, two of a million proofs are as likely as not to have the same `jti`.
const FEWEST_BITS_OF_JTI: f64 = 40.0;

/// Fewest different characters of a random text of 43 characters.
const FEWEST_CHARACTERS: u64 = 8;

/// Judges each of these requests alike.
pub(super) fn each<'a>(
    requests: impl IntoIterator<Item = &'a Exchange>,
    expected: &str,
    wrong: impl Fn(&'a Exchange) -> Option<String>,
) -> Outcome {
    let mut count = 0;
    for exchange in requests {
        if let Some(observed) = wrong(exchange) {
            return Outcome::violated(expected, observed, exchange);
        }
        count += 1;
    }
    match count {
        0 => nothing("no such request"),
        1 => Outcome::kept(expected),
        count => Outcome::kept(format!("{expected}, in {count} requests")),
    }
}

/// The exchanges of each honest login, with all that follows it.
pub(super) fn logins<'a>(transcript: &Transcript<'a>) -> Vec<Vec<&'a Exchange>> {
    let mut logins: Vec<Vec<&Exchange>> = Vec::new();
    let mut before = None;
    let own = |e: &&Exchange| e.part == Part::Control && e.action != Action::Preflight;
    for exchange in transcript.exchanges.iter().filter(own) {
        let step = step_of(exchange);
        if step == Some(Step::Start) && before != step {
            logins.push(Vec::new());
        }
        before = step;
        if let Some(login) = logins.last_mut() {
            login.push(exchange);
        }
    }
    logins
}

/// The first pair of a pushed request and a later request of the same login that do not agree.
pub(super) fn agrees(
    transcript: &Transcript<'_>,
    later: &[Site],
    expected: &str,
    wrong: impl Fn(&Exchange, &Exchange) -> Option<String>,
) -> Outcome {
    let mut count = 0;
    for login in logins(transcript) {
        let Some(pushed) = login.iter().rfind(|e| site(e) == Some(Site::Par)) else { continue };
        for exchange in login.iter().filter(|e| site(e).is_some_and(|s| later.contains(&s))) {
            if let Some(observed) = wrong(pushed, exchange) {
                return Outcome::violated(expected, observed, exchange);
            }
            count += 1;
        }
    }
    match count {
        0 => nothing("no such request"),
        _ => Outcome::kept(expected),
    }
}

/// Thumbprint of the key of the proof of a request.
pub(super) fn thumbprint(exchange: &Exchange) -> Option<String> {
    let (header, _) = proof(exchange)?;
    Some(PublicJwk::public_part(header.get("jwk")?).ok()?.thumbprint())
}

/// Proofs are made with the key of the pushed request.
pub(super) fn keeps_key(transcript: &Transcript<'_>, later: &[Site]) -> Outcome {
    agrees(transcript, later, "the key of the pushed request", |pushed, exchange| {
        let (before, now) = (thumbprint(pushed)?, thumbprint(exchange)?);
        (before != now).then(|| format!("the key {now}, not {before}"))
    })
}

/// Every login has a key of its own.
pub(super) fn has_key_of_its_own(transcript: &Transcript<'_>) -> Outcome {
    let mut known = BTreeSet::new();
    let logins = logins(transcript);
    let count = logins.len();
    for login in logins {
        // The session of a login before may still be in use, or be ended, beside it.
        let pushed = login.iter().filter(|exchange| site(exchange) == Some(Site::Par));
        let keys: BTreeMap<String, &Exchange> =
            pushed.filter_map(|exchange| Some((thumbprint(exchange)?, *exchange))).collect();
        for (key, exchange) in &keys {
            if known.contains(key) {
                let observed = format!("the key {key} of a login before");
                return Outcome::violated("a new key for every login", observed, exchange);
            }
        }
        known.extend(keys.into_keys());
    }
    match (known.len(), count) {
        (0, _) => nothing("no proof"),
        (_, ..=1) => nothing("only one login"),
        _ => Outcome::kept("another key every time"),
    }
}

/// Most random bits that the values can have, and the last of them.
fn room<'a, 'v>(values: &'v [(String, &'a Exchange)]) -> Option<(f64, &'v str, &'a Exchange)> {
    let different: BTreeSet<&str> = values.iter().map(|(value, _)| value.as_str()).collect();
    let (value, exchange) = values.last()?;
    let bits = if different.len() > 1 { own_bits(&different) } else { bits(value) };
    Some((bits, value, exchange))
}

/// What was seen of values that have no more room than this.
fn at_most(bits: f64, value: &str) -> String {
    format!("`{value}`, at most {bits:.0} bits beside what it shares with others")
}

/// The `jti` of every proof. The text calls 96 bits enough and names no least number: far below
/// that values do repeat, in between they may.
pub(super) fn jti_is_random(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let values: Vec<(String, &Exchange)> = wire
        .proven(&Part::Control)
        .filter_map(|exchange| {
            Some((proof(exchange)?.1.get("jti")?.as_str()?.to_owned(), exchange))
        })
        .collect();
    let Some((bits, value, exchange)) = room(&values) else { return nothing("no jti") };
    if bits >= FEWEST_BITS {
        return Outcome::kept(format!("room for {bits:.0} bits"));
    }
    let degree = match bits < FEWEST_BITS_OF_JTI {
        true => Degree::Violated,
        false => Degree::WrongAnswer,
    };
    Outcome::Broken {
        degree,
        expected: "a jti that never comes again, as with 96 random bits".to_owned(),
        observed: at_most(bits, value),
        at: Some(exchange.id.clone()),
    }
}

/// The parameter of every pushed request.
pub(super) fn pushed_is_random(transcript: &Transcript<'_>, name: &str) -> Outcome {
    let pushed = Wire::new(transcript).at(&Part::Control, Site::Par);
    let values: Vec<(String, &Exchange)> =
        pushed.filter_map(|exchange| Some((parameter(exchange, name)?, exchange))).collect();
    let Some((bits, value, exchange)) = room(&values) else {
        return nothing(&format!("no {name}"));
    };
    if bits >= FEWEST_BITS {
        return Outcome::kept(format!("room for {bits:.0} bits"));
    }
    let expected = format!("a {name} of at least {FEWEST_BITS} random bits");
    Outcome::violated(expected, at_most(bits, value), exchange)
}

/// A verifier is not made of a few characters.
pub(super) fn verifier_is_random(transcript: &Transcript<'_>) -> Outcome {
    let sent = Wire::new(transcript).at(&Part::Control, Site::Token);
    let sent = sent.filter(|e| e.facts.contains_key("verifier_characters"));
    each(sent, "a random verifier", |exchange| {
        let count = exchange.facts.get("verifier_characters")?.as_u64()?;
        (count < FEWEST_CHARACTERS).then(|| format!("one of {count} different characters"))
    })
}

/// Most bits that the shortest value has beside what all begin and end with.
fn own_bits(values: &BTreeSet<&str>) -> f64 {
    let shared = |reversed: bool| {
        let letters = |value: &str| -> Vec<char> {
            match reversed {
                true => value.chars().rev().collect(),
                false => value.chars().collect(),
            }
        };
        let all: Vec<Vec<char>> = values.iter().map(|value| letters(value)).collect();
        let first = all.first().cloned().unwrap_or_default();
        first
            .iter()
            .enumerate()
            .take_while(|(at, letter)| all.iter().all(|value| value.get(*at) == Some(letter)))
            .count()
    };
    let (before, after) = (shared(false), shared(true));
    let own = values.iter().map(|value| {
        let end = value.chars().count().saturating_sub(after);
        bits(&value.chars().take(end).skip(before).collect::<String>())
    });
    own.fold(f64::INFINITY, f64::min)
}

/// Most bits of a text: as many as its letters, drawn from the smallest usual alphabet, can hold.
fn bits(text: &str) -> f64 {
    let all = |allowed: fn(char) -> bool| text.chars().all(allowed);
    let each = if all(|c| c.is_ascii_digit()) {
        std::f64::consts::LOG2_10
    } else if all(|c| c.is_ascii_hexdigit() || c == '-') {
        4.0
    } else if all(|c| c.is_ascii_digit() || c.is_ascii_lowercase()) {
        // 36 letters, as numbers are often written.
        5.17
    } else {
        6.0
    };
    let letters = u32::try_from(text.chars().filter(|c| *c != '-').count()).unwrap_or(u32::MAX);
    f64::from(letters) * each
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_values_share_is_not_random() {
        for (values, is_enough) in [
            (["9f86d081-884c-4d65-9a2f-eaa0c55ad015", "4e07408562bedb8b60ce05c1decfe3ad"], true),
            (["Zm9vYmFyYmF6cXV4cXV1eA", "cXV1eGZvb2JhcmJhenF1eA"], true),
            (
                ["0190a1b2-c3d4-7e5f-8a9b-1c2d3e4f5a6b", "0190a1b2-c3d5-7abc-9def-0123456789ab"],
                true,
            ),
            (
                [
                    "00000000000000000000000000000000000001",
                    "00000000000000000000000000000000000002",
                ],
                false,
            ),
            (["1", "2"], false),
            (["74vfpcn79o", "srpnb6kepzh"], false),
            (["n9do0536b9dx", "7ub2hp89lsja"], false),
            (["abcdef", "ghijkl"], false),
        ] {
            let bits = own_bits(&values.into_iter().collect());
            assert_eq!(bits >= FEWEST_BITS, is_enough, "{values:?}: {bits}");
        }
    }
}
