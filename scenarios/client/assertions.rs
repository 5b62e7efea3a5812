//! What can be asked of the assertions by which a confidential client authenticates.

use std::collections::BTreeSet;

use atproof_engine::judge::{Said, Wire, parameter, said, site, step_of};
use atproof_engine::model::{Degree, Outcome, Site, Step, Transcript};
use atproof_protocol::Reading;
use atproof_protocol::metadata::client::{self, ClientMetadata};
use atproof_protocol::record::{Exchange, Part};
use serde_json::Value;

use crate::client::proofs::nothing;
use crate::client::values::each;

/// Longest life of an assertion that is made for one request, in seconds, and how far a clock may
/// be off.
const LONGEST_LIFE: i64 = 3600;
const CLOCK_SKEW: i64 = 120;

/// Requests that a confidential client authenticates.
const AUTHENTICATED: [Site; 4] = [Site::Par, Site::Token, Site::Refresh, Site::Revocation];

/// What the client was told at `init`, and what it answered.
pub(super) fn init<'a>(transcript: &Transcript<'a>, part: &Part) -> Option<&'a Exchange> {
    Wire::new(transcript).commands(part).find(|e| step_of(e) == Some(Step::Init))
}

/// A member of what the client was told of itself.
pub(super) fn told(transcript: &Transcript<'_>, part: &Part, name: &str) -> Option<Value> {
    let text = init(transcript, part)?.request.body.text();
    serde_json::from_str::<Value>(text).ok()?.get_mut(name).map(Value::take)
}

/// Requests of a client in a part that it authenticates.
pub(super) fn authenticated<'a>(transcript: &Transcript<'a>, part: &Part) -> Vec<&'a Exchange> {
    let requests = Wire::new(transcript).requests(part);
    requests.filter(|e| site(e).is_some_and(|site| AUTHENTICATED.contains(&site))).collect()
}

/// A member of the header of the assertion of a request.
fn header<'a>(exchange: &'a Exchange, name: &str) -> Option<&'a Value> {
    exchange.facts.get("assertion")?.get("header")?.get(name)
}

/// A claim of the assertion of a request.
fn claim<'a>(exchange: &'a Exchange, name: &str) -> Option<&'a Value> {
    exchange.facts.get("assertion")?.get("claims")?.get(name)
}

/// What a value is in words.
fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"))
}

/// Who sends no assertion at all was not made a confidential client.
fn is_offered(transcript: &Transcript<'_>) -> Result<(), Outcome> {
    let requests = authenticated(transcript, &Part::Control);
    match requests.iter().any(|e| parameter(e, "client_assertion").is_some()) {
        true => Ok(()),
        false if requests.is_empty() => Err(nothing("no request")),
        false => Err(Outcome::not_offered(
            "a client that authenticates",
            "it sends no assertion at all; the driver has to hand `jwk` on to it",
        )),
    }
}

/// Judges each request with an assertion alike.
fn each_assertion(
    transcript: &Transcript<'_>,
    expected: &str,
    wrong: impl Fn(&Exchange) -> Option<String>,
) -> Outcome {
    if let Err(outcome) = is_offered(transcript) {
        return outcome;
    }
    let requests = authenticated(transcript, &Part::Control).into_iter();
    each(requests.filter(|e| e.facts.contains_key("assertion")), expected, wrong)
}

/// Every request of a kind has an assertion.
pub(super) fn is_sent(transcript: &Transcript<'_>, at: Site) -> Outcome {
    if let Err(outcome) = is_offered(transcript) {
        return outcome;
    }
    let mut requests = Wire::new(transcript).at(&Part::Control, at).peekable();
    if at == Site::Revocation && requests.peek().is_none() {
        return Outcome::not_offered("a client that revokes", "it does not have to");
    }
    each(requests, "client_assertion", |exchange| {
        parameter(exchange, "client_assertion").is_none().then(|| "none".to_owned())
    })
}

/// The type beside every assertion is that of JWTs, or there is one at all.
pub(super) fn type_is(transcript: &Transcript<'_>, wrong: fn(Option<&str>) -> bool) -> Outcome {
    use atproof_protocol::client_assertion::ASSERTION_TYPE;
    each_assertion(transcript, ASSERTION_TYPE, |exchange| {
        let found = parameter(exchange, "client_assertion_type");
        wrong(found.as_deref()).then(|| shown(found.map(Value::from).as_ref()))
    })
}

