//! A `request_uri` after its lifetime.
//!
//! # What it does
//!
//! Pushes a request and takes it through sign-in and consent at once; then pushes another, waits
//! until its lifetime is over, and tries the same.
//!
//! # Why it matters
//!
//! The lifetime bounds how long a reference that leaked, from a log or a history, can be used to
//! put a request in front of the user.
//!
//! # What a conforming peer does
//!
//! Refuses the request with an error page, or sends the user back with an error. No code is issued.
//!
//! # How to fix
//!
//! Compare the time when the page is opened with the lifetime that was promised.
//!
//! # References
//!
//! RFC 9126, sections 2.2 and 4.

use std::time::Duration;

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script, Tier,
};
use atproof_engine::run::LONGEST_WAIT;
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.expiry",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Patience],
    source: include_str!("expiry.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

/// How far beyond the lifetime the wait goes.
const SLACK: Duration = Duration::from_secs(5);

const CASES: &[Case] = &[Case {
    id: "server.par.request-uri-expired",
    title: "A request_uri is used after its lifetime",
    clause: "RFC9126-4-03",
    covers: &["ATP-PAR-015"],
    killers: &["as.par.request-uri-never-expires"],
    edit: Edit::Story("the authorization request is opened after `expires_in` and 5 seconds"),
    expect: Expectation::Refused(&[NO_CODE]),
}];

/// An error page or a redirect with an error: no text fixes the status.
const NO_CODE: &[Refusal] = &[
    Refusal::status(200),
    Refusal::status(302),
    Refusal::status(303),
    Refusal::status(400),
    Refusal::status(401),
    Refusal::status(403),
    Refusal::status(404),
    Refusal::status(410),
];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        push_and_open(stage, Part::Control, None).await?;
        push_and_open(stage, Part::Faulted, Some(SLACK)).await
    })
}

/// Pushes a request and opens it at once, or so long after its lifetime.
async fn push_and_open(stage: &mut Stage, part: Part, late: Option<Duration>) -> Result<(), Halt> {
    stage.enter(Part::Setup);
    let login = stage.login();
    let draft = stage.par(&login);
    let reply = stage.send(draft).await;
    let request_uri = reply.require("the pushed authorization request", "request_uri")?;
    if let Some(slack) = late {
        let lifetime =
            reply.answer.ok().and_then(|answer| answer.json()?.get("expires_in")?.as_u64());
        let lifetime = lifetime.ok_or(Halt::Needs("an expires_in in the answer to PAR"))?;
        let wait = Duration::from_secs(lifetime) + slack;
        if wait > LONGEST_WAIT {
            return Err(Halt::Needs("a request_uri that expires within a quarter of an hour"));
        }
        stage.clock().wait(wait).await;
    }
    stage.enter(part);
    let url = stage.authorization_url(&login, &request_uri);
    stage.authorize(&login, &url, Decision::Approve).await?;
    Ok(())
}
