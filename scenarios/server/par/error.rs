//! The form of a refusal at the endpoint for pushed authorization requests.
//!
//! # What it does
//!
//! Pushes a request for the implicit grant, which has to be refused, between ordinary requests, and
//! looks at the form of the refusal. Its status and error code are judged elsewhere.
//!
//! # Why it matters
//!
//! A pushed request is answered to a program. It can only tell the user or the developer what went
//! wrong if the answer is the JSON object that it expects.
//!
//! # What a conforming peer does
//!
//! Refuses with `application/json` and an object whose member `error` is an error code.
//!
//! # How to fix
//!
//! Give errors of this endpoint the same form as those of the token endpoint, also errors from
//! middleware and framework.
//!
//! # References
//!
//! RFC 9126, section 2.3; RFC 6749, section 5.2.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Outcome, Playing, Role, Script, Text, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::oauth::error;
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.error",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("error.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.par.error-not-json",
    title: "A refusal is no JSON object with an error code",
    clause: "RFC9126-2.3-01",
    covers: &["ATP-ERR-002", "RFC6749-5.2-04"],
    killers: &["as.par.error-html"],
    edit: Edit::Parameter(Change::Set("response_type", Text::Is("token"))),
    expect: Expectation::Holds(refused_in_json),
}];

fn refused_in_json(transcript: &Transcript<'_>) -> Outcome {
    let controls = [Part::Control, Part::ControlAgain].map(|part| transcript.last(&part));
    if !controls.into_iter().all(|control| control.is_some_and(is_accepted)) {
        let unblock = "the correct request has to be accepted first";
        return Outcome::unclear("a control was not accepted", unblock);
    }
    let Some((exchange, response)) = transcript
        .last(&Part::Faulted)
        .and_then(|exchange| Some((exchange, exchange.response()?)))
        .filter(|(_, response)| (400..500).contains(&response.status) && response.status != 429)
    else {
        let unblock = "the request for the implicit grant has to be refused";
        return Outcome::unclear("there was no refusal to look at", unblock);
    };
    let broken = |observed: String| {
        let expected = "a refusal labelled application/json, an object with `error`";
        Outcome::violated(expected, observed, exchange)
    };
    if !response.is_media_type("application/json") {
        let label = response.header("content-type").unwrap_or("nothing");
        return broken(format!("a refusal labelled {label}"));
    }
    let codes = ["error-response.not-json-object", "error-response.error-missing"];
    let reading = error::read(response.body.text().as_bytes());
    match reading.defects.iter().find(|defect| codes.contains(&defect.code)) {
        Some(defect) => broken(format!("{}: {}", defect.at, defect.detail)),
        None => Outcome::kept(describe(exchange)),
    }
}

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