/// The claim is the `client_id` that the client was told.
pub(super) fn names_client(transcript: &Transcript<'_>, name: &str) -> Outcome {
    let client_id = told(transcript, &Part::Control, "client_id").unwrap_or_default();
    each_assertion(transcript, &format!("{name} is {client_id}"), |exchange| {
        let found = claim(exchange, name);
        (found != Some(&client_id)).then(|| shown(found))
    })
}

/// The audience of an assertion in a list; a text is a list of one.
fn audience(exchange: &Exchange) -> Vec<String> {
    match claim(exchange, "aud") {
        Some(Value::Array(values)) => {
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(Value::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// The issuer of the server at which the login began, from its metadata.
fn issuer(transcript: &Transcript<'_>, part: &Part) -> Option<String> {
    let documents = Wire::new(transcript).at(part, Site::ServerMetadata);
    let issuers = documents.filter_map(|e| e.response()?.member("issuer"));
    issuers.filter_map(|issuer| issuer.as_str().map(str::to_owned)).last()
}

/// The issuer is among the audience.
pub(super) fn is_for_issuer(transcript: &Transcript<'_>, part: &Part) -> Outcome {
    let Some(issuer) = issuer(transcript, part) else { return nothing("no server metadata") };
    if let Err(outcome) = is_offered(transcript) {
        return outcome;
    }
    let requests = authenticated(transcript, part).into_iter();
    let requests: Vec<_> = requests.filter(|e| e.facts.contains_key("assertion")).collect();
    if requests.is_empty() && *part == Part::Faulted {
        return Outcome::kept("it stopped before it authenticated");
    }
    each(requests, &format!("aud is {issuer}"), |exchange| {
        let is_right = audience(exchange).contains(&issuer);
        (!is_right).then(|| shown(claim(exchange, "aud")))
    })
}

/// There is one audience.
pub(super) fn has_one_audience(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "one audience", |exchange| {
        (audience(exchange).len() > 1).then(|| shown(claim(exchange, "aud")))
    })
}

fn time(exchange: &Exchange, name: &str) -> Option<i64> {
    claim(exchange, name)?.as_f64().map(|seconds| {
        #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
        let seconds = seconds as i64;
        seconds
    })
}

fn now(exchange: &Exchange) -> Option<i64> {
    exchange.facts.get("now")?.as_i64()
}

/// There is an end.
pub(super) fn expires(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "exp, a number", |exchange| {
        time(exchange, "exp").is_none().then(|| shown(claim(exchange, "exp")))
    })
}

/// The end is near, and not in the past.
pub(super) fn expires_soon(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "an exp within the hour", |exchange| {
        let left = time(exchange, "exp")?.saturating_sub(now(exchange)?);
        (!(-CLOCK_SKEW..=LONGEST_LIFE).contains(&left)).then(|| format!("one {left} s from now"))
    })
}

/// It says when it was made, which was just now.
pub(super) fn is_dated(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "iat, just now", |exchange| {
        let Some(iat) = time(exchange, "iat") else { return Some(shown(claim(exchange, "iat"))) };
        let off = iat.saturating_sub(now(exchange)?);
        (off.saturating_abs() > CLOCK_SKEW).then(|| format!("{off} s off"))
    })
}

/// It has an identifier.
pub(super) fn is_identified(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "a jti", |exchange| {
        let jti = claim(exchange, "jti").and_then(Value::as_str);
        jti.is_none_or(str::is_empty).then(|| shown(claim(exchange, "jti")))
    })
}

/// No two assertions have one identifier. One that is sent again with a nonce is one.
pub(super) fn jti_is_unique(transcript: &Transcript<'_>) -> Outcome {
    let jti = |e: &Exchange| claim(e, "jti").and_then(Value::as_str).map(str::to_owned);
    is_never_repeated(transcript, "jti", jti, is_second_attempt)
}

/// No assertion is sent twice.
pub(super) fn is_new_every_time(transcript: &Transcript<'_>) -> Outcome {
    let assertion = |e: &Exchange| parameter(e, "client_assertion");
    is_never_repeated(transcript, "assertion", assertion, |_, _| false)
}

/// Whether a request is the one before, sent again because that was not successful.
fn is_second_attempt(before: &Exchange, exchange: &Exchange) -> bool {
    let assertion = |e: &Exchange| parameter(e, "client_assertion");
    before.status().is_some_and(|status| status >= 400)
        && site(before) == site(exchange)
        && assertion(before) == assertion(exchange)
}

