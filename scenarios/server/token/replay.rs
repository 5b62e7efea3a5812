//! What becomes of a session whose code comes again later, or in other hands.
//!
//! # What it does
//!
//! Exchanges a code, in one row refreshes the session, and then presents the code a second time: as
//! it should have been the first time, or with another key or a wrong verifier. Then it tries the
//! newest refresh token.
//!
//! # Why it matters
//!
//! A second use of a code by someone who has everything else, too, means that a whole login was
//! stolen, and all that came of it has to end, however often it was refreshed. A second use by
//! someone who has the code alone means little: if it ended the session, a code in a log or in a
//! browser history would be enough to sign its owner out.
//!
//! # What a conforming peer does
//!
//! Refuses the second exchange each time. It ends the session where verifier and key fit, and leaves
//! it alone where they do not.
//!
//! # How to fix
//!
//! Keep used codes with their session. Check client, redirect URI, key and verifier as for a first
//! exchange, and only then whether the code was used.
//!
//! # References
//!
//! RFC 6749, section 4.1.2; OAuth 2.1, section 7.5.2.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::GRANT;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.replay",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::OwnDevice],
    source: include_str!("replay.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const AFTER_REFRESH: Edit =
    Edit::Story("the same exchange once more, after the session was refreshed");

const CASES: &[Case] = &[
    Case {
        id: "server.token.code-replay-keeps-refreshed-session",
        title: "A session that was refreshed outlives the second use of its code",
        clause: "RFC6749-4.1.2-03",
        covers: &["ATP-PKCE-010"],
        killers: &["as.token.replay-forgets-refreshed", "as.token.replay-keeps-tokens"],
        edit: AFTER_REFRESH,
        expect: Expectation::Holds(|transcript| seen::judged(ended(transcript))),
    },
    Case {
        id: "server.token.code-replay-with-wrong-verifier-ends-session",
        title: "A second use of a code with a wrong verifier ends the session",
        clause: "OAUTH21-7.5.2-01",
        covers: &[],
        killers: &["as.token.bad-replay-ends-session"],
        edit: Edit::Parameter(Change::Set("code_verifier", Text::LastCharacterChanged)),
        expect: Expectation::Holds(|transcript| seen::judged(kept(transcript))),
    },
    Case {
        id: "server.token.code-replay-with-other-key-ends-session",
        title: "A second use of a code with another key ends the session",
        clause: "OAUTH21-7.5.2-01",
        covers: &[],
        killers: &["as.token.bad-replay-ends-session"],
        edit: Edit::OtherKey,
        expect: Expectation::Holds(|transcript| seen::judged(kept(transcript))),
    },
];

const REFRESH: &str = "refresh before";
const NEWEST: &str = "refresh after";

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login_on_own_device();
        let code = stage.code(&login).await?;
        let exchange = stage.token(&login, &code);
        stage.enter(Part::Control);
        let reply = stage.send(exchange.clone()).await;
        let mut grant = stage.grant_from(&login, &reply)?;
        if grant.refresh_token.is_none() {
            return Err(Halt::Needs("a refresh token"));
        }
        if case.edit == AFTER_REFRESH {
            stage.step(REFRESH);
            let reply = stage.send(stage.refresh(&grant)).await;
            let newest = stage.grant_from(&login, &reply)?;
            grant.refresh_token = newest.refresh_token.or(grant.refresh_token);
        }
        stage.enter(Part::Faulted);
        stage.send_edited(exchange, &case.edit).await?;
        stage.step(NEWEST);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}

/// Unclear where the first exchange was refused or the second was not.
fn replayed(transcript: &Transcript<'_>) -> Result<(), Outcome> {
    let first = transcript.last(&Part::Control);
    if !first.is_some_and(is_accepted) {
        return Err(Outcome::unclear("the first exchange was not accepted", "accept it"));
    }
    seen::refusal(seen::faulted(transcript)?)?;
    Ok(())
}

fn ended(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    replayed(transcript)?;
    seen::success(seen::step(transcript, REFRESH)?)?;
    Ok(judge::refused(seen::step(transcript, NEWEST)?, &[GRANT]))
}

fn kept(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    replayed(transcript)?;
    let newest = seen::step(transcript, NEWEST)?;
    if is_accepted(newest) {
        return Ok(Outcome::kept("the session goes on"));
    }
    seen::refusal(newest)?;
    Ok(Outcome::violated("the session goes on", describe(newest), newest))
}
