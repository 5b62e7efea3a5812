//! What clients do where the texts leave it to them: recorded, and never a verdict.

use std::collections::BTreeSet;

use atproof_engine::judge::{Said, Wire, parameter, parameters, proof, said, site, step_of};
use atproof_engine::model::{Degree, Outcome, Site, Step, Transcript};
use atproof_protocol::record::{Exchange, Part};
use serde_json::Value;

use crate::client::proofs::{attempts, nothing, pushed};

fn role(exchange: &Exchange) -> &str {
    exchange.facts.get("role").and_then(Value::as_str).unwrap_or_default()
}

fn never_felt() -> Outcome {
    Outcome::not_offered(
        "a client that asks for what was changed",
        "it went on without, and nothing follows from that",
    )
}

/// Whether the client goes on with what was changed, or where it stops.
pub(super) fn goes_on_or_stops(transcript: &Transcript<'_>) -> Outcome {
    match Wire::new(transcript).twisted() {
        Some(_) => end(transcript),
        None => never_felt(),
    }
}

/// Where the login ends. That it ends without an answer is left to nobody.
fn end(transcript: &Transcript<'_>) -> Outcome {
    let mut commands = Wire::new(transcript).commands(&Part::Faulted);
    match commands.find(|command| said(command) != Said::Done) {
        None => Outcome::observed("it goes on"),
        Some(command) => match (said(command), step_of(command)) {
            (Said::Failed(kind @ ("crash" | "hang"), detail), _) => Outcome::Broken {
                degree: Degree::Violated,
                expected: "an answer".to_owned(),
                observed: format!("a {kind}: {detail}"),
                at: Some(command.id.clone()),
            },
            (_, Some(step)) => Outcome::observed(format!("it stops at {step}")),
            (_, None) => nothing("no step"),
        },
    }
}

/// Which metadata is asked for first, with what the user typed.
pub(super) fn looks_first(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    match wire.requests(&Part::Faulted).next() {
        None => Outcome::observed("nothing is asked for"),
        Some(first) => {
            let path = first.request.url.splitn(4, '/').nth(3).unwrap_or_default();
            Outcome::observed(format!("{} /{path} at the {}", first.request.method, role(first)))
        }
    }
}

/// Whether the client looks for what the user typed, or refuses it at once.
pub(super) fn looks_or_refuses(transcript: &Transcript<'_>) -> Outcome {
    match Wire::new(transcript).requests(&Part::Faulted).next() {
        None => Outcome::observed("it is refused at once"),
        Some(_) => end(transcript),
    }
}

/// How often the client tries again.
pub(super) fn counts_attempts(transcript: &Transcript<'_>, at: Site) -> Outcome {
    match attempts(transcript, at).len() {
        0 => nothing("no request"),
        count => Outcome::observed(format!("{count} attempts")),
    }
}

/// Whether the first proof for each server has a nonce.
pub(super) fn first_proofs(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let first = |wanted: Site| wire.at(&Part::Control, wanted).find_map(proof);
    let told = [("authorization server", Site::Par), ("PDS", Site::Resource)].map(|(name, at)| {
        let has = first(at).map(|(_, claims)| claims.get("nonce").is_some());
        has.map(|has| format!("{} for the {name}", if has { "with a nonce" } else { "without" }))
    });
    match told {
        [Some(one), Some(other)] => Outcome::observed(format!("{one}, {other}")),
        _ => nothing("no proof"),
    }
}