fn is_never_repeated(
    transcript: &Transcript<'_>,
    what: &str,
    value: impl Fn(&Exchange) -> Option<String>,
    may_repeat: fn(&Exchange, &Exchange) -> bool,
) -> Outcome {
    if let Err(outcome) = is_offered(transcript) {
        return outcome;
    }
    let mut seen = BTreeSet::new();
    let mut before: Option<&Exchange> = None;
    for exchange in authenticated(transcript, &Part::Control) {
        let may_repeat = before.is_some_and(|before| may_repeat(before, exchange));
        before = Some(exchange);
        let Some(value) = value(exchange) else { continue };
        if !seen.insert(value.clone()) && !may_repeat {
            let expected = format!("another {what} for each request");
            return Outcome::violated(expected, format!("{value} again"), exchange);
        }
    }
    match seen.len() {
        0 => nothing(&format!("no {what}")),
        count => Outcome::kept(format!("{count} different ones")),
    }
}

/// The header names a key.
pub(super) fn names_key(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "a kid", |exchange| {
        let kid = header(exchange, "kid").and_then(Value::as_str);
        kid.is_none_or(str::is_empty).then(|| shown(header(exchange, "kid")))
    })
}

/// The key that the header names is the one that signed.
pub(super) fn names_its_key(transcript: &Transcript<'_>) -> Outcome {
    let kid = told(transcript, &Part::Control, "jwk")
        .and_then(|mut jwk| jwk.get_mut("kid").map(Value::take));
    let kid = kid.unwrap_or_default();
    each_assertion(transcript, &format!("the kid {kid}, of the key that signs"), |exchange| {
        let found = header(exchange, "kid")?;
        let is_own = exchange.facts.get("assertion")?.get("signer") == Some(&kid);
        (is_own && *found != kid).then(|| shown(Some(found)))
    })
}

/// It is signed with the key that the client was given.
pub(super) fn is_signed(transcript: &Transcript<'_>) -> Outcome {
    let kid = told(transcript, &Part::Control, "jwk")
        .and_then(|mut jwk| jwk.get_mut("kid").map(Value::take));
    let kid = kid.unwrap_or_default();
    each_assertion(transcript, "a signature by the key in the document", |exchange| {
        let assertion = exchange.facts.get("assertion")?;
        // One in another format, or with an unreadable text, is another finding.
        let is_read = assertion.get("signature_length").is_none_or(|n| *n == 64 || *n == 0)
            && assertion.get("header").is_some();
        let signer = assertion.get("signer")?;
        (is_read && *signer != kid).then(|| match signer.as_str() {
            Some(signer) => format!("one by {signer}"),
            None => format!("none that it verifies, alg {}", shown(header(exchange, "alg"))),
        })
    })
}

/// It is signed with the one algorithm that the server announces.
pub(super) fn is_es256(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "alg ES256", |exchange| {
        let found = header(exchange, "alg");
        (found.and_then(Value::as_str) != Some("ES256")).then(|| shown(found))
    })
}

/// It is a JWT in the one serialization that there is.
pub(super) fn is_a_jwt(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "a JWT", |exchange| {
        let defects = exchange.facts.get("assertion")?.get("defects")?.as_array()?;
        defects.first().and_then(Value::as_str).map(str::to_owned)
    })
}

/// An ES256 signature has two numbers of 32 bytes.
pub(super) fn has_64_bytes(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "64 bytes", |exchange| {
        let length = exchange.facts.get("assertion")?.get("signature_length")?.as_u64()?;
        let is_es256 = header(exchange, "alg").and_then(Value::as_str) == Some("ES256");
        (is_es256 && length != 64).then(|| format!("{length} bytes"))
    })
}

/// Whatever key signs at first, and whatever it is called, goes on until the end of a session.
pub(super) fn keeps_its_key(transcript: &Transcript<'_>) -> Outcome {
    if let Err(outcome) = is_offered(transcript) {
        return outcome;
    }
    let key = |e: &Exchange| {
        let signer = e.facts.get("assertion")?.get("signer")?.clone();
        Some((signer, header(e, "kid").cloned(), header(e, "alg").cloned()))
    };
    let later = [Site::Token, Site::Refresh, Site::Revocation];
    let expected = "key, kid and alg of the pushed request";
    crate::client::values::agrees(transcript, &later, expected, |pushed, exchange| {
        let (before, now) = (key(pushed)?, key(exchange));
        (now.as_ref() != Some(&before)).then(|| match now {
            Some((_, kid, alg)) => {
                format!("kid {}, alg {}", shown(kid.as_ref()), shown(alg.as_ref()))
            }
            None => "no assertion".to_owned(),
        })
    })
}

