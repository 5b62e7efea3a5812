//! The answer to a correct exchange of a code.
//!
//! # What it does
//!
//! Carries a login with the scope `atproto` through and reads the token answer. A second login,
//! with an `Origin` header field at the exchange, shows access for browsers and gives another
//! refresh token to compare. A CORS preflight follows.
//!
//! # Why it matters
//!
//! The answer tells the client whose session it has, what it may do with it and for how long. What
//! is missing there the client has to guess, and a wrong `sub` is a sign-in as somebody else.
//!
//! # What a conforming peer does
//!
//! Answers 200 with an `application/json` object that no cache may keep: `access_token`,
//! `token_type` DPoP, `refresh_token`, `expires_in` below 1800, `scope` with what was granted, and
//! `sub` with the DID of the account. Scripts of any origin may read it.
//!
//! # How to fix
//!
//! Build the answer in one place for all grants, from the record of the session. Make refresh
//! tokens of at least 128 random bits.
//!
//! # References
//!
//! RFC 6749, sections 5.1 and 10.10; RFC 9449, sections 5 and 6.1; OAuth 2.1, section 3.2.3;
//! atproto OAuth, Identity Authentication, Authorization Scopes, Tokens and Session Lifetime.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Draft, Halt, Reply, Stage};
use atproof_protocol::jwk::PublicJwk;
use atproof_protocol::jws;
use atproof_protocol::record::{Action, Exchange, Part, Response};
use serde_json::{Map, Value, json};

use crate::server::cors;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.response",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("response.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

/// A row: something that has to be so in the token answer.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    predicate: fn(&Transcript<'_>) -> Outcome,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Holds(predicate);
    Case { id, title, clause, covers, killers, edit: Edit::None, expect }
}

const CASES: &[Case] = &[
    row(
        "server.token.cacheable",
        "The token answer may be cached",
        "OAUTH21-3.2.3-01",
        &["RFC6749-5.1-04"],
        |transcript| answer(transcript, is_not_stored),
        &["as.token.cacheable"],
    ),
    row(
        "server.token.content-type-wrong",
        "The token answer is not labelled as JSON",
        "RFC6749-5.1-03",
        &[],
        |transcript| answer(transcript, is_json),
        &["as.token.content-type-text"],
    ),
    row(
        "server.token.token-type-not-dpop",
        "The token answer announces another token type than DPoP",
        "RFC9449-5-03",
        &["RFC6749-5.1-01"],
        |transcript| answer(transcript, is_dpop),
        &["as.token.type-bearer"],
    ),
    row(
        "server.token.sub-missing",
        "The token answer has no sub",
        "ATP-TOK-001",
        &[],
        |transcript| answer(transcript, |seen| seen.has_text("sub")),
        &["as.token.no-sub"],
    ),
    row(
        "server.token.sub-not-the-account",
        "The sub of the token answer is not the DID of the account",
        "ATP-TOK-002",
        &["ATP-TOK-001"],
        |transcript| answer(transcript, sub_is_the_account),
        &["as.token.sub-is-handle"],
    ),
    row(
        "server.token.scope-missing",
        "The token answer does not say what was granted",
        "ATP-TOK-003",
        &[],
        |transcript| answer(transcript, |seen| seen.has_text("scope")),
        &["as.token.no-scope"],
    ),
    row(
        "server.token.scope-without-atproto",
        "The granted scope lacks atproto",
        "ATP-TOK-004",
        &["ATP-SCOPE-008"],
        |transcript| answer(transcript, scope_has_atproto),
        &["as.token.scope-without-atproto"],
    ),
    row(
        "server.token.scope-wider-than-requested",
        "More scope is granted than was asked for",
        "ATP-TOK-019",
        &[],
        |transcript| answer(transcript, scope_was_requested),
        &["as.token.scope-widened"],
    ),
    row(
        "server.token.expires-in-missing",
        "The token answer does not say how long the access token lives",
        "RFC6749-5.1-02",
        &["ATP-TOK-022"],
        |transcript| answer(transcript, expires_in_is_a_number),
        &["as.token.no-expires-in"],
    ),
    row(
        "server.token.access-token-lives-too-long",
        "The access token lives half an hour or longer",
        "ATP-TOK-012",
        &["RFC6750-5.3-01"],
        |transcript| answer(transcript, expires_in_is_short),
        &["as.token.lifetime-3600"],
    ),
    row(
        "server.token.refresh-token-missing",
        "The token answer has no refresh token",
        "ATP-REFR-001",
        &[],
        |transcript| answer(transcript, |seen| seen.has_text("refresh_token")),
        &["as.token.no-refresh-token"],
    ),
    row(
        "server.token.cnf-wrong",
        "The access token is a JWT that names another key than the session has",
        "RFC9449-6.1-01",
        &["ATP-DPOP-014"],
        |transcript| answer(transcript, cnf_is_the_key),
        &["as.token.cnf-jkt-hex"],
    ),
    row(
        "server.token.refresh-token-guessable",
        "Refresh tokens can be guessed",
        "RFC6749-10.10-01",
        &[],
        refresh_tokens_are_random,
        &["as.token.sequential-refresh-token"],
    ),
    row(
        "server.token.cross-origin-blocked",
        "Browsers cannot use the token endpoint from another origin",
        "ATP-TOK-016",
        &["OAUTH21-3.2-01"],
        browsers_are_let_in,
        &["as.token.no-cors"],
    ),
];

