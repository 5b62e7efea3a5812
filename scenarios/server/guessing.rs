//! What the look of a nonce says on whether it can be guessed (RFC 9449, section 8).
//!
//! Randomness cannot be proved by samples. What is found here is what is certainly not random:
//! counters, times in clear, and values with too little room.

use std::collections::BTreeMap;

use atproof_engine::model::{Outcome, Transcript};
use atproof_protocol::jws;
use atproof_protocol::record::{Action, Exchange};

use crate::server::seen;

/// The nonces in the answers to pushed requests cannot be guessed, as far as their look tells.
pub(crate) fn unpredictable(transcript: &Transcript<'_>) -> Outcome {
    let mut seen: BTreeMap<&str, &Exchange> = BTreeMap::new();
    for exchange in transcript.actions(Action::Par) {
        for nonce in seen::nonces(exchange) {
            seen.entry(nonce).or_insert(exchange);
        }
    }
    let expected = "nonces that cannot be guessed";
    let nonces: Vec<&str> = seen.keys().copied().collect();
    for (nonce, exchange) in &seen {
        if nonces.iter().any(|other| follows(nonce, other)) {
            return Outcome::violated(expected, format!("{nonce}, which counts up"), exchange);
        }
        if issued_at(exchange).is_some_and(|time| is_time(nonce, time)) {
            return Outcome::violated(expected, format!("{nonce}, which is the time"), exchange);
        }
    }
    let variable = |nonce: &str| nonce.len().saturating_sub(constant(&nonces));
    let shortest = seen.iter().map(|(nonce, exchange)| (bits(nonce, variable(nonce)), exchange));
    match shortest.min_by_key(|(bits, _)| *bits) {
        None => Outcome::not_offered("nonces", "hand out nonces"),
        Some((bits, exchange)) if bits < GUESSABLE => {
            Outcome::violated(expected, format!("a nonce of at most {bits} bits"), exchange)
        }
        Some((bits, _)) if bits < ENOUGH => Outcome::unclear(
            format!("a nonce of at most {bits} bits: neither guessable for certain nor long"),
            "look at how nonces are made, or use 16 random octets",
        ),
        Some((bits, _)) => Outcome::kept(format!(
            "no counter and no time; room for {bits} bits (nonces seen: {})",
            nonces.len()
        )),
    }
}

/// Fewer bits than this can be guessed with the proofs that fit on a disk.
const GUESSABLE: usize = 32;

/// From this many bits on, length alone says nothing against a nonce.
const ENOUGH: usize = 64;

/// Octets at both ends that all nonces have in common, where there are several.
fn constant(nonces: &[&str]) -> usize {
    let [first, rest @ ..] = nonces else { return 0 };
    if rest.is_empty() {
        return 0;
    }
    let common = |other: &&str| {
        let (a, b) = (first.as_bytes(), other.as_bytes());
        let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
        (start, end)
    };
    let start = rest.iter().map(|other| common(other).0).min().unwrap_or_default();
    let end = rest.iter().map(|other| common(other).1).min().unwrap_or_default();
    start + end
}

/// An upper bound: octets times the size of the smallest usual alphabet.
fn bits(nonce: &str, length: usize) -> usize {
    let all = |allowed: fn(&u8) -> bool| nonce.bytes().all(|byte| allowed(&byte));
    let hundredths = if all(u8::is_ascii_digit) {
        332
    } else if all(u8::is_ascii_hexdigit) {
        400
    } else if all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)) {
        600
    } else {
        655
    };
    length * hundredths / 100
}

/// Whether the second nonce is the first with its last number a little larger.
fn follows(first: &str, second: &str) -> bool {
    let split = |nonce: &str| -> Option<(String, u64, String)> {
        let end = nonce.rfind(|c: char| c.is_ascii_digit())? + 1;
        let head = nonce.get(..end)?;
        let start = head.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
        let number = head.get(start..)?.parse().ok()?;
        Some((head.get(..start)?.to_owned(), number, nonce.get(end..)?.to_owned()))
    };
    let (Some(first), Some(second)) = (split(first), split(second)) else { return false };
    let step = second.1.saturating_sub(first.1);
    first.0 == second.0 && first.2 == second.2 && (1..=1000).contains(&step)
}

/// When the proof of a request was made.
fn issued_at(exchange: &Exchange) -> Option<i64> {
    let (_, claims) = jws::decode_unverified(exchange.request.header("dpop")?)?;
    claims.get("iat")?.as_i64()
}

/// Whether a nonce is a time of the same day, in seconds or milliseconds.
fn is_time(nonce: &str, now: i64) -> bool {
    let Ok(number) = nonce.parse::<i64>() else { return false };
    [number, number / 1000].iter().any(|time| time.abs_diff(now) < 24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_counters_and_times() {
        assert!(follows("n-9", "n-10") && follows("7.x", "8.x"));
        assert!(!follows("n-10", "n-9") && !follows("a-1", "b-2") && !follows("n-1", "n-5000"));
        assert!(!follows("n-1", "n-1") && !follows("abc", "abd"));
        assert!(is_time("1700000000", 1_700_000_010) && is_time("1700000000123", 1_700_000_010));
        assert!(!is_time("1700000000.mac", 1_700_000_000) && !is_time("42", 1_700_000_000));
    }

    #[test]
    fn estimates_no_less_than_there_is() {
        assert_eq!((constant(&["abc"]), constant(&["n-1x", "n-2x"])), (0, 3));
        assert_eq!((bits("12", 2), bits("af", 2), bits("az", 2), bits("a~", 2)), (6, 8, 12, 13));
    }
}
