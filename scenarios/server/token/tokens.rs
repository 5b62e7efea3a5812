//! What can be seen of the tokens themselves.
//!
//! # What it does
//!
//! Carries two ordinary logins through. Where the access token is a JWT that names its key, the
//! name is compared with the key of the session; the refresh tokens of the two are compared with
//! each other.
//!
//! # Why it matters
//!
//! A resource server goes by the key that the token names. A refresh token is good for months:
//! one that can be guessed is a session for whoever guesses.
//!
//! # What a conforming peer does
//!
//! Writes the SHA-256 thumbprint of the key of the session, in base64url, as `cnf.jkt`, and makes
//! refresh tokens of at least 128 random bits. Access tokens that say nothing are as good.
//!
//! # How to fix
//!
//! Compute the thumbprint over the required members of the key, as RFC 7638 says. Draw tokens from
//! the random numbers of the operating system, without counters and times.
//!
//! # References
//!
//! RFC 6749, section 10.10; RFC 9449, section 6.1; RFC 7638.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Reply, Stage};
use atproof_protocol::jwk::PublicJwk;
use atproof_protocol::jws;
use atproof_protocol::record::{Exchange, Part};
use serde_json::json;

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.tokens",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("tokens.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.token.cnf-wrong",
        title: "The access token is a JWT that names another key than the session has",
        clause: "RFC9449-6.1-01",
        covers: &["ATP-DPOP-014"],
        killers: &["as.token.cnf-jkt-hex", "as.jose.thumbprint-spki"],
        edit: Edit::None,
        expect: Expectation::Holds(cnf_is_the_key),
    },
    Case {
        id: "server.token.refresh-token-guessable",
        title: "Refresh tokens can be guessed",
        clause: "RFC6749-10.10-01",
        covers: &[],
        killers: &["as.token.sequential-refresh-token"],
        edit: Edit::None,
        expect: Expectation::Holds(refresh_tokens_are_random),
    },
];

/// Fact: how many characters two refresh tokens differ in, common start and end aside.
const VARYING: &str = "refresh_token_varies_in";

const ANOTHER: &str = "another login";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        let first = refresh_token(&stage.send(stage.token(&login, &code)).await);
        let login = stage.login();
        let code = stage.code(&login).await?;
        stage.step(ANOTHER);
        let second = refresh_token(&stage.send(stage.token(&login, &code)).await);
        if let (Some(first), Some(second)) = (first, second) {
            stage.fact(VARYING, json!(varying(&first, &second)));
        }
        Ok(())
    })
}

fn refresh_token(reply: &Reply) -> Option<String> {
    reply.answer.as_ref().ok()?.member("refresh_token")
}

/// How many characters are left of the shorter of two values without what both begin and end with.
fn varying(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let shorter = one.len().min(other.len());
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    shorter.saturating_sub(start + end)
}

/// The token answer, and the name under which a member of it stands in the record.
fn issued<'a>(
    transcript: &Transcript<'a>,
    member: &str,
) -> Result<(&'a Exchange, Option<String>), Outcome> {
    let missing = || Outcome::unclear("no code was exchanged", "run it again");
    let exchange = transcript.last(&Part::Control).ok_or_else(missing)?;
    let value = seen::success(exchange)?.member(member);
    Ok((exchange, value.and_then(|value| value.as_str().map(str::to_owned))))
}

/// A token that says nothing of its key is no breach: the server may keep the binding elsewhere.
fn cnf_is_the_key(transcript: &Transcript<'_>) -> Outcome {
    let (exchange, name) = match issued(transcript, "access_token") {
        Ok((exchange, name)) => (exchange, name.unwrap_or_default()),
        Err(unclear) => return unclear,
    };
    let jkt = exchange.facts.get(&name).and_then(|facts| facts.pointer("/jwt/claims/cnf/jkt"));
    let Some(jkt) = jkt else {
        return Outcome::not_offered(
            "an access token that is a JWT and names its key in cnf.jkt",
            "nothing has to be supplied: tokens may be opaque",
        );
    };
    let proof = exchange.request.header("dpop").and_then(jws::decode_unverified);
    let key = proof.and_then(|(header, _)| PublicJwk::from_value(header.get("jwk")?).ok());
    match key.map(|key| key.thumbprint()) {
        None => Outcome::unclear("the proof cannot be read", "run it again"),
        Some(expected) if jkt.as_str() == Some(&expected) => {
            Outcome::kept(format!("cnf.jkt is {expected}"))
        }
        Some(expected) => {
            Outcome::violated(format!("a cnf.jkt of {expected}"), format!("{jkt}"), exchange)
        }
    }
}

/// Fewest bits that a token may hold (RFC 6749, section 10.10).
const BITS: u64 = 128;

/// Fewest characters in which two tokens of that strength differ: 11 base64url characters are half
/// of those bits, and hexadecimal tokens have more characters.
const CHARACTERS: u64 = 11;

fn refresh_tokens_are_random(transcript: &Transcript<'_>) -> Outcome {
    let (exchange, name) = match issued(transcript, "refresh_token") {
        Ok((exchange, Some(name))) => (exchange, name),
        Ok((_, None)) => {
            return Outcome::not_offered(
                "a refresh token",
                "see server.token.refresh-token-missing",
            );
        }
        Err(unclear) => return unclear,
    };
    let facts = exchange.facts.get(&name);
    let fact = |which: &str| facts.and_then(|facts| facts.get(which)?.as_u64());
    // A value too short to be taken for a secret stands there as it is, without facts.
    let bits = fact("max_entropy_bits").unwrap_or_default();
    let length = fact("length").unwrap_or_default();
    let observed = format!("{length} characters, {bits} bits at most");
    if bits < BITS {
        return Outcome::violated(format!("at least {BITS} bits"), observed, exchange);
    }
    let second = transcript.step(ANOTHER);
    match second.and_then(|second| Some((second, second.facts.get(VARYING)?.as_u64()?))) {
        None => Outcome::unclear("there is no second refresh token", "run it again"),
        Some((second, varying)) if varying < CHARACTERS => Outcome::violated(
            "tokens that have nothing to do with each other",
            format!("two tokens that differ in {varying} characters"),
            second,
        ),
        Some((_, varying)) => {
            Outcome::kept(format!("{observed}; two differ in {varying} characters"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_what_varies() {
        for (one, other, expected) in
            [("ref-0001", "ref-0002", 1), ("abc", "xyz", 3), ("same", "same", 0), ("ab", "abc", 0)]
        {
            assert_eq!(varying(one, other), expected, "{one} {other}");
        }
    }
}