/// The scope that is asked for.
const REQUESTED: &str = "atproto";

const CROSS_ORIGIN: &str = "exchange of a page";
const PREFLIGHT: &str = "preflight of a page";

/// Fact: the DID of the account that signed in, learnt from elsewhere than the token answer.
const ACCOUNT: &str = "account";

/// Fact: how many characters two refresh tokens differ in, common start and end aside.
const VARYING: &str = "refresh_token_varies_in";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let did = account(stage).await?;
        let mut login = stage.login();
        login.scope = REQUESTED.to_owned();
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        let first = stage.send(stage.token(&login, &code)).await;
        stage.fact(ACCOUNT, json!(did));

        let mut login = stage.login();
        login.scope = REQUESTED.to_owned();
        let code = stage.code(&login).await?;
        stage.step(CROSS_ORIGIN);
        let second = stage.send(stage.token(&login, &code).header("Origin", cors::ORIGIN)).await;
        let token = |reply: &Reply| {
            reply.answer.as_ref().ok().and_then(|response| response.member("refresh_token"))
        };
        if let (Some(first), Some(second)) = (token(&first), token(&second)) {
            stage.fact(VARYING, json!(varying(&first, &second)));
        }

        stage.step(PREFLIGHT);
        let url = stage.target().endpoints.token.clone();
        let draft = Draft::get(Action::Preflight, url)
            .header("Origin", cors::ORIGIN)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,dpop");
        stage.send(Draft { method: "OPTIONS".to_owned(), ..draft }).await;
        Ok(())
    })
}

/// The DID of the account that signs in, from its name; `None` where the name is of another kind.
async fn account(stage: &mut Stage) -> Result<Option<String>, Halt> {
    let account = stage.account(0).ok_or(Halt::Needs("an account"))?;
    let name = account.identifier.clone();
    if name.starts_with("did:") {
        return Ok(Some(name));
    }
    if !name.contains('.') || name.contains('@') {
        return Ok(None);
    }
    let resource = &stage.target().resource;
    let url = format!("{resource}/xrpc/com.atproto.identity.resolveHandle?handle={name}");
    let reply = stage.send(Draft::get(Action::Document, url)).await;
    Ok(reply.answer.ok().and_then(|response| response.member("did")))
}

/// How many characters are left of the shorter of two values without what both begin and end with.
fn varying(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let shorter = one.len().min(other.len());
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    shorter.saturating_sub(start + end)
}

/// The token answer.
struct Seen<'a> {
    exchange: &'a Exchange,
    response: &'a Response,
    members: Map<String, Value>,
}

impl Seen<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }

    fn has_text(&self, name: &str) -> Outcome {
        match self.members.get(name) {
            Some(Value::String(text)) if !text.is_empty() => {
                Outcome::kept(format!("`{name}` is {text}"))
            }
            Some(other) => self.violated(format!("a string `{name}`"), format!("{other}")),
            None => self.violated(format!("a string `{name}`"), "no such member"),
        }
    }

    fn violated(&self, expected: impl Into<String>, observed: impl Into<String>) -> Outcome {
        Outcome::violated(expected, observed, self.exchange)
    }
}

