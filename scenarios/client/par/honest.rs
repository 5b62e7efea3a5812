//! How a client pushes its authorization request, over two honest logins.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network, and looks at the pushed requests and at the URL
//! that the user is sent to.
//!
//! # Why it matters
//!
//! What is pushed cannot be read or changed on its way through the browser. What stands in the URL
//! as well, can.
//!
//! # What a conforming peer does
//!
//! Posts every parameter once, as a form, and sends the user off with `client_id` and the
//! `request_uri` of this push alone. Repeats `client_id` and `redirect_uri` with the code.
//!
//! # How to fix
//!
//! Encode the body as `application/x-www-form-urlencoded`, and build the URL from those two
//! parameters. Keep neither of them for the next login.
//!
//! # References
//!
//! RFC 9126, sections 2.1 and 4; RFC 6749, section 4.1.3; atproto OAuth profile, section
//! "Authorization Requests".

use atproof_engine::judge::{Wire, parameter, trap};
use atproof_engine::model::{Family, Outcome, Role, Script, Settings, Tier, Transcript};
use atproof_protocol::form;
use atproof_protocol::record::{Exchange, Part};

use crate::client::proofs::{is_sent, nothing, nothing_pushed_in_url, pushed, pushes_a_form};
use crate::client::rows::{TWICE, covering, holds};
use crate::client::values::{each, pushed_is_random, thumbprint};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.par.honest",
    role: Role::Client,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.par.not-used",
                "Parameters go through the browser instead of a pushed request",
                "ATP-PAR-002",
                &["client.par.not-used"],
                has_request_uri,
            ),
            &["ATP-PAR-005"],
        ),
        holds(
            "client.par.url-without-client-id",
            "The URL of the user does not name the client",
            "ATP-PAR-005",
            &["client.par.no-client-id-in-url"],
            has_client_id,
        ),
        holds(
            "client.par.request-uri-repeated",
            "Two logins send the user with the same request_uri",
            "RFC9126-4-01",
            &["client.par.request-uri-reused"],
            has_new_request_uri,
        ),
        holds(
            "client.par.body-not-a-form",
            "The pushed request is no form",
            "ATP-PAR-003",
            &["client.par.json-body"],
            pushes_a_form,
        ),
        holds(
            "client.par.form-not-encoded",
            "The values of the pushed form are not encoded",
            "ATP-PAR-003",
            &["client.par.raw-form-values"],
            is_encoded,
        ),
        holds(
            "client.par.parameters-in-url",
            "Parameters that were pushed stand in the URL as well",
            "ATP-PAR-006",
            &["client.par.parameters-in-url", "client.par.login-hint-in-url"],
            nothing_pushed_in_url,
        ),
        holds(
            "client.par.request-uri-pushed",
            "A request_uri is pushed",
            "RFC9126-2.1-01",
            &["client.par.request-uri-pushed"],
            pushes_no_request_uri,
        ),
        holds(
            "client.par.parameter-repeated",
            "A parameter is pushed twice",
            "RFC6749-3.1-06",
            &["client.par.parameter-twice"],
            repeats_nothing,
        ),
        holds(
            "client.par.client-id-absent",
            "A request is pushed without client_id",
            "ATP-AUTHZ-001",
            &["client.par.no-client-id"],
            |t| is_sent(t, "client_id"),
        ),
        holds(
            "client.par.response-type-absent",
            "A request is pushed without response_type=code",
            "ATP-AUTHZ-002",
            &["client.par.no-response-type"],
            asks_for_a_code,
        ),
        holds(
            "client.par.state-guessable",
            "The state can be guessed",
            "ATP-AUTHZ-006",
            &["client.state.short", "client.state.counted"],
            |t| pushed_is_random(t, "state"),
        ),
        holds(
            "client.par.dpop-jkt-wrong",
            "dpop_jkt is not the key of the proof beside it",
            "RFC7638-3.2-01",
            &["client.par.wrong-dpop-jkt"],
            names_its_key,
        ),
        holds(
            "client.par.dpop-jkt-in-url",
            "dpop_jkt stands in the URL alone",
            "RFC9449-10.1-05",
            &["client.par.dpop-jkt-in-url"],
            pushes_dpop_jkt,
        ),
    ],
};

/// Where the user was sent.
fn sent<'a>(transcript: &Transcript<'a>) -> impl Iterator<Item = &'a Exchange> {
    Wire::new(transcript).callbacks(&Part::Control)
}

