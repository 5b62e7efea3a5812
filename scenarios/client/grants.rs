//! What can be asked of how a client gets, uses, renews and gives back its grant.

use std::collections::BTreeSet;

use atproof_engine::judge::{Said, Wire, parameter, parameters, proof, said, site, step_of};
use atproof_engine::model::{Outcome, Site, Step, Transcript};
use atproof_protocol::record::{Action, Exchange, Part};
use atproof_protocol::{base64url, form};
use serde_json::Value;

/// How many attempts may follow one another.
const MOST_ATTEMPTS: usize = 5;

fn nothing(what: &str) -> Outcome {
    Outcome::unclear(format!("{what} was seen"), "the client has to do it first")
}

fn at<'a>(transcript: &Transcript<'a>, sites: &[Site]) -> Vec<&'a Exchange> {
    let requests = Wire::new(transcript).requests(&Part::Control);
    requests.filter(|e| site(e).is_some_and(|site| sites.contains(&site))).collect()
}

/// Kept where no request has a defect, broken at the first that has one.
fn each(
    requests: &[&Exchange],
    expected: &str,
    defect: impl Fn(&Exchange) -> Option<String>,
) -> Outcome {
    let found = requests.iter().find_map(|exchange| Some((exchange, defect(exchange)?)));
    match found {
        Some((exchange, observed)) => Outcome::violated(expected, observed, exchange),
        None if requests.is_empty() => nothing("no such request"),
        None => Outcome::kept(expected),
    }
}

// The request for authorization.

/// Every pushed request has the parameter, with this value where one is given.
pub(super) fn pushes(transcript: &Transcript<'_>, name: &str, value: Option<&str>) -> Outcome {
    let expected = format!("{name} {}", value.unwrap_or("in every request"));
    each(&at(transcript, &[Site::Par]), expected.trim_end(), |exchange| {
        match parameter(exchange, name) {
            None => Some("none".to_owned()),
            Some(found) if value.is_some_and(|value| value != found) => Some(found),
            Some(_) => None,
        }
    })
}

/// No parameter stands twice in what is sent to these endpoints.
pub(super) fn repeats_nothing(transcript: &Transcript<'_>, sites: &[Site]) -> Outcome {
    each(&at(transcript, sites), "every parameter once", |exchange| {
        let body = form::parse(exchange.request.body.text().as_bytes()).0;
        let query = form::query_pairs(&exchange.request.url);
        let mut seen = BTreeSet::new();
        let names = body.into_iter().chain(query).map(|(name, _)| name);
        names.filter(|name| !name.is_empty()).find(|name| !seen.insert(name.clone()))
    })
}

/// `login_hint` is what the user typed.
pub(super) fn hints_at_input(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let typed = wire.command(&Part::Control, Step::Start).and_then(|e| parameter(e, "input"));
    let Some(typed) = typed else { return nothing("no start") };
    let expected = format!("login_hint {typed}");
    each(&at(transcript, &[Site::Par]), &expected, |exchange| {
        parameter(exchange, "login_hint").filter(|hint| *hint != typed)
    })
}

/// No `state` can be read.
pub(super) fn state_says_nothing(transcript: &Transcript<'_>) -> Outcome {
    each(&at(transcript, &[Site::Par]), "a state without content", |exchange| {
        let state = parameter(exchange, "state")?;
        let hint = parameter(exchange, "login_hint").unwrap_or_default();
        let decoded = state.split('.').filter_map(base64url_text);
        let mut texts: Vec<String> = decoded.collect();
        texts.push(state);
        let is_told = |text: &String| {
            let is_json = serde_json::from_str(text)
                .is_ok_and(|value: Value| value.is_object() || value.is_array());
            let tells = |name: &str| !name.is_empty() && text.contains(name);
            is_json || tells(&hint) || tells("did:") || tells("://")
        };
        texts.into_iter().find(is_told)
    })
}

/// The text behind base64, of either alphabet, padded or not.
fn base64url_text(text: &str) -> Option<String> {
    let text = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    String::from_utf8(base64url::decode(&text).ok()?).ok()
}