/// Judges the token answer, if there is one.
fn answer(transcript: &Transcript<'_>, judge: fn(&Seen<'_>) -> Outcome) -> Outcome {
    let exchange = transcript.last(&Part::Control).filter(|e| judge::is_accepted(e));
    let seen = exchange.and_then(|exchange| {
        let response = exchange.response()?;
        let Value::Object(members) = response.json()? else { return None };
        Some(Seen { exchange, response, members })
    });
    match seen {
        Some(seen) => judge(&seen),
        None => Outcome::unclear(
            "the correct exchange was not accepted",
            "the correct request has to be accepted first",
        ),
    }
}

fn is_not_stored(seen: &Seen<'_>) -> Outcome {
    let values: Vec<&str> = seen.response.headers_named("cache-control").collect();
    let directives = values.iter().flat_map(|value| value.split(','));
    if directives.into_iter().any(|name| name.trim().eq_ignore_ascii_case("no-store")) {
        return Outcome::kept(format!("Cache-Control: {}", values.join(", ")));
    }
    let observed = match values.as_slice() {
        [] => "no Cache-Control".to_owned(),
        values => format!("Cache-Control: {}", values.join(", ")),
    };
    seen.violated("Cache-Control with no-store", observed)
}

fn is_json(seen: &Seen<'_>) -> Outcome {
    let media_type = seen.response.header("content-type").unwrap_or("no media type");
    if seen.response.is_media_type("application/json") {
        return Outcome::kept(media_type);
    }
    seen.violated("application/json", media_type)
}

fn is_dpop(seen: &Seen<'_>) -> Outcome {
    match seen.text("token_type") {
        Some(name) if name.eq_ignore_ascii_case("DPoP") => {
            Outcome::kept(format!("`token_type` is {name}"))
        }
        Some(name) => seen.violated("a `token_type` of DPoP", name),
        None => seen.violated("a `token_type` of DPoP", "none"),
    }
}

fn sub_is_the_account(seen: &Seen<'_>) -> Outcome {
    let Some(did) = seen.exchange.facts.get(ACCOUNT).and_then(Value::as_str) else {
        return Outcome::unclear(
            "the DID of the account is not known",
            "name the account by its handle or its DID",
        );
    };
    match seen.text("sub") {
        None => Outcome::unclear("there is no sub", "see server.token.sub-missing"),
        Some(sub) if sub == did => Outcome::kept(format!("`sub` is {sub}")),
        Some(sub) => seen.violated(format!("a `sub` of {did}"), sub),
    }
}

fn scope_has_atproto(seen: &Seen<'_>) -> Outcome {
    match seen.text("scope") {
        None => Outcome::unclear("there is no scope", "see server.token.scope-missing"),
        Some(scope) if scope.split(' ').any(|value| value == "atproto") => {
            Outcome::kept(format!("`scope` is {scope}"))
        }
        Some(scope) => seen.violated("a `scope` with atproto", scope),
    }
}

fn scope_was_requested(seen: &Seen<'_>) -> Outcome {
    let Some(scope) = seen.text("scope") else {
        return Outcome::unclear("there is no scope", "see server.token.scope-missing");
    };
    let requested: Vec<&str> = REQUESTED.split(' ').collect();
    let beyond = scope.split(' ').find(|value| !value.is_empty() && !requested.contains(value));
    match beyond {
        None => Outcome::kept(format!("`scope` is {scope}, of {REQUESTED}")),
        Some(value) => seen.violated(format!("nothing but {REQUESTED}"), format!("also {value}")),
    }
}

fn expires_in_is_a_number(seen: &Seen<'_>) -> Outcome {
    let expected = "an `expires_in` that is a number above zero";
    match seen.members.get("expires_in") {
        Some(Value::Number(seconds)) if seconds.as_f64().is_some_and(|value| value > 0.0) => {
            Outcome::kept(format!("`expires_in` is {seconds}"))
        }
        Some(other) => seen.violated(expected, format!("{other}")),
        None => seen.violated(expected, "none"),
    }
}

fn expires_in_is_short(seen: &Seen<'_>) -> Outcome {
    match seen.members.get("expires_in").and_then(Value::as_f64) {
        None => Outcome::unclear(
            "the answer does not say how long the token lives",
            "see server.token.expires-in-missing",
        ),
        Some(seconds) if seconds < 1800.0 => Outcome::kept(format!("{seconds} seconds")),
        Some(seconds) => seen.violated("less than 1800 seconds", format!("{seconds} seconds")),
    }
}

