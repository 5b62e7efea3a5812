//! Codes of several logins that are exchanged at the same moment.
//!
//! # What it does
//!
//! Makes logins, exchanges one code as the control, and then the others four at once, each with its
//! own key. With every access token it asks for a resource.
//!
//! # Why it matters
//!
//! A server that keeps the request it is working on where another request can write (a global, a
//! field of a shared object) gives the tokens of one user to another, on a busy day only.
//!
//! # What a conforming peer does
//!
//! Gives each its own: tokens that are bound to the key of that proof. That nothing was mixed up in
//! these bursts does not prove that it cannot be.
//!
//! # How to fix
//!
//! Keep all that belongs to a request in values that are handed on with it.
//!
//! # References
//!
//! RFC 9449, sections 5 and 6; atproto OAuth, Tokens and Session Lifetime.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::burst;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.parallel",
    role: Role::Server,
    area: "token",
    tier: Tier::Load,
    needs: &[Need::Account],
    source: include_str!("parallel.rs"),
    script: Script::Once { play, logins: 2 + TIMES * AT_ONCE },
    judge: judge::between_controls,
    cases: CASES,
};

/// How many bursts are sent.
const TIMES: usize = 3;

/// How many codes are exchanged at once.
const AT_ONCE: usize = 4;

const EXCHANGES: &str = "exchanges at once";
const USE: &str = "use of token of burst";

const CASES: &[Case] = &[Case {
    id: "server.token.parallel-keys-mixed",
    title: "Exchanges that come at once get tokens that do not work with their key",
    clause: "ATP-DPOP-014",
    covers: &[],
    killers: &["as.token.parallel-key-mixed"],
    edit: Edit::Story("four codes of four logins at once, three times"),
    expect: Expectation::Holds(own_keys),
}];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.grant().await?;
        // Where a login ends the ones before it, the control fails.
        stage.grant().await?;
        stage.enter(Part::Control);
        stage.send(stage.resource(&grant)).await;
        for number in 1..=TIMES {
            let mut logins = Vec::new();
            let mut drafts = Vec::new();
            for _ in 0..AT_ONCE {
                let login = stage.login();
                let code = stage.code(&login).await?;
                drafts.push(stage.token(&login, &code));
                logins.push(login);
            }
            let replies = stage.send_together(&burst::step(EXCHANGES, number), &drafts).await?;
            stage.step(&burst::step(USE, number));
            for (login, reply) in logins.iter().zip(&replies) {
                let Ok(grant) = stage.grant_from(login, reply) else { continue };
                stage.send(stage.resource(&grant)).await;
            }
        }
        Ok(())
    })
}

/// Every code was exchanged, and every token works with its own key.
fn own_keys(transcript: &Transcript<'_>) -> Outcome {
    let exchanged = burst::each_one(transcript, EXCHANGES);
    if !matches!(exchanged, Outcome::Kept { .. }) {
        return exchanged;
    }
    let used = burst::bursts(transcript, USE);
    let mut refused = used.iter().flat_map(|burst| &burst.exchanges).filter(|e| !is_accepted(e));
    match refused.next() {
        Some(at) if at.status().is_some_and(|status| matches!(status, 401 | 403)) => {
            Outcome::violated("a token that works with the key of its proof", describe(at), at)
        }
        Some(at) => Outcome::unclear(describe(at), "run it again"),
        None => exchanged,
    }
}
