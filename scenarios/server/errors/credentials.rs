//! A client that authenticates through the `Authorization` field and fails.
//!
//! # What it does
//!
//! Pushes an ordinary request of a public client with a field `Authorization: Basic` that holds a
//! made-up secret.
//!
//! # Why it matters
//!
//! A client that was set up wrongly has to learn which scheme failed. HTTP has a field for that.
//!
//! # What a conforming peer does
//!
//! Answers 401 with a `WWW-Authenticate` field of that scheme. A server that offers no such scheme
//! may also refuse with 400, or take no notice of the field; which of these it does is recorded.
//!
//! # How to fix
//!
//! Send the challenge wherever the `Authorization` field leads to a 401.
//!
//! # References
//!
//! RFC 6749, section 5.2; RFC 9110, section 11.6.1.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::base64url;
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.errors.credentials",
    role: Role::Server,
    area: "errors",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("credentials.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.errors.challenge-missing",
    title: "A wrong secret in the Authorization field is refused with 401 and no challenge",
    clause: "RFC6749-5.2-02",
    covers: &[],
    killers: &["as.errors.no-basic-challenge"],
    edit: Edit::Story("a field Authorization: Basic with a made-up secret"),
    expect: Expectation::Holds(challenged),
}];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let mut draft = stage.par(&login);
        if *edit != Edit::None {
            let secret = base64url::encode(b"atproof:nothing");
            draft = draft.header("Authorization", &format!("Basic {secret}"));
        }
        stage.send(draft).await;
        Ok(())
    })
}

fn challenged(transcript: &Transcript<'_>) -> Outcome {
    let answer = transcript.last(&Part::Faulted).and_then(|e| Some((e, e.response()?)));
    let Some((exchange, response)) = answer else {
        return Outcome::unclear("the request was not answered", "run it again");
    };
    let is_basic = |value: &str| {
        value.split(',').any(|part| {
            part.trim().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"))
        })
    };
    match response.status {
        _ if is_accepted(exchange) => Outcome::observed("the field is ignored"),
        401 if response.headers_named("www-authenticate").any(is_basic) => {
            Outcome::kept("401 with a challenge for Basic")
        }
        401 => {
            let challenges: Vec<&str> = response.headers_named("www-authenticate").collect();
            let observed = match challenges.as_slice() {
                [] => "401 without WWW-Authenticate".to_owned(),
                all => format!("401 with WWW-Authenticate: {}", all.join(", ")),
            };
            Outcome::violated("a challenge for the scheme Basic with the 401", observed, exchange)
        }
        400..429 => Outcome::observed(describe(exchange)),
        _ => Outcome::unclear(
            format!("neither taken nor refused: {}", describe(exchange)),
            "run it again",
        ),
    }
}