/// The query of the authorization endpoint is still there.
pub(super) fn keeps_query(transcript: &Transcript<'_>) -> Outcome {
    let urls: Vec<&Exchange> = Wire::new(transcript).callbacks(&Part::Faulted).collect();
    each(&urls, "tenant=1 once, beside client_id and request_uri", |exchange| {
        let pairs = form::query_pairs(&exchange.request.url);
        let values = |name: &str| -> Vec<&str> {
            pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect()
        };
        let is_whole = values("tenant") == ["1"]
            && ["client_id", "request_uri"].iter().all(|name| values(name).len() == 1);
        let names = pairs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
        (!is_whole).then(|| names.join(", "))
    })
}

// Scope.

/// The scope of every pushed request is so that this holds for its values.
pub(super) fn scope_is(
    transcript: &Transcript<'_>,
    expected: &str,
    is_good: fn(values: &BTreeSet<String>, request: &Exchange, asked: &BTreeSet<String>) -> bool,
) -> Outcome {
    let wire = Wire::new(transcript);
    let command = wire.command(&Part::Control, Step::Start);
    let asked = values(&command.and_then(|e| parameter(e, "scope")).unwrap_or_default());
    each(&at(transcript, &[Site::Par]), expected, |exchange| {
        let scope = parameter(exchange, "scope").unwrap_or_default();
        (!is_good(&values(&scope), exchange, &asked)).then_some(scope)
    })
}

/// The values that a development client declares in its identifier.
pub(super) fn declared(request: &Exchange) -> Option<BTreeSet<String>> {
    let client_id = parameter(request, "client_id")?;
    let pairs = form::query_pairs(&client_id);
    let scope = pairs.into_iter().find(|(name, _)| name == "scope").map(|(_, value)| value);
    client_id.starts_with("http://localhost").then(|| values(&scope.unwrap_or_default()))
}