fn query(exchange: &Exchange, name: &str) -> Option<String> {
    let mut pairs = form::query_pairs(&exchange.request.url).into_iter();
    pairs.find(|(n, _)| n == name).map(|(_, value)| value)
}

fn has_request_uri(transcript: &Transcript<'_>) -> Outcome {
    each(sent(transcript), "a request_uri in the URL", |exchange| {
        query(exchange, "request_uri").is_none().then(|| "none".to_owned())
    })
}

fn has_client_id(transcript: &Transcript<'_>) -> Outcome {
    each(sent(transcript), "the client_id in the URL", |exchange| {
        query(exchange, "client_id").is_none().then(|| "none".to_owned())
    })
}

fn has_new_request_uri(transcript: &Transcript<'_>) -> Outcome {
    let all: Vec<(&Exchange, String)> =
        sent(transcript).filter_map(|e| Some((e, query(e, "request_uri")?))).collect();
    let again = all
        .iter()
        .enumerate()
        .find(|(place, (_, uri))| all.iter().take(*place).any(|(_, before)| before == uri));
    match (again, all.len()) {
        (Some((_, (exchange, uri))), _) => {
            Outcome::violated("a request_uri for each login", format!("`{uri}` again"), exchange)
        }
        (None, ..=1) => nothing("no second request_uri"),
        (None, _) => Outcome::kept("another request_uri every time"),
    }
}

/// The pushed requests that are forms, or pass for one.
fn forms<'a>(transcript: &Transcript<'a>) -> impl Iterator<Item = &'a Exchange> {
    pushed(transcript).into_iter().filter(|e| !e.request.body.text().trim_start().starts_with('{'))
}

fn is_encoded(transcript: &Transcript<'_>) -> Outcome {
    each(forms(transcript), "values in percent-encoding", |exchange| {
        let body = exchange.request.body.text();
        let (_, defects) = form::parse(body.as_bytes());
        let strange = body.split('&').filter_map(|pair| pair.split_once('='));
        let mut strange = strange.filter(|(_, value)| value.contains(['=', ':', '/', '?', ' ']));
        match (defects.first(), strange.next()) {
            (Some(defect), _) => Some(defect.to_string()),
            (None, Some((name, _))) => Some(format!("the value of {name} as it is")),
            (None, None) => None,
        }
    })
}

fn pushes_no_request_uri(transcript: &Transcript<'_>) -> Outcome {
    each(pushed(transcript), "no request_uri", |exchange| {
        parameter(exchange, "request_uri").map(|uri| format!("`{uri}`"))
    })
}

fn repeats_nothing(transcript: &Transcript<'_>) -> Outcome {
    each(forms(transcript), "every parameter once", |exchange| {
        let (pairs, _) = form::parse(exchange.request.body.text().as_bytes());
        let repeated = form::repeated_names(&pairs);
        (!repeated.is_empty()).then(|| format!("{} again", repeated.join(", ")))
    })
}

fn asks_for_a_code(transcript: &Transcript<'_>) -> Outcome {
    each(pushed(transcript), "response_type code", |exchange| {
        let value = parameter(exchange, "response_type");
        (value.as_deref() != Some("code")).then(|| value.unwrap_or_else(|| "none".to_owned()))
    })
}

/// A client may do without `dpop_jkt`; then there is nothing to compare.
fn names_its_key(transcript: &Transcript<'_>) -> Outcome {
    let with = pushed(transcript).into_iter().filter(|e| parameter(e, "dpop_jkt").is_some());
    let expected = "the thumbprint of the key of the proof";
    let outcome = each(with, expected, |exchange| {
        let (told, own) = (parameter(exchange, "dpop_jkt")?, thumbprint(exchange)?);
        (told != own).then(|| format!("`{told}`, not `{own}`"))
    });
    match pushed(transcript).iter().any(|e| parameter(e, "dpop_jkt").is_some()) {
        true => outcome,
        false => Outcome::kept("no dpop_jkt, which is optional"),
    }
}

/// Whoever sends `dpop_jkt` pushes it.
fn pushes_dpop_jkt(transcript: &Transcript<'_>) -> Outcome {
    let is_pushed = pushed(transcript).iter().any(|e| parameter(e, "dpop_jkt").is_some());
    each(sent(transcript), "dpop_jkt nowhere but in the pushed request", |exchange| {
        query(exchange, "dpop_jkt").filter(|_| !is_pushed)
    })
}
