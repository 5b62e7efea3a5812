//! The redirect that tells the client of a refusal by the user.
//!
//! # What it does
//!
//! Pushes an ordinary request, opens its page and refuses.
//!
//! # Why it matters
//!
//! The client has to know that this login is over and why, and it must be able to tell this answer
//! from one that somebody else sent. For that an error needs `state` and `iss` as much as a code
//! does.
//!
//! # What a conforming peer does
//!
//! Redirects with `error=access_denied`, the `state` of the request and `iss`. A server that only
//! shows a page is not examined here: the profile does not say how a refusal ends.
//!
//! # How to fix
//!
//! Build success and error redirects in one place, and map every reason to a code of RFC 6749,
//! section 4.1.2.1.
//!
//! # References
//!
//! RFC 6749, section 4.1.2.1; RFC 9207, section 2.

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::document::row;
use crate::server::front_channel::{Callback, End, end, pushed};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.denial",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("denial.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const REFUSAL: &str = "refusal";

/// Codes of RFC 6749, section 4.1.2.1, and those that extensions have registered for this
/// response, most of them in OpenID Connect Core, section 3.1.2.6.
const ERRORS: [&str; 17] = [
    "access_denied",
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "unmet_authentication_requirements",
];

const CASES: &[Case] = &[
    row(
        "server.authorization.iss-missing-on-error",
        "The redirect with an error has no iss",
        "RFC9207-2-01",
        &[],
        &["as.authorize.iss-missing-on-error"],
        |transcript| {
            on_error(transcript, |callback| match callback.all("iss").as_slice() {
                [iss] => Outcome::kept(format!("`{iss}`")),
                [] => Outcome::violated("iss, once", "no iss", callback.at),
                all => Outcome::violated("iss, once", format!("{} times", all.len()), callback.at),
            })
        },
    ),
    row(
        "server.authorization.state-missing-on-error",
        "The redirect with an error has no state, or not that of the request",
        "RFC6749-4.1.2.1-03",
        &[],
        &["as.authorize.state-missing-on-error"],
        |transcript| {
            let sent = pushed(transcript, &Part::Step(REFUSAL.to_owned()), "state");
            on_error(transcript, |callback| match (callback.all("state").as_slice(), &sent) {
                ([state], Some(sent)) if state == sent => Outcome::kept("the state of the request"),
                (states, _) => {
                    let observed = format!("state `{}`", states.join("` and `"));
                    Outcome::violated("the state of the request, once", observed, callback.at)
                }
            })
        },
    ),
    row(
        "server.authorization.error-code-undefined",
        "The error of the redirect is no defined code",
        "RFC6749-4.1.2.1-02",
        &[],
        &["as.redirect.leak-internal-error-code"],
        |transcript| {
            on_error(transcript, |callback| {
                let error = callback.parameter("error").unwrap_or_default();
                let observed = format!("error=`{error}`");
                if ERRORS.contains(&error) {
                    return Outcome::kept(observed);
                }
                Outcome::violated("a code of RFC 6749, section 4.1.2.1", observed, callback.at)
            })
        },
    ),
    row(
        "server.authorization.denial-not-access-denied",
        "A refusal by the user is reported as another error",
        "RFC6749-4.1.2.1-04",
        &["ATP-AUTHZ-037"],
        &["as.authorize.denied-as-server-error"],
        |transcript| {
            on_error(transcript, |callback| match callback.parameter("error") {
                Some("access_denied") => Outcome::kept("error=access_denied"),
                error => Outcome::violated(
                    "error=access_denied",
                    format!("error=`{}`", error.unwrap_or_default()),
                    callback.at,
                ),
            })
        },
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(REFUSAL);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        match stage.authorize(&login, &url, Decision::Deny).await? {
            Ending::Redirect(_) => Ok(()),
            Ending::Refused { .. } => {
                Err(Halt::Needs("a server that tells the client when the user refuses"))
            }
        }
    })
}

/// Judges the redirect of the refusal, which is one only if it holds an error and no code.
fn on_error(transcript: &Transcript<'_>, rule: impl Fn(&Callback<'_>) -> Outcome) -> Outcome {
    match end(transcript, &Part::Step(REFUSAL.to_owned())) {
        Some(End::Left(callback))
            if callback.parameter("error").is_some() && callback.parameter("code").is_none() =>
        {
            rule(&callback)
        }
        Some(End::Left(callback)) => Outcome::unclear(
            format!("the redirect after the refusal holds no error: {}", callback.url),
            "see whether the consent driver found the control that refuses",
        ),
        _ => Outcome::unclear("the refusal led to no redirect", "run it again"),
    }
}