fn values(scope: &str) -> BTreeSet<String> {
    scope.split(' ').filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// Where the client says what it was granted, it is what the server said.
pub(super) fn tells_granted_scope(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let told = wire.command(&Part::Faulted, Step::Callback);
    let told = told.and_then(|e| Some((e, e.response()?.member("scope")?)));
    let granted =
        wire.at(&Part::Faulted, Site::Token).filter_map(|e| e.response()?.member("scope"));
    match (told, granted.last()) {
        (Some((exchange, told)), Some(granted)) => {
            let (told, granted) = (told.as_str().map(values), granted.as_str().map(values));
            if told == granted {
                return Outcome::kept("the scope of the answer");
            }
            let observed = told.unwrap_or_default().into_iter().collect::<Vec<_>>().join(" ");
            Outcome::violated("the scope of the answer", observed, exchange)
        }
        _ => Outcome::unclear("the client does not say what it was granted", "nothing follows"),
    }
}

// The token endpoint.

/// Every request to the token endpoint is a POST.
pub(super) fn posts(transcript: &Transcript<'_>) -> Outcome {
    each(&at(transcript, &[Site::Token, Site::Refresh]), "POST", |exchange| {
        let method = &exchange.request.method;
        (method != "POST").then(|| method.clone())
    })
}

/// Every code exchange has the parameter with the value that was pushed.
pub(super) fn repeats_pushed(transcript: &Transcript<'_>, name: &str) -> Outcome {
    let pushed = at(transcript, &[Site::Par]).first().and_then(|e| parameter(e, name));
    let Some(pushed) = pushed else { return nothing("no pushed request") };
    each(&at(transcript, &[Site::Token]), &format!("{name} as it was pushed"), |exchange| {
        match parameter(exchange, name) {
            None => Some("none".to_owned()),
            Some(found) => (found != pushed).then_some(found),
        }
    })
}

/// A code whose exchange failed is not sent again.
pub(super) fn sends_code_once(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let attempts: Vec<&Exchange> = wire.at(&Part::Faulted, Site::Token).collect();
    let Some(twisted) = wire.twisted() else { return nothing("no exchange") };
    let code = parameter(twisted, "code");
    let later = attempts.iter().skip_while(|e| e.id != twisted.id).skip(1);
    match later.into_iter().find(|e| parameter(e, "code") == code) {
        Some(again) => Outcome::violated("the code once", "the code again", again),
        None => Outcome::kept("the code once"),
    }
}

// The refresh.

/// Every refresh has the newest refresh token.
pub(super) fn uses_newest_token(transcript: &Transcript<'_>) -> Outcome {
    let mut newest: Option<Value> = None;
    let mut count = 0;
    for exchange in at(transcript, &[Site::Token, Site::Refresh]) {
        let sent = parameter(exchange, "refresh_token");
        if site(exchange) == Some(Site::Refresh)
            && let (Some(sent), Some(newest)) = (&sent, newest.as_ref().and_then(Value::as_str))
        {
            if sent != newest {
                return Outcome::violated(newest, sent.as_str(), exchange);
            }
            count += 1;
        }
        newest = exchange.response().and_then(|r| r.member("refresh_token")).or(newest);
    }
    match count {
        ..2 => nothing("no second refresh"),
        count => Outcome::kept(format!("in {count} requests")),
    }
}

/// The proofs of a session have one key.
pub(super) fn has_one_key(transcript: &Transcript<'_>) -> Outcome {
    let requests = at(transcript, &[Site::Token, Site::Refresh, Site::Resource]);
    let key = |exchange: &Exchange| {
        let (header, _) = proof(exchange)?;
        let jwk = header.get("jwk")?;
        Some(["x", "y"].map(|name| jwk.get(name).cloned()))
    };
    let Some(first) = requests.iter().find_map(|e| key(e)) else { return nothing("no key") };
    each(&requests, "the key of the session", |exchange| {
        key(exchange).filter(|found| *found != first).map(|_| "another key".to_owned())
    })
}

/// What the client sends after the changed answer, with a token of the session, in a later step.
fn later_use<'a>(transcript: &Transcript<'a>, after: &Exchange) -> Option<&'a Exchange> {
    let place = transcript.exchanges.iter().position(|exchange| exchange.id == after.id)?;
    transcript.exchanges.iter().skip(place + 1).find(|exchange| {
        exchange.part == Part::Faulted
            && !matches!(exchange.action, Action::Driver | Action::Preflight)
            && step_of(exchange) == Some(Step::Request)
            && (site(exchange) == Some(Site::Refresh)
                || exchange.request.header("authorization").is_some())
    })
}

/// The session is still of use after a refresh that failed for a while.
pub(super) fn survives(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return nothing("no refresh") };
    match later_use(transcript, twisted) {
        Some(_) => Outcome::kept("its tokens were used afterwards"),
        None => Outcome::violated("the session lasts", "no token was used afterwards", twisted),
    }
}

/// The session is over after a refresh that was refused for good.
pub(super) fn is_over(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return nothing("no refresh") };
    let expected = "the session is over";
    if let Some(used) = later_use(transcript, twisted) {
        return Outcome::violated(expected, "its tokens were used afterwards", used);
    }
    let attempts = wire.at(&Part::Faulted, Site::Refresh).count();
    if attempts > MOST_ATTEMPTS {
        return Outcome::violated(expected, format!("{attempts} attempts"), twisted);
    }
    Outcome::kept(expected)
}

/// No token goes to the other server.
pub(super) fn stays_home(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    match wire.to_other(&Part::Faulted) {
        Some(exchange) => {
            let sent = ["authorization", "dpop"];
            let sent = sent.into_iter().filter(|name| exchange.request.header(name).is_some());
            let body = (exchange.request.method != "GET").then_some("the body");
            let observed = sent.chain(body).collect::<Vec<_>>().join(", ");
            Outcome::violated("nothing for the other server", observed, exchange)
        }
        None => match wire.twisted() {
            Some(_) => Outcome::kept("nothing for the other server"),
            None => nothing("no such answer"),
        },
    }
}

