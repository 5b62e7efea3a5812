//! Where the forms of the authorization page may lead.
//!
//! # What it does
//!
//! Approves a login and reads the content security policy of the page whose form was submitted
//! last, as a browser that applies it to redirects would.
//!
//! # Why it matters
//!
//! Some browsers hold `form-action` against every redirect that follows a form. With `'self'` alone
//! they stop on the way back to the client: the user has approved and nothing happens.
//!
//! # What a conforming peer does
//!
//! Leaves `form-action` out, or lists the origin (or scheme) of the redirect URI. A page that leads
//! on by script has no such form.
//!
//! # How to fix
//!
//! Add the redirect URI of the request to the policy of the page: its origin, or its scheme where
//! that is a private one.
//!
//! # References
//!
//! Content Security Policy Level 3, section 6.4.1; atproto OAuth, Authorization Interface.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Degree, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Exchange, Part, Response};

use crate::server::document::row;
use crate::server::front_channel::{End, end};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.form-action",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("form_action.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const LOGIN: &str = "login";

const CASES: &[Case] = &[row(
    "server.authorization.redirect-blocked-by-policy",
    "The policy of the consent page stops the redirect to the client",
    "ATP-AUTHZ-015",
    &[],
    &["as.redirect.csp-form-action-self"],
    redirect_is_let_through,
)];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(LOGIN);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

fn redirect_is_let_through(transcript: &Transcript<'_>) -> Outcome {
    let Some(End::Left(callback)) = end(transcript, &Part::Step(LOGIN.to_owned())) else {
        return Outcome::unclear("no redirect to the client was seen", "approve has to work first");
    };
    let until = |e: &&Exchange| e.id != callback.at.id;
    let before: Vec<&Exchange> = transcript.exchanges.iter().take_while(until).collect();
    let Some(submission) = submission(callback.at, &before) else {
        return Outcome::not_offered(
            "a page whose form leads to the client",
            "this page leads on by a script, which form-action does not bind",
        );
    };
    let Some(page) = page_of(submission, &before) else {
        return Outcome::unclear("the page of the form was not seen", "run it again");
    };
    let own = origin(&submission.request.url);
    for sources in form_actions(page) {
        if !sources.iter().any(|source| permits(source, callback.url, own)) {
            return Outcome::Broken {
                degree: Degree::WrongAnswer,
                expected: format!("a form-action that permits {}", origin(callback.url)),
                observed: format!("form-action {}", sources.join(" ")),
                at: Some(submission.id.clone()),
            };
        }
    }
    Outcome::kept("the policy of the page permits the redirect")
}

/// The request by which a form was submitted that led here, over redirects.
fn submission<'a>(last: &'a Exchange, before: &[&'a Exchange]) -> Option<&'a Exchange> {
    let is_redirect = |e: &Exchange| matches!(e.status(), Some(300..400));
    let chain = std::iter::once(last).chain(before.iter().rev().copied());
    let mut chain = chain.take_while(|e| is_redirect(e));
    chain.find(|e| e.request.method == "POST")
}

/// The page that a form was on: the one whose URL the request names, or else the last one.
fn page_of<'a>(submission: &Exchange, before: &[&'a Exchange]) -> Option<&'a Response> {
    let from = submission.request.header("referer");
    let earlier = before.iter().rev().filter(|e| e.id != submission.id);
    let mut pages = earlier.filter(|e| e.status() == Some(200));
    let page = pages.find(|e| from.is_none_or(|from| e.request.url == from))?;
    page.response()
}

/// The source lists of every `form-action`; all of them apply.
fn form_actions(page: &Response) -> Vec<Vec<&str>> {
    let policies = page.headers_named("content-security-policy").flat_map(|v| v.split(','));
    let directives = policies.flat_map(|policy| policy.split(';'));
    let lists = directives.filter_map(|directive| {
        let mut words = directive.split_ascii_whitespace();
        words.next().filter(|name| name.eq_ignore_ascii_case("form-action"))?;
        Some(words.collect())
    });
    lists.collect()
}

/// Whether a source expression permits a URL (Content Security Policy, section 6.7.2.8). Where it
/// is not clear, it does.
fn permits(source: &str, url: &str, own: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    match source {
        "'none'" => false,
        "'self'" => origin(url) == own,
        "*" => matches!(scheme, "http" | "https"),
        _ if source.ends_with(':') => {
            let named = source.trim_end_matches(':');
            named.eq_ignore_ascii_case(scheme) || named == "http" && scheme == "https"
        }
        _ => host(source).starts_with("*.") || host(source).eq_ignore_ascii_case(host(url)),
    }
}

/// Scheme and authority of a URL; of one with a private-use scheme, the scheme.
fn origin(url: &str) -> &str {
    let Some(start) = url.find("://").map(|i| i + 3) else {
        return url.split_inclusive(':').next().unwrap_or_default();
    };
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?', '#']));
    end.and_then(|end| url.get(..start + end)).unwrap_or(url)
}

/// The host of a URL or source expression, without its port.
fn host(text: &str) -> &str {
    let authority = text.split("://").last().unwrap_or_default();
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_source_expressions() {
        let url = "http://127.0.0.1:8080/callback?code=x";
        let own = "https://pds.example";
        for source in ["*", "http:", "http://127.0.0.1:8080", "http://127.0.0.1:*", "127.0.0.1"] {
            assert!(permits(source, url, own), "{source}");
        }
        for source in ["'self'", "'none'", "https:", "https://pds.example", "http://127.0.0.2"] {
            assert!(!permits(source, url, own), "{source}");
        }
        assert!(permits("'self'", "https://pds.example/next", own));
        assert!(permits("com.example.app:", "com.example.app:/callback", own));
        assert!(!permits("'self'", "com.example.app:/callback", own));
        assert_eq!(origin("com.example.app:/callback?x"), "com.example.app:");
    }
}
