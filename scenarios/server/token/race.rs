//! A code that is exchanged by several requests at the same moment.
//!
//! # What it does
//!
//! Makes ten codes, exchanges one as the control, and sends each of the others with four requests
//! that differ in their proofs alone. They stand ready on connections that are open, and are
//! released together. Then it refreshes what was issued.
//!
//! # Why it matters
//!
//! A server that reads a code, waits for something, and then marks the code as used, gives tokens to
//! the owner and to the thief, and neither it nor the user ever learns of it.
//!
//! # What a conforming peer does
//!
//! Issues tokens to one request at most and refuses the others with 400 and `invalid_grant`. That
//! more than one was not seen does not prove that it cannot be. Whether the tokens of a raced code
//! live on is observed: where the others come before the tokens are there, there is nothing to end.
//!
//! # How to fix
//!
//! Mark the code as used and learn whether it was in one step (`DELETE ... RETURNING`,
//! `UPDATE ... WHERE used = false`), before any tokens are made. Take the failure of that step for a
//! second use, not for an error of the server.
//!
//! # References
//!
//! RFC 6749, section 4.1.2; OAuth 2.1, section 4.1.3; atproto OAuth, PKCE.

use atproof_engine::judge::{self, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Login, Stage};
use atproof_protocol::record::Part;

use crate::server::burst;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.race",
    role: Role::Server,
    area: "token",
    tier: Tier::Load,
    needs: &[Need::Account, Need::OwnDevice],
    source: include_str!("race.rs"),
    script: Script::Once { play, logins: TIMES + 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// How many codes are raced for.
const TIMES: usize = 9;

/// How many requests race for a code.
const RACERS: usize = 4;

const RACE: &str = "race for code";
const AFTER: &str = "refresh after race";

const CASES: &[Case] = &[
    Case {
        id: "server.token.code-raced",
        title: "Several requests get tokens for one code when they come at once",
        clause: "OAUTH21-4.1.3-02",
        covers: &["RFC6749-4.1.2-02", "ATP-PKCE-009"],
        killers: &["as.token.code-race", "as.token.code-reusable"],
        edit: Edit::Story("four exchanges of one code at once, with nine codes"),
        expect: Expectation::Holds(|t| burst::at_most_one(t, RACE, "access_token")),
    },
    Case {
        id: "server.token.code-race-server-error",
        title: "An exchange that comes too late by a moment is answered with a server error",
        clause: "RFC6749-5.2-01",
        covers: &[],
        killers: &["as.token.code-race-error"],
        edit: Edit::Story("the answers to four exchanges of one code at once, with nine codes"),
        expect: Expectation::Holds(|transcript| burst::no_server_error(transcript, RACE)),
    },
    Case {
        id: "server.token.code-race-keeps-tokens",
        title: "What becomes of the tokens of a code that several requests came with at once",
        clause: "RFC6749-4.1.2-03",
        covers: &[],
        killers: &["as.token.code-race-keeps-tokens"],
        edit: Edit::Story("a refresh after four exchanges of one code at once, with nine codes"),
        expect: Expectation::Holds(|transcript| sessions(transcript, RACE, AFTER)),
    },
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        // Some servers answer a second use by signing the device out: all codes are made before.
        let own = stage.login_on_own_device();
        let mut codes = Vec::new();
        for _ in 0..=TIMES {
            let login = Login { device: own.device.clone(), ..stage.login() };
            let code = stage.code(&login).await?;
            codes.push((login, code));
        }
        let mut codes = codes.into_iter();
        if let Some((login, code)) = codes.next() {
            stage.enter(Part::Control);
            stage.send(stage.token(&login, &code)).await;
        }
        for (number, (login, code)) in codes.enumerate() {
            let drafts = vec![stage.token(&login, &code); RACERS];
            let replies = stage.send_together(&burst::step(RACE, number), &drafts).await?;
            for reply in replies {
                let Ok(grant) = stage.grant_from(&login, &reply) else { continue };
                if grant.refresh_token.is_some() {
                    stage.step(&burst::step(AFTER, number));
                    stage.send(stage.refresh(&grant)).await;
                }
            }
        }
        Ok(())
    })
}

/// Whether what was issued could be refreshed after the races. Which request comes first is
/// chance; what a user meets is whether the session can survive.
pub(crate) fn sessions(transcript: &Transcript<'_>, race: &str, after: &str) -> Outcome {
    let races = match burst::counted(transcript, race) {
        Ok(races) => races,
        Err(unclear) => return unclear,
    };
    let refreshes = burst::bursts(transcript, after);
    let mut refreshes = refreshes.iter().flat_map(|burst| &burst.exchanges).peekable();
    if races.iter().all(|race| race.accepted().next().is_none()) {
        return Outcome::observed("no request gets tokens");
    }
    if refreshes.peek().is_none() {
        return Outcome::unclear("no refresh token was issued", "issue one");
    }
    let survives = refreshes.any(|refresh| is_accepted(refresh));
    Outcome::observed(if survives { "the session can live on" } else { "the session ends" })
}