/// The refresh token goes nowhere but to the server that gave it, if anywhere.
pub(super) fn refreshes_at_home(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let expected = "no refresh at the other server";
    match (wire.to_other(&Part::Faulted), wire.command(&Part::Faulted, Step::Refresh)) {
        (Some(exchange), _) => Outcome::violated(expected, "it was there", exchange),
        (None, Some(_)) => Outcome::kept(expected),
        (None, None) => nothing("no refresh"),
    }
}

// The PDS.

/// Every request has a token and a proof.
pub(super) fn has_both(transcript: &Transcript<'_>) -> Outcome {
    each(&at(transcript, &[Site::Resource]), "a token and a proof", |exchange| {
        let lacks = |name: &str| exchange.request.header(name).is_none();
        match (lacks("authorization"), lacks("dpop")) {
            (false, false) => None,
            (true, true) => Some("neither".to_owned()),
            (true, false) => Some("no token in Authorization".to_owned()),
            (false, true) => Some("no proof".to_owned()),
        }
    })
}

/// No request has its token in two places.
pub(super) fn has_one_token(transcript: &Transcript<'_>) -> Outcome {
    each(&at(transcript, &[Site::Resource]), "the token in one place", |exchange| {
        let in_field = exchange.request.header("authorization").is_some();
        let elsewhere = parameters(exchange).contains_key("access_token");
        (in_field && elsewhere).then(|| "in Authorization and as a parameter".to_owned())
    })
}

/// No request speaks to proxies with a token.
pub(super) fn tells_no_proxy(transcript: &Transcript<'_>) -> Outcome {
    each(&at(transcript, &[Site::Resource]), "no Proxy-Authorization", |exchange| {
        let field = exchange.request.header("proxy-authorization")?;
        field.split(' ').next().map(str::to_owned)
    })
}

/// The client gives up refreshing for a token that is never good.
pub(super) fn refreshes_seldom(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return nothing("no request") };
    let refreshes = wire.at(&Part::Faulted, Site::Refresh);
    let count = refreshes.filter(|e| e.status() == Some(200)).count();
    let observed = format!("{count} refreshes");
    match count {
        ..=MOST_ATTEMPTS => Outcome::kept(observed),
        _ => Outcome::violated(format!("at most {MOST_ATTEMPTS} refreshes"), observed, twisted),
    }
}

/// A changed answer does not make the client ask again and again.
pub(super) fn asks_seldom(transcript: &Transcript<'_>, wanted: Site) -> Outcome {
    let wire = Wire::new(transcript);
    let attempts: Vec<&Exchange> = wire.at(&Part::Faulted, wanted).collect();
    let observed = format!("{} attempts", attempts.len());
    match (attempts.len(), attempts.last()) {
        (0, _) | (_, None) => nothing("no request"),
        (..=MOST_ATTEMPTS, _) => Outcome::kept(observed),
        (_, Some(last)) => {
            Outcome::violated(format!("at most {MOST_ATTEMPTS} attempts"), observed, last)
        }
    }
}

// The end of a session.

/// The server hears of the end of a session: a token is revoked.
pub(super) fn revokes(transcript: &Transcript<'_>, name: &str) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(logout) = wire.command(&Part::Control, Step::Logout) else {
        return nothing("no logout");
    };
    let mut given = BTreeSet::new();
    for exchange in at(transcript, &[Site::Token, Site::Refresh]) {
        let token = exchange.response().and_then(|response| response.member(name));
        given.extend(token.and_then(|token| token.as_str().map(str::to_owned)));
    }
    let revoked = wire.at(&Part::Control, Site::Revocation);
    match revoked.filter_map(|e| parameter(e, "token")).find(|token| given.contains(token)) {
        Some(token) => Outcome::kept(format!("{token} was revoked")),
        None => Outcome::violated(format!("{name} revoked"), "it was not", logout),
    }
}

/// After a logout whose revocation failed, no token is used.
pub(super) fn is_gone(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let (Some(_), Some(logout)) = (wire.twisted(), wire.command(&Part::Faulted, Step::Logout))
    else {
        return nothing("no revocation");
    };
    match later_use(transcript, logout) {
        Some(used) => Outcome::violated("the session is over here", "its token was used", used),
        None => Outcome::kept("no token was used afterwards"),
    }
}

