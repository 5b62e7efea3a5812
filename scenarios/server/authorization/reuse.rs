//! A request_uri that has done its work.
//!
//! # What it does
//!
//! Brings a login to its code, then opens the same authorization URL in the same browser again and
//! tries to approve once more.
//!
//! # Why it matters
//!
//! Authorization URLs stay in histories and logs. One that works twice can be used by whoever
//! finds it there.
//!
//! # What a conforming peer does
//!
//! Shows an error page. It may bear with a reload of the page before the user has decided.
//!
//! # How to fix
//!
//! Forget the pushed request when a code is issued for it.
//!
//! # References
//!
//! RFC 9126, section 4; atproto OAuth, Authorization Requests.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::front_channel::{End, end, no_code};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.reuse",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("reuse.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.authorization.request-uri-reusable",
    title: "A request_uri is opened again after its code was issued",
    clause: "RFC9126-4-02",
    covers: &["ATP-PAR-015"],
    killers: &["as.par.request-uri-reusable"],
    edit: Edit::Story("the same authorization URL once more"),
    expect: Expectation::Holds(no_second_code),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        stage.enter(Part::Control);
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        stage.enter(Part::Faulted);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

/// The same code again is no second one.
fn no_second_code(transcript: &Transcript<'_>) -> Outcome {
    let code = |part| match end(transcript, &part) {
        Some(End::Left(callback)) => callback.parameter("code").map(str::to_owned),
        _ => None,
    };
    match (code(Part::Control), code(Part::Faulted)) {
        (Some(first), Some(second)) if first == second => Outcome::kept("the same code again"),
        _ => no_code(transcript),
    }
}