/// How else than with an assertion a request authenticates.
fn other_method(exchange: &Exchange) -> Option<String> {
    let secret = parameter(exchange, "client_secret").map(|_| "a client_secret");
    let field = exchange.request.header("authorization").map(|_| "an Authorization field");
    secret.or(field).map(str::to_owned)
}

/// No secret is sent.
pub(super) fn has_no_secret(transcript: &Transcript<'_>) -> Outcome {
    each(authenticated(transcript, &Part::Control), "no client_secret", other_method)
}

/// Nothing goes along with an assertion.
pub(super) fn has_one_method(transcript: &Transcript<'_>) -> Outcome {
    each_assertion(transcript, "the assertion alone", other_method)
}

/// No assertion goes through the browser.
pub(super) fn is_not_in_url(transcript: &Transcript<'_>) -> Outcome {
    if let Err(outcome) = is_offered(transcript) {
        return outcome;
    }
    let urls = Wire::new(transcript).callbacks(&Part::Control);
    each(urls, "no client_assertion in the URL of the user", |exchange| {
        exchange.request.url.contains("client_assertion").then(|| "one".to_owned())
    })
}

/// The identifier is the one that the client was told, whole, in every request.
pub(super) fn client_id_is_whole(transcript: &Transcript<'_>) -> Outcome {
    let client_id = told(transcript, &Part::Control, "client_id").unwrap_or_default();
    let client_id = client_id.as_str().unwrap_or_default();
    if let Err(outcome) = is_offered(transcript) {
        return outcome;
    }
    each(authenticated(transcript, &Part::Control), client_id, |exchange| {
        // Who authenticates need not name itself again (RFC 7521, section 4.2).
        let found = parameter(exchange, "client_id")?;
        (found != client_id).then(|| format!("`{found}`"))
    })
}

/// A client that is told something wrong of itself says so before it pushes.
///
/// Who goes on breaks no rule by itself, since somebody told it so: that is less than a violation.
pub(super) fn refuses(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(last) = wire.commands(&Part::Faulted).last() else {
        return Outcome::unclear("the client was not led through its steps", "run it again");
    };
    let pushed = wire.at(&Part::Faulted, Site::Par).next();
    match (said(last), pushed) {
        (Said::Skipped, _) => {
            Outcome::not_offered("a client that can be made like this", "the driver skips")
        }
        (Said::Failed(kind, detail), _) => {
            Outcome::unclear(format!("a {kind}: {detail}"), "nothing follows from that")
        }
        (Said::Refused, None) => Outcome::kept("it was not made, or did not push"),
        (Said::Refused | Said::Done, _) => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "it says so when it is made, or before it pushes".to_owned(),
            observed: "it pushed a request".to_owned(),
            at: Some(pushed.unwrap_or(last).id.clone()),
        },
    }
}

/// The same of a wrong document. Many libraries never see one, and some make it themselves, so that
/// what they were told is of no use to them: what counts is the document that the driver shows, and
/// `is_wrong` says whether what is wrong is in there.
pub(super) fn refuses_document(
    transcript: &Transcript<'_>,
    is_wrong: impl Fn(&Reading<ClientMetadata>) -> bool,
) -> Outcome {
    let shown = |part: &Part| init(transcript, part)?.response()?.member("client_metadata");
    if shown(&Part::Control).is_none_or(|document| document.is_null()) {
        return Outcome::not_offered(
            "a driver that answers `init` with `client_metadata`",
            "give back what the library would publish, where it reads or makes it",
        );
    }
    let outcome = refuses(transcript);
    let client_id = told(transcript, &Part::Faulted, "client_id").unwrap_or_default();
    let read = |document: &Value| {
        client::read(document.to_string().as_bytes(), client_id.as_str().unwrap_or_default())
    };
    match shown(&Part::Faulted) {
        Some(ref own) if matches!(outcome, Outcome::Broken { .. }) && !is_wrong(&read(own)) => {
            Outcome::kept("it makes its document itself, in which that is right")
        }
        _ => outcome,
    }
}