/// Parameters of the pushed request that the profile does not name.
pub(super) fn extra_parameters(transcript: &Transcript<'_>) -> Outcome {
    let pushed = pushed(transcript);
    let names = pushed.iter().flat_map(|exchange| parameters(exchange).into_keys());
    let extra: BTreeSet<String> = names.filter(|name| !KNOWN.contains(&name.as_str())).collect();
    match (pushed.is_empty(), extra.is_empty()) {
        (true, _) => nothing("no pushed request"),
        (_, true) => Outcome::observed("no others"),
        _ => Outcome::observed(extra.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

const KNOWN: [&str; 10] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "login_hint",
    "response_mode",
    "dpop_jkt",
];

/// What becomes of tokens that the client does not take.
pub(super) fn gives_back(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return never_felt() };
    if wire.command(&Part::Faulted, Step::Callback).is_some_and(|c| said(c) == Said::Done) {
        return Outcome::not_offered("a client that refuses them", "it took them");
    }
    let given = ["access_token", "refresh_token"]
        .map(|name| twisted.response().and_then(|r| r.member(name)?.as_str().map(str::to_owned)));
    let is_given = |token: Option<String>| token.is_some() && given.contains(&token);
    let authorization = |e: &Exchange| {
        let (_, token) = e.request.header("authorization")?.split_once(' ')?;
        Some(token.to_owned())
    };
    let mut resource = wire.at(&Part::Faulted, Site::Resource);
    if let Some(used) = resource.find(|e| is_given(authorization(e))) {
        return Outcome::violated("tokens that were refused are not used", "one was", used);
    }
    let mut revoked = wire.at(&Part::Faulted, Site::Revocation);
    let is_revoked = revoked.any(|e| is_given(parameter(e, "token")));
    Outcome::observed(if is_revoked { "they are revoked" } else { "they are dropped" })
}

/// Whether the client asks the PDS for anything by itself.
pub(super) fn asks_by_itself(transcript: &Transcript<'_>) -> Outcome {
    let asked = Wire::new(transcript).at(&Part::Control, Site::Resource).next();
    Outcome::observed(if asked.is_some() { "the PDS is asked" } else { "nothing is asked" })
}

/// Whether a revocation has a proof.
pub(super) fn proves_revocation(transcript: &Transcript<'_>) -> Outcome {
    match Wire::new(transcript).at(&Part::Control, Site::Revocation).next() {
        None => Outcome::observed("nothing is revoked"),
        Some(exchange) if proof(exchange).is_some() => Outcome::observed("with a proof"),
        Some(_) => Outcome::observed("without a proof"),
    }
}

/// In what form tokens are asked for.
pub(super) fn asks_in_a_form(transcript: &Transcript<'_>) -> Outcome {
    match Wire::new(transcript).at(&Part::Control, Site::Token).next() {
        None => nothing("no exchange"),
        Some(exchange) => {
            let media_type = exchange.request.header("content-type").unwrap_or("no media type");
            let media_type = media_type.split(';').next().unwrap_or_default().trim();
            Outcome::observed(media_type.to_ascii_lowercase())
        }
    }
}

/// Whether the old server still gets the refresh token of an account that has moved.
pub(super) fn refreshes_where_it_was(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(refresh) = wire.command(&Part::Faulted, Step::Refresh) else {
        return nothing("no refresh");
    };
    let sent = wire.at(&Part::Faulted, Site::Refresh).next().is_some();
    Outcome::observed(match (sent, said(refresh) == Said::Done) {
        (true, true) => "the old server is asked, and its tokens are taken",
        (true, false) => "the old server is asked, and its tokens are not taken",
        (false, _) => "the old server is not asked",
    })
}

/// What a client does with a refresh token whose answer never came.
pub(super) fn after_a_lost_answer(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return never_felt() };
    let token = parameter(twisted, "refresh_token");
    let later = || wire.requests(&Part::Faulted).skip_while(|e| e.id != twisted.id).skip(1);
    let mut refreshes = later().filter(|e| site(e) == Some(Site::Refresh));
    let is_again = refreshes.any(|e| parameter(e, "refresh_token") == token);
    let is_alive = later().any(|e| site(e) == Some(Site::Resource));
    Outcome::observed(match (is_again, is_alive) {
        (true, _) => "the refresh token is sent again",
        (false, true) => "the session goes on with the access token",
        (false, false) => "the session is over",
    })
}

/// How often a redirect without end is followed.
pub(super) fn counts_redirects(transcript: &Transcript<'_>) -> Outcome {
    match Wire::new(transcript)
        .at(&Part::Faulted, Site::Handle)
        .filter(|e| role(e) == "host")
        .count()
    {
        0 => never_felt(),
        count => Outcome::observed(format!("{count} requests")),
    }
}

/// Whether a refusal of the proof makes the client refresh.
pub(super) fn refreshes_for_it(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let refreshed = wire.at(&Part::Faulted, Site::Refresh).next().is_some();
    match wire.twisted() {
        None => never_felt(),
        Some(_) => Outcome::observed(if refreshed { "it refreshes" } else { "it does not" }),
    }
}

/// Whether new tokens are asked for when the lifetime of the old ones is over.
pub(super) fn minds_lifetime(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let refreshed = wire.at(&Part::Faulted, Site::Refresh).next().is_some();
    match wire.twisted() {
        None => never_felt(),
        Some(_) if refreshed => Outcome::observed("new tokens are asked for"),
        Some(_) => Outcome::observed("the old token stays in use"),
    }
}

/// Whether the handle that a DID document claims is looked up.
pub(super) fn looks_up_claim(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let asked = wire.at(&Part::Control, Site::Handle).next().is_some();
    match wire.at(&Part::Control, Site::Did).next() {
        None => nothing("no DID document"),
        Some(_) if asked => Outcome::observed("the claimed handle is looked up"),
        Some(_) => Outcome::observed("nobody is asked about the claimed handle"),
    }
}

/// Whether the metadata that a challenge names is read again: nothing says that it has changed.
pub(super) fn fetches_again(transcript: &Transcript<'_>) -> Outcome {
    let wire = Wire::new(transcript);
    let Some(twisted) = wire.twisted() else { return never_felt() };
    let mut later = wire.requests(&Part::Faulted).skip_while(|e| e.id != twisted.id);
    let is_read = later.any(|e| site(e) == Some(Site::ResourceMetadata));
    Outcome::observed(if is_read { "it is read again" } else { "it is not read again" })
}