/// A token that says nothing of its key is no breach: the server may keep the binding elsewhere.
fn cnf_is_the_key(seen: &Seen<'_>) -> Outcome {
    let name = seen.text("access_token").unwrap_or_default();
    let jkt = seen.exchange.facts.get(name).and_then(|facts| facts.pointer("/jwt/claims/cnf/jkt"));
    let Some(jkt) = jkt else {
        return Outcome::not_offered(
            "an access token that is a JWT and names its key in cnf.jkt",
            "nothing: clients take access tokens as they are",
        );
    };
    let proof = seen.exchange.request.header("dpop").and_then(jws::decode_unverified);
    let key = proof.and_then(|(header, _)| PublicJwk::from_value(header.get("jwk")?).ok());
    match key.map(|key| key.thumbprint()) {
        None => Outcome::unclear("the proof cannot be read", "run it again"),
        Some(expected) if jkt.as_str() == Some(&expected) => {
            Outcome::kept(format!("cnf.jkt is {expected}"))
        }
        Some(expected) => seen.violated(format!("a cnf.jkt of {expected}"), format!("{jkt}")),
    }
}

/// Fewest bits that a value of this length and alphabet may have at most (RFC 6749, section
/// 10.10).
const BITS: u64 = 128;

/// Fewest characters in which two values of that strength differ: 11 base64url characters are half
/// of those bits, and hexadecimal ones come in twice the number.
const CHARACTERS: u64 = 11;

fn refresh_tokens_are_random(transcript: &Transcript<'_>) -> Outcome {
    let second = transcript.step(CROSS_ORIGIN);
    let varying = second.and_then(|exchange| exchange.facts.get(VARYING)?.as_u64());
    let strength = answer(transcript, refresh_token_is_long);
    match (strength, varying, second) {
        (Outcome::Kept { .. }, Some(varying), Some(second)) if varying < CHARACTERS => {
            Outcome::violated(
                "tokens that have nothing to do with each other",
                format!("two tokens that differ in {varying} characters"),
                second,
            )
        }
        (Outcome::Kept { observed }, Some(varying), _) => {
            Outcome::kept(format!("{observed}; two differ in {varying} characters"))
        }
        (Outcome::Kept { .. }, None, _) => {
            Outcome::unclear("there is no second refresh token", "run it again")
        }
        (outcome, ..) => outcome,
    }
}

fn refresh_token_is_long(seen: &Seen<'_>) -> Outcome {
    let Some(name) = seen.text("refresh_token") else {
        return Outcome::not_offered("a refresh token", "see server.token.refresh-token-missing");
    };
    let facts = seen.exchange.facts.get(name);
    let fact = |which: &str| facts.and_then(|facts| facts.get(which)?.as_u64());
    // A value too short to be taken for a secret stands there as it is, without facts.
    let bits = fact("max_entropy_bits").unwrap_or_default();
    let length = fact("length").unwrap_or_default();
    let observed = format!("{length} characters, {bits} bits at most");
    if bits < BITS {
        return seen.violated(format!("at least {BITS} bits"), observed);
    }
    Outcome::kept(observed)
}

fn browsers_are_let_in(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.step(CROSS_ORIGIN).filter(|e| judge::is_accepted(e)) else {
        return Outcome::unclear(
            "the exchange of a page was not accepted",
            "the correct request has to be accepted first",
        );
    };
    let preflight = transcript.step(PREFLIGHT);
    let asked = preflight.and_then(|exchange| Some((exchange, exchange.response()?)));
    let asked = asked.filter(|(_, answer)| answer.status < 500 && answer.status != 429);
    let (Some(response), Some((preflight, allowed))) = (exchange.response(), asked) else {
        return Outcome::unclear("the preflight was not answered", "run it again");
    };
    let broken = |observed, at| {
        Outcome::violated("a page of another origin may exchange a code", observed, at)
    };
    match (cors::may_send(allowed, "dpop"), cors::may_read(response)) {
        (Ok(preflight), Ok(answer)) => Outcome::kept(format!("{preflight}; {answer}")),
        (Err(observed), _) => broken(observed, preflight),
        (_, Err(observed)) => broken(format!("an answer with {observed}"), exchange),
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
