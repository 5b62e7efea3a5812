//! Where a client goes, and where it must not.

use atproof_engine::judge::{Said, Wire, parameter, said, site, step_of};
use atproof_engine::model::{Degree, Outcome, Site, Step, Transcript};
use atproof_protocol::record::{Exchange, Part};
use url::{Host, Url};

fn role(exchange: &Exchange) -> &str {
    exchange.facts.get("role").and_then(|role| role.as_str()).unwrap_or_default()
}

fn place(exchange: &Exchange) -> String {
    format!("{} {}", exchange.request.method, exchange.request.url)
}

fn honest<'a>(transcript: &Transcript<'a>, wanted: Site) -> Vec<&'a Exchange> {
    Wire::new(transcript).at(&Part::Control, wanted).collect()
}

fn no_login() -> Outcome {
    Outcome::unclear("no pushed request was seen", "the client has to log in first")
}

/// Nobody is asked about what a user typed, and nobody is sent anywhere.
pub(super) fn asks_nobody(transcript: &Transcript<'_>) -> Outcome {
    refuses_at_once(transcript, |_| true)
}

/// The same for a DID that is none. Whoever takes it for a handle, and asks for that, has not looked
/// it up.
pub(super) fn looks_up_no_did(transcript: &Transcript<'_>) -> Outcome {
    refuses_at_once(transcript, |exchange| site(exchange) != Some(Site::Handle))
}

fn refuses_at_once(transcript: &Transcript<'_>, counts: fn(&Exchange) -> bool) -> Outcome {
    let wire = Wire::new(transcript);
    let expected = "a refusal, before anybody is asked";
    if let Some(pushed) = wire.at(&Part::Faulted, Site::Par).next() {
        return Outcome::violated(expected, "a request was pushed", pushed);
    }
    let asked = wire.requests(&Part::Faulted).find(|exchange| counts(exchange));
    match (wire.command(&Part::Faulted, Step::Start), asked) {
        (None, _) => Outcome::unclear("the login did not begin", "run it again"),
        (Some(start), _) if said(start) == Said::Done => {
            Outcome::violated(expected, "the login went on", start)
        }
        // Refused, but late: whoever resolves handles for the client saw it.
        (Some(_), Some(asked)) => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: expected.to_owned(),
            observed: place(asked),
            at: Some(asked.id.clone()),
        },
        (Some(_), None) => Outcome::kept("refused at once"),
    }
}

/// Nothing is asked of any server after a DID document that names none.
pub(super) fn asks_no_server(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let servers = [Site::ResourceMetadata, Site::ServerMetadata, Site::Par];
    let mut asked = wire.requests(&Part::Faulted);
    let asked = asked.find(|e| site(e).is_some_and(|site| servers.contains(&site)));
    match (asked, wire.twisted()) {
        (_, None) => never_felt(),
        (Some(asked), _) => Outcome::violated("no server is asked", place(asked), asked),
        (None, _) => Outcome::kept("no server was asked"),
    }
}

/// The login ends where the DNS record leads to an account that does not claim the handle, whatever
/// the host of the handle says.
pub(super) fn prefers_the_record(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(start) = wire.command(&Part::Faulted, Step::Start) else { return never_felt() };
    match (said(start), wire.twisted()) {
        (Said::Done, _) => Outcome::violated("the answer of the DNS", "that of the host", start),
        (_, None) => never_felt(),
        (_, Some(_)) => Outcome::kept("the answer of the DNS"),
    }
}

/// How the client looks for the DNS record of a handle.
pub(super) fn comes_to_the_record(transcript: &Transcript<'_>) -> Outcome {
    match honest(transcript, Site::Record).first() {
        Some(_) => Outcome::observed("a question to the name server"),
        None => Outcome::observed("no question to the name server"),
    }
}

