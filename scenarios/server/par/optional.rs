//! Parameters of which the profile says nothing.
//!
//! # What it does
//!
//! Adds to an ordinary pushed request a parameter that other specifications define, or gives one
//! of the profile's own parameters a value that the profile does not describe.
//!
//! # Why it matters
//!
//! Clients meet servers that differ here. Seeing which way each one goes is what the text needs to
//! become complete.
//!
//! # What a conforming peer does
//!
//! Either takes the parameter, or ignores it, or refuses the request as any other wrong one.
//! `prompt=none` is no question that can be answered when a request is pushed: there is no user.
//!
//! # How to fix
//!
//! Nothing has to be fixed, but for a server that answers `login_required`, `consent_required` or
//! the like at this endpoint: that belongs into the redirect.
//!
//! # References
//!
//! RFC 9126, section 2.3; RFC 9101; OpenID Connect Core, section 3.1.2; atproto OAuth,
//! Authorization Requests.

use atproof_engine::judge::{self, describe, refusal_of};
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Outcome, Playing, Role, Script, Text,
    Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.optional",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("optional.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A row of a parameter that is set: taken or refused.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    name: &'static str,
    value: &'static str,
) -> Case {
    let edit = Edit::Parameter(Change::Set(name, Text::Is(value)));
    Case { id, title, clause, covers: &[], killers, edit, expect: TAKEN_OR_NOT }
}

const CASES: &[Case] = &[
    Case {
        id: "server.par.prompt-none-needs-user",
        title: "A pushed request is refused for want of a user",
        clause: "RFC9126-2.3-03",
        covers: &["ATP-AUTHZ-031"],
        killers: &["as.par.login-required"],
        edit: Edit::Parameter(Change::Set("prompt", Text::Is("none"))),
        expect: Expectation::Holds(no_user_wanted),
    },
    row(
        "server.par.prompt-login",
        "A request asks for a fresh sign-in",
        "ATP-AUTHZ-031",
        &["as.par.prompt-unsupported"],
        "prompt",
        "login",
    ),
    row(
        "server.par.prompt-unknown",
        "A request has a prompt value that nobody defines",
        "ATP-AUTHZ-031",
        &["as.par.prompt-unknown-refused"],
        "prompt",
        "x_atproof",
    ),
    row(
        "server.par.response-mode-fragment",
        "A request asks for the answer in the fragment",
        "ATP-AUTHZ-032",
        &["as.par.fragment-unsupported"],
        "response_mode",
        "fragment",
    ),
    row(
        "server.par.response-mode-form-post",
        "A request asks for the answer in a form",
        "ATP-AUTHZ-032",
        &["as.par.form-post-accepted"],
        "response_mode",
        "form_post",
    ),
    row(
        "server.par.response-mode-unknown",
        "A request has a response mode that nobody defines",
        "ATP-AUTHZ-032",
        &["as.par.response-mode-unchecked"],
        "response_mode",
        "x_atproof",
    ),
    row(
        "server.par.login-hint-malformed",
        "A login_hint is neither a handle nor a DID nor an address",
        "ATP-AUTHZ-014",
        &["as.par.login-hint-unchecked"],
        "login_hint",
        "not-a-hint",
    ),
    row(
        "server.par.login-hint-email",
        "A login_hint is an email address",
        "ATP-AUTHZ-014",
        &["as.par.login-hint-email-refused"],
        "login_hint",
        "someone@mail.example",
    ),
    row(
        "server.par.login-hint-elsewhere",
        "A login_hint names an account that is hosted elsewhere",
        "ATP-AUTHZ-014",
        &["as.par.login-hint-elsewhere-refused"],
        "login_hint",
        "someone.elsewhere.example",
    ),
    row(
        "server.par.request-object",
        "A request has a request object without signature beside its parameters",
        "ATP-PAR-020",
        &["as.par.request-object-ignored"],
        "request",
        "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6ImF0cHJvb2Ytb2JqZWN0In0.",
    ),
];

const TAKEN_OR_NOT: Expectation = Expectation::Open(&[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative {
        name: "refused",
        is: |answer| (400..500).contains(&answer.status) && answer.status != 429,
    },
    Alternative { name: "server error", is: |answer| answer.status >= 500 },
]);

/// Codes that only make sense where a user could be asked (OpenID Connect Core, section 3.1.2.6).
const WITH_USER: [&str; 5] = [
    "access_denied",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}

fn no_user_wanted(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the faulted request was not sent", "run it again");
    };
    match refusal_of(exchange) {
        Some((status, errors)) if status < 500 && status != 429 => {
            let wants = errors.iter().find(|error| WITH_USER.contains(&error.as_str()));
            match wants {
                Some(error) => {
                    let expected = "no error that presupposes a user";
                    Outcome::violated(expected, format!("error `{error}`"), exchange)
                }
                None => Outcome::kept(describe(exchange)),
            }
        }
        _ if judge::is_accepted(exchange) => Outcome::kept(describe(exchange)),
        _ => Outcome::unclear(
            format!("neither taken nor refused: {}", describe(exchange)),
            "run it again",
        ),
    }
}
