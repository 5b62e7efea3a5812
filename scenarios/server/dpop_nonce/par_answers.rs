//! Nonces in the answers to pushed authorization requests.
//!
//! # What it does
//!
//! Pushes a few requests as a page of another origin would, with and without a nonce, right and
//! wrong, and looks at the nonces in the answers.
//!
//! # Why it matters
//!
//! A client can only send the nonce that it can read. Where it can be guessed, it proves nothing.
//!
//! # What a conforming peer does
//!
//! Puts one `DPoP-Nonce` field into each answer, with a value that is random and made of visible
//! ASCII characters other than `"` and `\`, and lets scripts of other origins read it.
//!
//! # How to fix
//!
//! Make nonces of 16 or more random octets, or of an authenticated time, in base64url. Set the
//! field in one place, for successes and refusals alike.
//!
//! # References
//!
//! RFC 9449, sections 8 and 8.1; RFC 6749, appendix A; atproto OAuth, DPoP.

use std::collections::BTreeMap;

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::jws;
use atproof_protocol::record::{Action, Exchange};

use crate::server::{cors, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.par-answers",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("par_answers.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.dpop-nonce.par-success-without-nonce",
        title: "The answer to a pushed request hands out no nonce",
        clause: "ATP-PAR-012",
        covers: &["ATP-NONCE-013"],
        killers: &["as.nonce.absent-on-success"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let pushed = seen::step(transcript, PUSHED)?;
                seen::success(pushed)?;
                Ok(seen::hands_out_nonce(pushed))
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.nonce-repeated",
        title: "An answer has two DPoP-Nonce fields",
        clause: "RFC9449-8-03",
        covers: &[],
        killers: &["as.nonce.repeated-header"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            each_answer(transcript, "at most one DPoP-Nonce field in an answer", |_, nonces| {
                (nonces.len() > 1).then(|| format!("{} DPoP-Nonce fields", nonces.len()))
            })
        }),
    },
    Case {
        id: "server.dpop-nonce.nonce-bad-characters",
        title: "A nonce holds characters that nonces do not have",
        clause: "RFC9449-8.1-01",
        covers: &[],
        killers: &["as.nonce.bad-charset"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            let expected = "nonces of visible ASCII characters other than \" and \\";
            each_answer(transcript, expected, |_, nonces| {
                let wrong = |c: char| !matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
                let bad = nonces.iter().find(|nonce| nonce.is_empty() || nonce.contains(wrong))?;
                Some(format!("{bad:?}"))
            })
        }),
    },
    Case {
        id: "server.dpop-nonce.nonce-predictable",
        title: "A nonce can be guessed",
        clause: "RFC9449-8-02",
        covers: &[],
        killers: &["as.nonce.counter"],
        edit: Edit::None,
        expect: Expectation::Holds(unpredictable),
    },
    Case {
        id: "server.dpop-nonce.nonce-not-exposed",
        title: "Scripts of other origins cannot read the nonce",
        clause: "RFC9449-8-08",
        covers: &["ATP-NONCE-022"],
        killers: &["as.cors.nonce-not-exposed"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let pushed = seen::step(transcript, PUSHED)?;
                let response = seen::success(pushed)?;
                Ok(seen::exposes(pushed, response, &["DPoP-Nonce"]))
            })())
        }),
    },
];

const PUSHED: &str = "pushed request";

fn play<'a>(stage: &'a mut Stage) -> Playing<'a> {
    Box::pin(async move {
        for (step, edit) in [
            (PUSHED, Edit::None),
            ("request without a nonce", Edit::WithoutNonce),
            ("request with a wrong proof", Edit::Proof("signature-bit-flipped")),
            (PUSHED, Edit::None),
        ] {
            stage.step(step);
            let login = stage.login();
            let draft = stage.par(&login).header("Origin", cors::ORIGIN);
            stage.send_edited(draft, &edit).await?;
        }
        Ok(())
    })
}

/// Judges the nonces of each answer; `wrong` says what is wrong with those of one.
fn each_answer(
    transcript: &Transcript<'_>,
    expected: &str,
    wrong: impl Fn(&Exchange, &[&str]) -> Option<String>,
) -> Outcome {
    let mut answers = 0;
    for exchange in transcript.actions(Action::Par) {
        let nonces = seen::nonces(exchange);
        if let Some(observed) = wrong(exchange, &nonces) {
            return Outcome::violated(expected, observed, exchange);
        }
        answers += usize::from(!nonces.is_empty());
    }
    match answers {
        0 => no_nonce(),
        answers => Outcome::kept(format!("{expected}: true of {answers} answers")),
    }
}

fn no_nonce() -> Outcome {
    Outcome::unclear("no nonce was handed out", "hand out nonces")
}

/// Fewer bits than this can be guessed with the proofs that fit on a disk.
const GUESSABLE: usize = 32;

/// From this many bits on, length alone says nothing against a nonce.
const ENOUGH: usize = 64;

fn unpredictable(transcript: &Transcript<'_>) -> Outcome {
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
        None => no_nonce(),
        Some((bits, exchange)) if bits < GUESSABLE => {
            Outcome::violated(expected, format!("a nonce of at most {bits} bits"), exchange)
        }
        Some((bits, _)) if bits < ENOUGH => Outcome::unclear(
            format!("a nonce of at most {bits} bits: neither guessable for certain nor long"),
            "look at how nonces are made, or use 16 random octets",
        ),
        Some((bits, _)) => Outcome::kept(format!(
            "{} different nonces, none of which counts up; room for {bits} bits",
            nonces.len()
        )),
    }
}

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