/// Nothing is sent to a place outside of the network.
pub(super) fn stays_in_the_network(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    // Hosts of handles are part of it.
    let is_outside = |e: &&Exchange| role(e) == "host" && site(e) != Some(Site::Handle);
    match (wire.requests(&Part::Faulted).find(is_outside), wire.twisted()) {
        (_, None) => never_felt(),
        (Some(sent), _) => Outcome::violated("nothing is sent there", place(sent), sent),
        (None, _) => Outcome::kept("nothing was sent there"),
    }
}

/// Once its DID document names another PDS, no request for an account is pushed at the old server.
pub(super) fn goes_where_it_moved(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return never_felt() };
    let later = wire.requests(&Part::Faulted).skip_while(|e| e.id != twisted.id);
    let mut pushed = later.filter(|e| site(e) == Some(Site::Par));
    match pushed.find(|e| role(e) == "issuer") {
        Some(old) => Outcome::violated("nothing is pushed at the old server", place(old), old),
        None => Outcome::kept("nothing was pushed at the old server"),
    }
}

/// Nothing that belongs to a session is sent to the other server.
pub(super) fn gives_nothing_away(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    match (wire.to_other(&Part::Faulted), wire.twisted()) {
        (_, None) => never_felt(),
        (Some(sent), _) => Outcome::violated("nothing goes to the other server", place(sent), sent),
        (None, _) => Outcome::kept("nothing went to the other server"),
    }
}

fn never_felt() -> Outcome {
    Outcome::not_offered(
        "a client that asks for what was changed",
        "it went on without, and nothing follows from that",
    )
}

/// The DID document is read again for the second login.
pub(super) fn resolves_again(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let ends = |e: &&Exchange| step_of(e) != Some(Step::Callback);
    let second: Vec<_> = wire
        .requests(&Part::Control)
        .skip_while(ends)
        .filter(|e| step_of(e) == Some(Step::Start))
        .collect();
    let Some(pushed) = second.iter().find(|e| site(e) == Some(Site::Par)) else {
        return no_login();
    };
    match second.iter().any(|e| site(e) == Some(Site::Did)) {
        true => Outcome::kept("the DID document was read again"),
        false => Outcome::violated("first the DID document once more", place(pushed), pushed),
    }
}

/// DID document, resource metadata and server metadata come before the pushed request.
pub(super) fn reads_the_chain(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let before = wire.requests(&Part::Control).take_while(|e| site(e) != Some(Site::Par));
    let read: Vec<Site> = before.filter_map(site).collect();
    let Some(pushed) = wire.at(&Part::Control, Site::Par).next() else {
        return chain_without_push(&wire, &read);
    };
    match CHAIN.iter().find(|link| !read.contains(link)) {
        Some(link) => Outcome::violated(format!("first the {link}"), "a pushed request", pushed),
        None => Outcome::kept("all of the chain, and then the pushed request"),
    }
}

fn chain_without_push(wire: &Wire<'_>, read: &[Site]) -> Outcome {
    let skipped = CHAIN.iter().find(|link| !read.contains(link));
    match (skipped, wire.at(&Part::Control, Site::ServerMetadata).next()) {
        (Some(link), Some(at)) if *link != Site::ServerMetadata => {
            Outcome::violated(format!("first the {link}"), place(at), at)
        }
        _ => no_login(),
    }
}

const CHAIN: [Site; 3] = [Site::Did, Site::ResourceMetadata, Site::ServerMetadata];

/// Server metadata is asked for with GET at its well-known URL.
pub(super) fn asks_for_server_metadata(transcript: &Transcript<'_>) -> Outcome {
    asks_for(transcript, "oauth-authorization-server")
}

/// Resource metadata is asked for with GET at its well-known URL.
pub(super) fn asks_for_resource_metadata(transcript: &Transcript<'_>) -> Outcome {
    asks_for(transcript, "oauth-protected-resource")
}

