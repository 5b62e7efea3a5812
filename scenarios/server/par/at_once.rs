//! Requests that are opened the moment they were pushed.
//!
//! # What it does
//!
//! Pushes a request, waits three seconds and opens its authorization URL. Then pushes five more
//! and opens each at once.
//!
//! # Why it matters
//!
//! A client sends the browser on as soon as it has the `request_uri`. Where a pushed request is
//! read from a copy of the database that lags behind, some logins fail and none of them again
//! when somebody looks.
//!
//! # What a conforming peer does
//!
//! Finds every request that it has answered with 201.
//!
//! # How to fix
//!
//! Write the request before answering, and read it where it was written.
//!
//! # References
//!
//! RFC 9126, sections 2.2 and 4; atproto OAuth, Authorization Requests.

use std::time::Duration;

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Degree, Edit, Expectation, Family, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Action, Exchange, Part};

use crate::server::authorization::arrival;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.at-once",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("at_once.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.par.request-uri-not-at-once",
    title: "A request cannot be opened right after it was pushed",
    clause: "ATP-PAR-001",
    covers: &["RFC9126-2.2-02"],
    killers: &["as.par.eventual"],
    edit: Edit::Story("no time lies between push and page"),
    expect: Expectation::Holds(found_at_once),
}];

const PAUSE: Duration = Duration::from_secs(3);
const TIMES: usize = 5;

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        for number in 0..=TIMES {
            let control = number == 0;
            stage.enter(if control { Part::Control } else { Part::Faulted });
            let login = stage.login();
            let request_uri = stage.push(&login).await?;
            if control {
                stage.clock().wait(PAUSE).await;
            }
            let url = stage.authorization_url(&login, &request_uri);
            let draft = arrival::navigation(&url);
            stage.send(draft).await;
        }
        Ok(())
    })
}

fn found_at_once(transcript: &Transcript<'_>) -> Outcome {
    if let Some(unclear) = arrival::no_page(transcript, &Part::Control) {
        return unclear;
    }
    let opened = |e: &&Exchange| e.part == Part::Faulted && e.action == Action::Authorize;
    let opened: Vec<&Exchange> = transcript.exchanges.iter().filter(opened).collect();
    let lost = opened.iter().find(|e| matches!(e.status(), Some(400..=428 | 430..=501)));
    match lost {
        Some(lost) => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "a page, as for a request that was pushed three seconds before".to_owned(),
            observed: describe(lost),
            at: Some(lost.id.clone()),
        },
        None if opened.iter().all(|e| matches!(e.status(), Some(200..400))) => {
            Outcome::kept(format!("{} requests were found at once", opened.len()))
        }
        None => Outcome::unclear("a page was not answered", "run it again"),
    }
}
