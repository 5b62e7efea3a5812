//! What can be asked of the requests of a client.

use std::collections::BTreeSet;

use atproof_engine::judge::{Wire, parameter, parameters, proof, site, step_of};
use atproof_engine::model::{Outcome, Site, Step, Transcript};
use atproof_protocol::dpop::{self, Expected};
use atproof_protocol::form;
use atproof_protocol::record::{Action, Exchange, Part};

/// How many requests may follow one another because each was answered with a demand for a nonce.
const MOST_ATTEMPTS: usize = 10;

/// How far `iat` may lie from the time of the request, in seconds.
const CLOCK_SKEW: i64 = 60;

pub(super) fn pushed<'a>(transcript: &Transcript<'a>) -> Vec<&'a Exchange> {
    Wire::new(transcript).at(&Part::Control, Site::Par).collect()
}

pub(super) fn nothing(what: &str) -> Outcome {
    Outcome::unclear(format!("{what} was seen"), "the client has to log in first")
}

/// Every pushed request has the parameter.
pub(super) fn is_sent(transcript: &Transcript<'_>, name: &str) -> Outcome {
    let pushed = pushed(transcript);
    let lacks = |e: &&&Exchange| parameter(e, name).is_none_or(|value| value.is_empty());
    match (pushed.iter().find(lacks), pushed.len()) {
        (Some(exchange), _) => {
            Outcome::violated(format!("{name} in every request"), "none", exchange)
        }
        (None, 0) => nothing("no pushed request"),
        (None, _) => Outcome::kept(format!("{name} in every request")),
    }
}

/// No two logins have the same value. A second attempt of the same request may repeat it.
pub(super) fn differs(transcript: &Transcript<'_>, name: &str) -> Outcome {
    let mut logins: Vec<(String, &Exchange)> = Vec::new();
    let mut starts = 0;
    let mut seen = BTreeSet::new();
    for exchange in transcript.exchanges.iter().filter(|e| e.part == Part::Control) {
        if step_of(exchange) == Some(Step::Start) && exchange.request.method == "DRIVE" {
            starts += 1;
            for (value, exchange) in std::mem::take(&mut logins) {
                if !seen.insert(value.clone()) {
                    let expected = format!("a new {name} for every login");
                    return Outcome::violated(expected, format!("{value} again"), exchange);
                }
            }
        }
        if site(exchange) == Some(Site::Par)
            && let Some(value) = parameter(exchange, name)
            && logins.iter().all(|(known, _)| *known != value)
        {
            logins.push((value, exchange));
        }
    }
    match (starts, seen.len()) {
        (_, 0) => nothing(&format!("no {name}")),
        (..=1, _) => nothing("only one login"),
        _ => Outcome::kept(format!("another {name} every time")),
    }
}

/// Every pushed challenge is one of S256.
pub(super) fn method_is_s256(transcript: &Transcript<'_>) -> Outcome {
    let pushed = pushed(transcript);
    let with = pushed.iter().filter(|e| parameter(e, "code_challenge").is_some());
    let mut methods = with.map(|e| (e, parameter(e, "code_challenge_method")));
    match methods.clone().find(|(_, method)| method.as_deref() != Some("S256")) {
        Some((exchange, method)) => {
            let observed = method.map_or("no method, which means plain".to_owned(), |m| m);
            Outcome::violated("code_challenge_method S256", observed, exchange)
        }
        None if methods.next().is_none() => nothing("no challenge"),
        None => Outcome::kept("code_challenge_method S256"),
    }
}

/// Every pushed request is a form.
pub(super) fn pushes_a_form(transcript: &Transcript<'_>) -> Outcome {
    let pushed = pushed(transcript);
    let form = "application/x-www-form-urlencoded";
    let media_type = |exchange: &Exchange| {
        let value = exchange.request.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    };
    match pushed.iter().find(|exchange| media_type(exchange) != form) {
        Some(exchange) => Outcome::violated(form, media_type(exchange), exchange),
        None if pushed.is_empty() => nothing("no pushed request"),
        None => Outcome::kept(form),
    }
}

/// Nothing that was pushed stands in the URL of the user, but for the client_id.
pub(super) fn nothing_pushed_in_url(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let names: BTreeSet<String> =
        pushed(transcript).into_iter().flat_map(|e| parameters(e).into_keys()).collect();
    let urls: Vec<&Exchange> = wire.callbacks(&Part::Control).collect();
    let leaks = |exchange: &&Exchange| {
        let pairs = form::query_pairs(&exchange.request.url);
        let name = pairs.into_iter().map(|(name, _)| name);
        name.filter(|name| name != "client_id" && names.contains(name)).collect::<Vec<_>>()
    };
    let expected = "client_id and request_uri alone";
    match urls.iter().find(|exchange| !leaks(exchange).is_empty()) {
        Some(exchange) => Outcome::violated(expected, leaks(exchange).join(", "), exchange),
        None if urls.is_empty() => nothing("no authorization request"),
        None => Outcome::kept(expected),
    }
}

/// Requests that need a proof.
pub(super) fn proven<'a>(transcript: &Transcript<'a>) -> Vec<&'a Exchange> {
    Wire::new(transcript).proven(&Part::Control).collect()
}

/// Every request that needs a proof has one.
pub(super) fn is_signed(transcript: &Transcript<'_>) -> Outcome {
    let requests = proven(transcript);
    match requests.iter().find(|exchange| exchange.request.header("dpop").is_none()) {
        Some(exchange) => Outcome::violated("a DPoP proof", "none", exchange),
        None if requests.is_empty() => nothing("no request that needs a proof"),
        None => Outcome::kept(format!("a proof in {} requests", requests.len())),
    }
}

