//! The authorization page, as it is shown before anyone has signed in.
//!
//! # What it does
//!
//! Pushes an ordinary request, opens its authorization URL in a browser in which nobody is signed
//! in, and does nothing there. Then fetches the URL as a script of another origin would.
//!
//! # Why it matters
//!
//! This is the page where people type their password and give access away. Inside a frame it can
//! be made to look like something else, and a script that may read it can act for the user.
//!
//! # What a conforming peer does
//!
//! Asks for a sign-in before anything goes to the client. Forbids framing with
//! `Content-Security-Policy: frame-ancestors` or `X-Frame-Options`, offers no CORS on this
//! endpoint, and sets a referrer policy under which the URL stays private.
//!
//! # How to fix
//!
//! Set `frame-ancestors 'none'` and `Referrer-Policy: no-referrer` or `same-origin` on every page
//! of the flow, and keep CORS middleware to the endpoints that scripts call.
//!
//! # References
//!
//! RFC 6749, section 3.1; RFC 9700, sections 2.6, 4.2.4 and 4.16.

use atproof_engine::consent::Opened;
use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::http::Request;
use atproof_protocol::identifier::Origin;
use atproof_protocol::record::{Action, Exchange, Part, Response};
use serde_json::{Value, json};

use crate::server::document::{judged, row};
use crate::server::front_channel::{End, end};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.page",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("page.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const PAGE: &str = "page";
const FROM_ELSEWHERE: &str = "from another origin";

/// Fact: the referrer policies that the page itself names, which the record may not hold whole.
const META_REFERRER: &str = "meta_referrer";

/// Fact: whether the page has anything to act with.
const INTERFACE: &str = "has_interface";

/// An origin that has nothing to do with anyone.
const STRANGER: &str = "https://attacker.example";

const CASES: &[Case] = &[
    row(
        "server.authorization.code-without-sign-in",
        "A code is issued before anyone has signed in",
        "RFC6749-3.1-07",
        &["ATP-AUTHZ-016"],
        &["as.authorize.no-sign-in"],
        |transcript| match end(transcript, &Part::Step(PAGE.to_owned())) {
            Some(End::Left(callback)) if callback.parameter("code").is_some() => {
                let observed = format!("a code at once, in {}", callback.url);
                Outcome::violated("sign-in comes first", observed, callback.at)
            }
            Some(End::Left(callback)) => {
                Outcome::kept(format!("no code, but a redirect to {}", callback.url))
            }
            _ => judged(page(transcript).map(|_| Outcome::kept("a page is shown"))),
        },
    ),
    row(
        "server.authorization.get-refused",
        "The authorization endpoint does not answer GET",
        "RFC6749-3.1-01",
        &[],
        &["as.authorize.get-refused"],
        |transcript| match transcript.step(PAGE).and_then(|e| Some((e, e.status()?))) {
            Some((_, status @ 200..400)) => Outcome::kept(format!("answered with {status}")),
            Some((exchange, status @ (404 | 405 | 501))) => {
                let expected = "a page, or a redirect";
                Outcome::violated(expected, format!("answered with {status}"), exchange)
            }
            _ => Outcome::unclear(
                "an ordinary request led to no page",
                "an ordinary request has to lead to a page first",
            ),
        },
    ),
    row(
        "server.authorization.page-without-interface",
        "The authorization page has nothing that a user could use",
        "ATP-AUTHZ-015",
        &[],
        &["as.authorize.no-interface"],
        |transcript| {
            judged(page(transcript).map(|(exchange, _)| {
                match exchange.facts.get(INTERFACE).and_then(Value::as_bool) {
                    Some(true) => Outcome::kept("a page with a form, a script or a link"),
                    _ => Outcome::violated(
                        "a page on which the user can sign in",
                        "a page without form, script and link",
                        exchange,
                    ),
                }
            }))
        },
    ),
    row(
        "server.authorization.page-framable",
        "The authorization page can be framed by any site",
        "RFC9700-4.16-01",
        &[],
        &["as.authorize.framable"],
        |transcript| {
            judged(page(transcript).map(|(exchange, response)| match frame_rule(response) {
                Some(rule) => Outcome::kept(rule),
                None => Outcome::violated(
                    "X-Frame-Options or frame-ancestors that keeps other sites out",
                    "neither",
                    exchange,
                ),
            }))
        },
    ),
    row(
        "server.authorization.page-cross-origin-readable",
        "Scripts of other origins may read the authorization endpoint",
        "RFC9700-2.6-02",
        &[],
        &["as.authorize.cors-allowed"],
        not_readable,
    ),
    row(
        "server.authorization.page-leaks-referer",
        "The authorization page does not keep its URL out of the Referer field",
        "RFC9700-4.2.4-01",
        &[],
        &["as.authorize.no-referrer-policy"],
        |transcript| {
            judged(page(transcript).map(|(exchange, response)| {
                let policies = referrer_policies(exchange, response);
                let observed = match policies.as_slice() {
                    [] => "no referrer policy".to_owned(),
                    policies => format!("referrer policy `{}`", policies.join("`, `")),
                };
                if policies.last().is_some_and(|policy| is_private(policy)) {
                    return Outcome::kept(observed);
                }
                let expected = "a referrer policy that tells other sites no more than the origin";
                Outcome::violated(expected, observed, exchange)
            }))
        },
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(PAGE);
        let login = stage.login_on_own_device();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        if let Opened::Page(page) = stage.open(&login, &url).await? {
            stage.fact(META_REFERRER, json!(page.meta("referrer")));
            let interface =
                ["form", "script", "button", "a"].iter().any(|name| page.has_element(name));
            stage.fact(INTERFACE, json!(interface));
        }
        stage.step(FROM_ELSEWHERE);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        let request = Request::new("GET", url.as_str())
            .header("Origin", STRANGER)
            .header("Sec-Fetch-Mode", "cors")
            .header("Sec-Fetch-Dest", "empty")
            .header("Sec-Fetch-Site", "cross-site");
        stage.exchange(Action::Authorize, request).await;
        Ok(())
    })
}