fn asks_for(transcript: &Transcript<'_>, name: &str) -> Outcome {
    let expected = format!("GET /.well-known/{name}");
    let path = format!("/.well-known/{name}");
    let wire = Wire::new(transcript);
    let asked: Vec<&Exchange> =
        wire.requests(&Part::Control).filter(|e| e.request.url.contains(name)).collect();
    let is_right = |e: &&&Exchange| {
        let url = Url::parse(&e.request.url);
        let is_place = url.is_ok_and(|url| url.path() == path && url.query().is_none());
        is_place && matches!(e.request.method.as_str(), "GET" | "HEAD")
    };
    match asked.iter().find(|e| !is_right(e)) {
        Some(wrong) => Outcome::violated(expected, place(wrong), wrong),
        None if asked.is_empty() => no_login(),
        None => Outcome::kept(expected),
    }
}

/// Pushed requests and codes go to the authorization server, other requests to the PDS.
pub(super) fn keeps_servers_apart(transcript: &Transcript<'_>) -> Outcome {
    let homes = [
        (Site::Par, "issuer"),
        (Site::Token, "issuer"),
        (Site::Refresh, "issuer"),
        (Site::Resource, "pds"),
    ];
    let mut seen = 0;
    for (wanted, home) in homes {
        for exchange in honest(transcript, wanted) {
            if role(exchange) != home {
                return Outcome::violated(format!("at the {home}"), place(exchange), exchange);
            }
            seen += 1;
        }
    }
    if seen == 0 { no_login() } else { Outcome::kept("each at its own server") }
}

/// No account is named to the server.
pub(super) fn sends_no_login_hint(transcript: &Transcript<'_>) -> Outcome {
    let pushed = honest(transcript, Site::Par);
    match pushed.iter().find(|e| parameter(e, "login_hint").is_some()) {
        Some(exchange) => {
            let hint = parameter(exchange, "login_hint").unwrap_or_default();
            Outcome::violated("no login_hint", hint, exchange)
        }
        None if pushed.is_empty() => no_login(),
        None => Outcome::kept("no login_hint"),
    }
}

/// The user comes back to this machine.
pub(super) fn comes_back_to_loopback(transcript: &Transcript<'_>) -> Outcome {
    comes_back(transcript, "http at a loopback address", |url| {
        url.scheme() == "http"
            && match url.host() {
                Some(Host::Domain(name)) => name == "localhost",
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                None => false,
            }
    })
}

/// The user does not come back to a name for this machine.
pub(super) fn comes_back_to_an_address(transcript: &Transcript<'_>) -> Outcome {
    comes_back(transcript, "an address", |url| url.host_str() != Some("localhost"))
}

fn comes_back(transcript: &Transcript<'_>, expected: &str, fits: fn(&Url) -> bool) -> Outcome {
    let pushed = honest(transcript, Site::Par);
    let mut named = pushed.iter().filter_map(|e| Some((e, parameter(e, "redirect_uri")?)));
    match named.clone().find(|(_, uri)| !Url::parse(uri).is_ok_and(|url| fits(&url))) {
        Some((exchange, uri)) => Outcome::violated(expected, uri, exchange),
        None if named.next().is_none() => no_login(),
        None => Outcome::kept(expected),
    }
}

/// Nothing that would authenticate the client is sent to the authorization server.
pub(super) fn is_public(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let sites = [Site::Par, Site::Token, Site::Refresh, Site::Revocation];
    let requests: Vec<&Exchange> =
        sites.into_iter().flat_map(|wanted| wire.at(&Part::Control, wanted)).collect();
    let credential = |exchange: &Exchange| {
        let in_form = ["client_assertion", "client_secret"];
        let in_form = in_form.into_iter().find(|name| parameter(exchange, name).is_some());
        in_form.or_else(|| exchange.request.header("authorization").map(|_| "Authorization"))
    };
    match requests.iter().find_map(|e| Some((e, credential(e)?))) {
        Some((exchange, name)) => Outcome::violated("no client authentication", name, exchange),
        None if requests.is_empty() => no_login(),
        None => Outcome::kept("no client authentication"),
    }
}
