//! The answer to a pushed authorization request that is in order.
//!
//! # What it does
//!
//! Pushes four ordinary requests and looks at the answers: status, `expires_in`, and whether one
//! `request_uri` could be guessed from the others.
//!
//! # Why it matters
//!
//! Whoever has a `request_uri` can open the authorization request behind it. Where it can be
//! guessed, an attacker swaps his own request for the user's, or the other way round.
//!
//! # What a conforming peer does
//!
//! Answers 201 with a `request_uri` that holds a long random part, and with its lifetime in seconds
//! as a positive number.
//!
//! # How to fix
//!
//! Make the reference from at least 128 bits of a cryptographic random source. Neither counters nor
//! timestamps nor hashes of them will do.
//!
//! # References
//!
//! RFC 9126, section 2.2; OAuth 2.1, section 7.7.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::oauth::par;
use atproof_protocol::record::{Exchange, Response};

use crate::server::document::{judged, row};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.response",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("response.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// The step of every request.
const PUSH: &str = "push";

/// How many requests are pushed.
const REQUESTS: usize = 4;

/// Fewer bits than this in the part that varies are too few beyond doubt. The bits counted are an
/// upper bound, and the recommendation is 128.
const TOO_FEW_BITS: f64 = 64.0;

const CASES: &[Case] = &[
    row(
        "server.par.success-not-201",
        "A pushed request is answered with another status of success than 201",
        "RFC9126-2.2-01",
        &["ATP-PAR-001"],
        &["as.par.status-200"],
        |transcript| {
            first_broken(transcript, "status 201", |response| match response.status {
                201 => Ok("201".to_owned()),
                status => Err(status.to_string()),
            })
        },
    ),
    row(
        "server.par.expires-in-missing",
        "The answer to a pushed request has no lifetime",
        "RFC9126-2.2-02",
        &["ATP-PAR-004"],
        &["as.par.no-expires-in"],
        |transcript| {
            first_broken(transcript, "`expires_in` is a positive integer", |response| {
                let reading = par::read(response.body.text().as_bytes());
                let defects = reading.defects.iter();
                match defects.into_iter().find(|defect| defect.code == "par-response.expires-in") {
                    Some(defect) => Err(defect.detail.clone()),
                    None => Ok("`expires_in` is a positive integer".to_owned()),
                }
            })
        },
    ),
    row(
        "server.par.request-uri-predictable",
        "A request_uri can be guessed from others",
        "RFC9126-2.2-03",
        &["OAUTH21-7.7-01"],
        &["as.par.sequential-request-uri"],
        unpredictable,
    ),
];

/// The accepted requests; unclear where there are fewer than were pushed.
fn accepted<'a>(transcript: &Transcript<'a>) -> Result<Vec<(&'a Exchange, &'a Response)>, Outcome> {
    let mut accepted = Vec::new();
    for exchange in transcript.steps(PUSH) {
        match exchange.response() {
            Some(response) if is_accepted(exchange) => accepted.push((exchange, response)),
            _ => {
                return Err(Outcome::unclear(
                    format!("an ordinary request was not accepted: {}", describe(exchange)),
                    "the correct request has to be accepted first",
                ));
            }
        }
    }
    if accepted.len() == REQUESTS {
        return Ok(accepted);
    }
    Err(Outcome::unclear("not every request was pushed", "run it again"))
}

/// Judges each answer; the first that breaks the rule is reported.
fn first_broken(
    transcript: &Transcript<'_>,
    expected: &str,
    rule: impl Fn(&Response) -> Result<String, String>,
) -> Outcome {
    judged(accepted(transcript).map(|answers| {
        let mut kept = String::new();
        for (exchange, response) in answers {
            match rule(response) {
                Ok(observed) => kept = observed,
                Err(observed) => return Outcome::violated(expected, observed, exchange),
            }
        }
        Outcome::kept(kept)
    }))
}

/// Every `request_uri` is new, and what differs between them is long enough to be random.
fn unpredictable(transcript: &Transcript<'_>) -> Outcome {
    judged(accepted(transcript).map(|answers| {
        let uris: Vec<String> = answers
            .iter()
            .filter_map(|(_, response)| response.member("request_uri")?.as_str().map(str::to_owned))
            .collect();
        let varying = varying_parts(&uris);
        let bits = varying.iter().map(|part| most_bits(part)).fold(f64::INFINITY, f64::min);
        let observed = format!("{bits:.0} bits at most, as in `{}`", varying.join("`, `"));
        match answers.last() {
            Some((exchange, _)) if bits < TOO_FEW_BITS => {
                let expected = "a part that nobody can guess, of 128 bits or more";
                Outcome::violated(expected, observed, exchange)
            }
            _ => Outcome::kept(format!("{bits:.0} bits at most differ")),
        }
    }))
}

/// What is left of each text without the beginning and the end that all have in common.
fn varying_parts(texts: &[String]) -> Vec<&str> {
    let Some(first) = texts.first() else { return Vec::new() };
    let shared = |same: &dyn Fn(&str) -> usize| texts.iter().map(|text| same(text)).min();
    let start = shared(&|text| {
        first.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count()
    });
    let start = start.unwrap_or_default();
    let end = shared(&|text| {
        let both = first.bytes().skip(start).rev().zip(text.bytes().skip(start).rev());
        both.take_while(|(one, other)| one == other).count()
    });
    let end = end.unwrap_or_default();
    texts.iter().map(|text| text.get(start..text.len() - end).unwrap_or_default()).collect()
}

/// The entropy that a text could have: its length times the size of the usual alphabet it fits.
fn most_bits(text: &str) -> f64 {
    let all = |allowed: fn(&u8) -> bool| text.bytes().all(|byte| allowed(&byte));
    let symbols: f64 = if all(|byte| byte.is_ascii_digit()) {
        10.0
    } else if all(|byte| byte.is_ascii_hexdigit() || *byte == b'-') {
        16.0
    } else if all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)) {
        64.0
    } else {
        94.0
    };
    text.bytes().map(|_| symbols.log2()).sum()
}

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(PUSH);
        for _ in 0..REQUESTS {
            let login = stage.login();
            let draft = stage.par(&login);
            stage.send(draft).await;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn least_bits(texts: &[String]) -> f64 {
        varying_parts(texts).into_iter().map(most_bits).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn counts_only_what_differs() {
        for (start, few) in [
            ("urn:x:", ["1", "2"]),
            ("urn:x:", ["0000000000000000000000000009", "0000000000000000000000000010"]),
            ("urn:x:", ["0123456789abcdef0123456789", "0123456789abcdef0123456789"]),
            // Time-based UUIDs of one machine.
            ("urn:uuid:", ["5b1a2f60-c9d1-11f0-8de9-02420002", "5b1a3011-c9d1-11f0-8de9-02420002"]),
        ] {
            let texts = few.map(|text| format!("{start}{text}"));
            assert!(least_bits(&texts) < TOO_FEW_BITS, "{texts:?}");
        }
        let random = [
            "urn:x:req-9f2c1b7ad0e34c55b1f0a7cc3e52d9a1",
            "urn:x:req-1d4c7be2a9034f6688d1c0537cbe12f7",
        ];
        assert!(least_bits(&random.map(str::to_owned)) > 100.0);
    }
}