/// No two proofs have the same jti.
pub(super) fn is_unique(transcript: &Transcript<'_>) -> Outcome {
    let mut seen = BTreeSet::new();
    for exchange in proven(transcript) {
        let Some((_, claims)) = proof(exchange) else { continue };
        if let Some(jti) = claims.get("jti").and_then(|jti| jti.as_str())
            && !seen.insert(jti.to_owned())
        {
            return Outcome::violated("a jti of its own", format!("{jti} again"), exchange);
        }
    }
    match seen.len() {
        0 => nothing("no jti"),
        count => Outcome::kept(format!("{count} different ones")),
    }
}

/// Every proof keeps this step of RFC 9449, section 4.3.
pub(super) fn keeps(transcript: &Transcript<'_>, step: dpop::Step) -> Outcome {
    let mut read = 0;
    for exchange in proven(transcript) {
        let request = &exchange.request;
        let fields: Vec<&[u8]> = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("dpop"))
            .map(|(_, value)| value.as_bytes())
            .collect();
        let now = exchange.facts.get("now").and_then(|now| now.as_i64());
        // One with a private key is not in the record; that is another finding.
        let (false, Some(now)) = (fields.iter().any(|field| field.starts_with(b"<")), now) else {
            continue;
        };
        let expected = Expected {
            htm: &request.method,
            htu: request.url.split(['?', '#']).next().unwrap_or_default(),
            nonce: None,
            now,
            max_age: CLOCK_SKEW,
            access_token: None,
            jkt: None,
        };
        let reading = dpop::read(&fields, &expected);
        let result = reading
            .steps
            .into_iter()
            .find_map(|(of, result)| (of == step).then_some(result).and_then(Result::err));
        if let Some(defect) = result {
            return Outcome::violated("a proof for this request", defect.to_string(), exchange);
        }
        read += usize::from(!fields.is_empty());
    }
    match read {
        0 => nothing("no proof"),
        count => Outcome::kept(format!("in {count} proofs")),
    }
}

/// Every proof beside an access token has the hash of that token.
pub(super) fn is_tied_to_token(transcript: &Transcript<'_>) -> Outcome {
    let resource = Wire::new(transcript).at(&Part::Control, Site::Resource);
    let mut seen = 0;
    for exchange in resource {
        let Some(authorization) = exchange.request.header("authorization") else { continue };
        let token = authorization.split_once(' ').map_or(authorization, |(_, token)| token);
        if exchange.facts.get("ath_of").and_then(|name| name.as_str()) != Some(token.trim()) {
            let of = exchange
                .facts
                .get("ath_of")
                .map_or("of no token".to_owned(), |n| format!("of {n}"));
            return Outcome::violated(format!("ath of {token}"), of, exchange);
        }
        seen += 1;
    }
    match seen {
        0 => nothing("no access token"),
        count => Outcome::kept(format!("in {count} requests")),
    }
}

/// No proof gives its key away.
pub(super) fn holds_no_private_key(transcript: &Transcript<'_>) -> Outcome {
    let requests = proven(transcript);
    let private = |exchange: &&&Exchange| {
        let field = exchange.request.header("dpop").unwrap_or_default();
        field.starts_with("<proof_with_private_key")
    };
    match requests.iter().find(private) {
        Some(exchange) => Outcome::violated("public members only", "a private member", exchange),
        None if requests.is_empty() => nothing("no proof"),
        None => Outcome::kept("public members only"),
    }
}

/// The access token goes with the scheme DPoP.
pub(super) fn uses_dpop_scheme(transcript: &Transcript<'_>) -> Outcome {
    let resource = Wire::new(transcript).at(&Part::Control, Site::Resource);
    let schemes = resource.filter_map(|exchange| {
        let scheme = exchange.request.header("authorization")?.split(' ').next()?;
        Some((exchange, scheme.to_owned()))
    });
    let mut schemes: Vec<(&Exchange, String)> = schemes.collect();
    let count = schemes.len();
    match schemes.drain(..).find(|(_, scheme)| !scheme.eq_ignore_ascii_case("DPoP")) {
        Some((exchange, scheme)) => Outcome::violated("DPoP", scheme, exchange),
        None if count == 0 => nothing("no access token"),
        None => Outcome::kept("DPoP"),
    }
}

/// The client gives up after some attempts, all in one step.
pub(super) fn is_bounded(transcript: &Transcript<'_>, at: Site) -> Outcome {
    let attempts = attempts(transcript, at);
    let observed = format!("{} attempts", attempts.len());
    match (attempts.len(), attempts.last()) {
        (0, _) | (_, None) => nothing("no request"),
        (..=MOST_ATTEMPTS, _) => Outcome::kept(observed),
        (_, Some(last)) => {
            Outcome::violated(format!("at most {MOST_ATTEMPTS} attempts"), observed, last)
        }
    }
}

/// The attempts of the first step that has any.
pub(super) fn attempts<'a>(transcript: &Transcript<'a>, at: Site) -> Vec<&'a Exchange> {
    let faulted = transcript.exchanges.iter().filter(|e| e.part == Part::Faulted);
    let from = faulted.skip_while(|e| site(e) != Some(at) || e.action == Action::Preflight);
    let step = from.take_while(|e| e.action != Action::Driver);
    step.filter(|e| site(e) == Some(at) && e.action != Action::Preflight).collect()
}
