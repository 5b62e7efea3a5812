//! The redirect that brings a code to the client.
//!
//! # What it does
//!
//! Brings two ordinary logins to their redirect and looks at its parameters.
//!
//! # Why it matters
//!
//! By `state` the client knows that the answer belongs to its request, by `iss` that it comes from
//! the server it asked. Without the two it can be fed answers of others. And whoever can guess a
//! code does not have to steal it.
//!
//! # What a conforming peer does
//!
//! Adds `code`, the `state` of the request and `iss`, which is its issuer exactly as in the
//! metadata, to the query of the redirect URI. Codes have 128 random bits or more.
//!
//! # How to fix
//!
//! Write `iss` from the same value as the metadata, without a slash added on the way. Make codes
//! from 16 or more bytes of a cryptographic random generator.
//!
//! # References
//!
//! RFC 6749, sections 4.1.2 and 10.10; RFC 9207, sections 2 and 2.3; OAuth 2.1, section 7.7.

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::{Stage, redirect_parameters};
use atproof_protocol::record::Part;
use serde_json::{Value, json};

use crate::server::as_metadata;
use crate::server::document::{fetch, judged, row};
use crate::server::front_channel::{Callback, callback, pushed};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.response",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("response.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const METADATA: &str = "metadata";
const FIRST: &str = "first login";
const SECOND: &str = "second login";

/// Fact: how many characters of the second code are not also at that end of the first.
const VARYING: &str = "code_characters_that_differ";

/// A code must have so many bits, by an upper bound from its length and alphabet.
const BITS_NEEDED: u64 = 128;

/// Two random codes agree in that many bits less by chance in one of 2^64 runs.
const BITS_LEFT_BY_CHANCE: u64 = 64;

const CASES: &[Case] = &[
    row(
        "server.authorization.state-missing",
        "The redirect with the code has no state, or not that of the request",
        "RFC6749-4.1.2-04",
        &["ATP-AUTHZ-026"],
        &["as.authorize.state-dropped"],
        |transcript| {
            let sent = pushed(transcript, &Part::Step(FIRST.to_owned()), "state");
            let sent = sent.unwrap_or_default();
            on_callback(transcript, |callback| match callback.all("state").as_slice() {
                [state] if *state == sent => Outcome::kept("the state of the request"),
                [] => Outcome::violated("the state of the request", "no state", callback.at),
                states => {
                    let observed = format!("`{}`", states.join("` and `"));
                    Outcome::violated(format!("`{sent}`, once"), observed, callback.at)
                }
            })
        },
    ),
    row(
        "server.authorization.iss-missing",
        "The redirect with the code has no iss",
        "RFC9207-2-01",
        &["ATP-AUTHZ-023"],
        &["as.authorize.iss-missing"],
        |transcript| {
            on_callback(transcript, |callback| match callback.all("iss").as_slice() {
                [iss] => Outcome::kept(format!("`{iss}`")),
                [] => Outcome::violated("iss, once", "no iss", callback.at),
                several => {
                    let observed = format!("iss {} times", several.len());
                    Outcome::violated("iss, once", observed, callback.at)
                }
            })
        },
    ),
    row(
        "server.authorization.iss-wrong",
        "The iss of the redirect is not the issuer of the metadata",
        "RFC9207-2.3-01",
        &["ATP-AUTHZ-023", "RFC9207-2-02"],
        &["as.authorize.iss-slash"],
        issuer_exactly,
    ),
    row(
        "server.authorization.code-in-fragment",
        "The code comes in the fragment, though no response_mode was asked for",
        "RFC6749-4.1.2-07",
        &[],
        &["as.redirect.default-fragment"],
        |transcript| {
            on_callback(transcript, |callback| {
                let (before, fragment) = callback.url.split_once('#').unwrap_or((callback.url, ""));
                if before.split_once('?').is_some_and(|(_, query)| has_code(query)) {
                    return Outcome::kept("the code is in the query");
                }
                let place = if has_code(fragment) { "in the fragment" } else { "elsewhere" };
                let observed = format!("the code is {place}");
                Outcome::violated("the code is in the query", observed, callback.at)
            })
        },
    ),
    row(
        "server.authorization.code-guessable",
        "Codes are short or mostly alike",
        "RFC6749-10.10-01",
        &["OAUTH21-7.7-01"],
        &["as.token.short-code"],
        unguessable,
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = as_metadata::url(stage)?;
        fetch(stage, METADATA, &url).await;
        let mut codes = Vec::new();
        for step in [FIRST, SECOND] {
            stage.step(step);
            let login = stage.login();
            let request_uri = stage.push(&login).await?;
            let url = stage.authorization_url(&login, &request_uri);
            if let Ending::Redirect(url) = stage.authorize(&login, &url, Decision::Approve).await? {
                let code = redirect_parameters(&url).into_iter().find(|(name, _)| name == "code");
                codes.extend(code.map(|(_, code)| code));
            }
        }
        if let [first, second] = codes.as_slice() {
            stage.fact(VARYING, json!(varying(first, second)));
        }
        Ok(())
    })
}