/// The page as it was shown; unclear where none was.
fn page<'a>(transcript: &Transcript<'a>) -> Result<(&'a Exchange, &'a Response), Outcome> {
    let shown = transcript.step(PAGE).and_then(|e| Some((e, e.response()?)));
    shown.filter(|(_, response)| response.status == 200).ok_or_else(|| {
        Outcome::unclear(
            "no authorization page was shown to a browser in which nobody is signed in",
            "an ordinary request has to lead to a page first",
        )
    })
}

/// What keeps other sites from framing a page.
fn frame_rule(response: &Response) -> Option<String> {
    let options = response.headers_named("x-frame-options").map(str::trim);
    let mut denying = options.filter(|value| {
        value.eq_ignore_ascii_case("deny") || value.eq_ignore_ascii_case("sameorigin")
    });
    // Every policy applies, in whatever field or list it stands; a page may have several.
    let policies = response.headers_named("content-security-policy").flat_map(|v| v.split(','));
    let directives = policies.flat_map(|policy| policy.split(';')).map(str::trim);
    let mut ancestors = directives.filter_map(|directive| {
        let mut words = directive.split_ascii_whitespace();
        words.next().filter(|name| name.eq_ignore_ascii_case("frame-ancestors"))?;
        // Whole schemes are as good as everyone.
        let all = words.any(|word| matches!(word, "*" | "https:" | "http:"));
        (!all).then(|| directive.to_owned())
    });
    ancestors.next().or_else(|| denying.next().map(|value| format!("X-Frame-Options: {value}")))
}

fn not_readable(transcript: &Transcript<'_>) -> Outcome {
    let answer = transcript.step(FROM_ELSEWHERE).and_then(|e| Some((e, e.response()?)));
    let Some((exchange, response)) = answer.filter(|(_, r)| r.status != 429) else {
        return Outcome::unclear("the page was not answered to another origin", "run it again");
    };
    match response.header("access-control-allow-origin") {
        None => Outcome::kept("no Access-Control-Allow-Origin"),
        // A server that names itself opens the page to nobody else.
        Some(own) if Origin::of(&exchange.request.url) == Origin::of(own) => {
            Outcome::kept(format!("Access-Control-Allow-Origin: {own}, which is itself"))
        }
        Some(allowed) => Outcome::violated(
            "no Access-Control-Allow-Origin on the authorization endpoint",
            format!("Access-Control-Allow-Origin: {allowed}"),
            exchange,
        ),
    }
}

/// The referrer policies of a page, in the order in which they apply.
fn referrer_policies(exchange: &Exchange, response: &Response) -> Vec<String> {
    let fields = response.headers_named("referrer-policy");
    let in_page = exchange.facts.get(META_REFERRER).and_then(Value::as_array);
    let in_page = in_page.into_iter().flatten().filter_map(Value::as_str);
    fields
        .chain(in_page)
        .flat_map(|value| value.split(','))
        .map(|policy| policy.trim().to_ascii_lowercase())
        .filter(|policy| !policy.is_empty())
        .collect()
}

fn is_private(policy: &str) -> bool {
    matches!(
        policy,
        "no-referrer"
            | "same-origin"
            | "origin"
            | "strict-origin"
            | "origin-when-cross-origin"
            | "strict-origin-when-cross-origin"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, values: &[&str]) -> Response {
        let headers = values.iter().map(|value| (name.to_owned(), (*value).to_owned())).collect();
        Response { status: 200, headers, body: atproof_protocol::record::Body::default() }
    }

    #[test]
    fn finds_the_rule_against_framing() {
        for (name, values) in [
            ("X-Frame-Options", &["deny"][..]),
            ("X-Frame-Options", &["SAMEORIGIN"]),
            ("Content-Security-Policy", &["default-src 'self'; Frame-Ancestors 'none'"]),
            ("Content-Security-Policy", &["default-src *", "frame-ancestors 'self'"]),
            ("Content-Security-Policy", &["script-src 'self', frame-ancestors 'none'"]),
        ] {
            assert!(frame_rule(&with(name, values)).is_some(), "{name}: {values:?}");
        }
        for (name, values) in [
            ("X-Frame-Options", &["ALLOWALL"][..]),
            ("Content-Security-Policy", &["frame-ancestors *"]),
            ("Content-Security-Policy", &["frame-src 'none'"]),
        ] {
            assert!(frame_rule(&with(name, values)).is_none(), "{name}: {values:?}");
        }
    }
}