/// After a revocation that the server could not carry out, the client tries again or says so.
pub(super) fn minds_failure(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let (Some(twisted), Some(logout)) =
        (wire.twisted(), wire.command(&Part::Faulted, Step::Logout))
    else {
        return nothing("no revocation");
    };
    let token = parameter(twisted, "token");
    let attempts = wire.at(&Part::Faulted, Site::Revocation);
    let attempts = attempts.filter(|e| parameter(e, "token") == token).count();
    let is_done = logout.response().and_then(|r| r.member("ok")) == Some(Value::Bool(true));
    match (is_done, attempts) {
        (false, _) => Outcome::kept("it says that it failed"),
        (true, 2..) => Outcome::kept(format!("{attempts} attempts")),
        (true, _) => {
            let expected = "the client tries again, or says that it failed";
            Outcome::violated(expected, "one attempt, and success", logout)
        }
    }
}

/// What has a refresh token at the token endpoint is a refresh.
pub(super) fn is_a_refresh(transcript: &Transcript<'_>) -> Outcome {
    let requests = at(transcript, &[Site::Token, Site::Refresh]);
    let with: Vec<&Exchange> =
        requests.into_iter().filter(|e| parameter(e, "refresh_token").is_some()).collect();
    each(&with, "grant_type refresh_token", |exchange| {
        let found = parameter(exchange, "grant_type").unwrap_or_else(|| "none".to_owned());
        (found != "refresh_token").then_some(found)
    })
}

/// A refresh names no scope, or some of what was granted.
pub(super) fn asks_for_no_more(transcript: &Transcript<'_>) -> Outcome {
    let granted = at(transcript, &[Site::Token]);
    let granted = granted.iter().rev().find_map(|e| e.response()?.member("scope"));
    let granted = granted.as_ref().and_then(Value::as_str).map(values).unwrap_or_default();
    each(&at(transcript, &[Site::Refresh]), "no scope beyond the granted one", |exchange| {
        let asked = parameter(exchange, "scope")?;
        (!values(&asked).is_subset(&granted)).then_some(asked)
    })
}

/// Of two requests that need a refresh, one refreshes. That they were under way together shows in
/// two requests before the first refresh.
pub(super) fn refreshes_once(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let mut tokens = BTreeSet::new();
    let asks_for_nonce = |e: &Exchange| {
        e.status() == Some(400)
            && e.response().and_then(|r| r.member("error")) == Some(Value::from("use_dpop_nonce"))
    };
    let refreshes = wire.at(&Part::Faulted, Site::Refresh).filter(|e| !asks_for_nonce(e));
    for exchange in refreshes {
        if let Some(token) = parameter(exchange, "refresh_token")
            && !tokens.insert(token)
        {
            let observed = "two refreshes with the same token";
            return Outcome::violated("one refresh", observed, exchange);
        }
    }
    let before = wire.requests(&Part::Faulted).take_while(|e| site(e) != Some(Site::Refresh));
    match (before.filter(|e| site(e) == Some(Site::Resource)).count(), tokens.len()) {
        (_, 0) => nothing("no refresh"),
        (..=1, _) => Outcome::not_offered(
            "a driver that carries out two requests at once",
            "let the driver read the next line while a command is under way",
        ),
        _ => Outcome::kept("one refresh for both"),
    }
}

/// After the changed answer the client asks again with its token, and says so.
pub(super) fn asks_again(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return nothing("no request") };
    let Some(last) = wire.command(&Part::Faulted, Step::Request) else {
        return nothing("no request");
    };
    let expected = "the session lasts";
    match (said(last), later_use(transcript, twisted)) {
        (Said::Done, Some(_)) => Outcome::kept("the token was used again"),
        (Said::Failed(kind, detail), _) => {
            Outcome::violated(expected, format!("a {kind}: {detail}"), last)
        }
        (_, Some(_)) => Outcome::kept("the token was sent again"),
        (_, None) => Outcome::violated(expected, "no token was used afterwards", last),
    }
}