/// How long the part of a text is that remains without the beginning and the end that it shares
/// with another.
fn varying(one: &str, other: &str) -> usize {
    let start = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str| text.bytes().skip(start).rev().collect::<Vec<_>>();
    let end = rest(one).into_iter().zip(rest(other)).take_while(|(a, b)| a == b).count();
    other.len().saturating_sub(start + end)
}

fn on_callback(transcript: &Transcript<'_>, rule: impl Fn(&Callback<'_>) -> Outcome) -> Outcome {
    judged(callback(transcript, FIRST).map(|callback| rule(&callback)))
}

fn has_code(parameters: &str) -> bool {
    parameters.split('&').any(|pair| pair.starts_with("code="))
}

fn issuer_exactly(transcript: &Transcript<'_>) -> Outcome {
    let metadata = transcript.step(METADATA).and_then(|exchange| exchange.response());
    let issuer = metadata.and_then(|response| response.member("issuer"));
    let Some(issuer) = issuer.as_ref().and_then(Value::as_str) else {
        return Outcome::unclear("the metadata has no issuer", "publish it");
    };
    on_callback(transcript, |callback| match callback.all("iss").as_slice() {
        [] => Outcome::unclear("the redirect has no iss", "send it"),
        all if all.iter().all(|iss| *iss == issuer) => Outcome::kept(format!("`{issuer}`")),
        all => {
            let observed = format!("`{}`", all.join("` and `"));
            Outcome::violated(format!("`{issuer}`, as in the metadata"), observed, callback.at)
        }
    })
}

fn unguessable(transcript: &Transcript<'_>) -> Outcome {
    let second = match (callback(transcript, FIRST), callback(transcript, SECOND)) {
        (Ok(_), Ok(second)) => second,
        (Err(unclear), _) | (_, Err(unclear)) => return unclear,
    };
    let name = second.parameter("code").unwrap_or_default();
    let facts = transcript.exchanges.iter().find_map(|exchange| exchange.facts.get(name));
    let number = |value: Option<&Value>| value.and_then(Value::as_u64);
    let count = |name| number(facts.and_then(|facts| facts.get(name)));
    let varying = number(second.at.facts.get(VARYING));
    let (Some(length), Some(bits), Some(varying)) =
        (count("length"), count("max_entropy_bits"), varying)
    else {
        // What is too short to be taken for a secret has no facts.
        let observed = format!("a code of {} characters", name.len());
        return Outcome::violated("128 random bits", observed, second.at);
    };
    let differ = bits.saturating_mul(varying).checked_div(length).unwrap_or_default();
    let observed = format!("{length} characters, {bits} bits at most, of which {differ} differ");
    if bits < BITS_NEEDED || differ < BITS_LEFT_BY_CHANCE {
        return Outcome::violated("128 random bits", observed, second.at);
    }
    Outcome::kept(observed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_differs() {
        for (one, other, count) in
            [("code-0001-x", "code-0002-x", 1), ("abc", "abc", 0), ("aXYb", "aZb", 1)]
        {
            assert_eq!(varying(one, other), count, "{one} {other}");
        }
    }
}
