//! Codes of two accounts that are exchanged at the same moment.
//!
//! # What it does
//!
//! Exchanges one code of each account by itself, which tells what `sub` is to be, and then four at
//! once, of one account and the other in turn.
//!
//! # Why it matters
//!
//! A server that keeps the request it is working on where another request can write gives the
//! account of one user to another, on a busy day only.
//!
//! # What a conforming peer does
//!
//! Names in `sub` the account that approved, whatever else is under way. That nothing was mixed up
//! in these bursts does not prove that it cannot be.
//!
//! # How to fix
//!
//! Keep all that belongs to a request in values that are handed on with it.
//!
//! # References
//!
//! atproto OAuth, Tokens and Session Lifetime.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Login, Stage};
use atproof_protocol::record::Exchange;

use crate::server::{burst, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.parallel-accounts",
    role: Role::Server,
    area: "token",
    tier: Tier::Load,
    needs: &[Need::Account, Need::SecondAccount],
    source: include_str!("parallel_accounts.rs"),
    script: Script::Once { play, logins: 2 + TIMES * AT_ONCE },
    judge: judge::probe,
    cases: CASES,
};

/// How many bursts are sent.
const TIMES: usize = 3;

/// How many codes are exchanged at once.
const AT_ONCE: usize = 4;

const EXCHANGES: &str = "exchanges at once";
const ALONE: [&str; 2] = ["exchange of first account", "exchange of second account"];

const CASES: &[Case] = &[Case {
    id: "server.token.parallel-accounts-mixed",
    title: "Exchanges that come at once get tokens for the account of another",
    clause: "ATP-TOK-002",
    covers: &[],
    killers: &["as.token.parallel-sub-mixed"],
    edit: Edit::Story("`sub` of four codes of two accounts at once, three times"),
    expect: Expectation::Holds(own_accounts),
}];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        for (account, step) in ALONE.iter().enumerate() {
            let login = Login { account, ..stage.login() };
            let code = stage.code(&login).await?;
            stage.step(step);
            stage.send(stage.token(&login, &code)).await;
        }
        for number in 1..=TIMES {
            let mut drafts = Vec::new();
            for index in 0..AT_ONCE {
                let login = Login { account: index % ALONE.len(), ..stage.login() };
                let code = stage.code(&login).await?;
                drafts.push(stage.token(&login, &code));
            }
            stage.send_together(&burst::step(EXCHANGES, number), &drafts).await?;
        }
        Ok(())
    })
}

/// Every answer names the account that approved.
fn own_accounts(transcript: &Transcript<'_>) -> Outcome {
    let sub = |exchange: &Exchange| exchange.response()?.member("sub")?.as_str().map(str::to_owned);
    seen::judged((|| {
        let [first, second] = ALONE.map(|step| transcript.step(step).and_then(sub));
        let (Some(first), Some(second)) = (first, second) else {
            return Err(Outcome::unclear(
                "a code exchanged by itself gave no `sub`",
                "send `sub` with the tokens",
            ));
        };
        let bursts = burst::counted(transcript, EXCHANGES)?;
        let mut named = 0;
        for burst in &bursts {
            for (own, exchange) in [&first, &second].iter().cycle().zip(&burst.exchanges) {
                match sub(exchange) {
                    Some(sub) if sub == ***own => named += 1,
                    Some(sub) => {
                        return Ok(Outcome::violated(own.as_str(), format!("sub {sub}"), exchange));
                    }
                    None => {}
                }
            }
        }
        if named == 0 {
            return Err(Outcome::unclear("no exchange was accepted", "accept correct requests"));
        }
        Ok(Outcome::kept(format!("{}; {named} with their own account", burst::tally(&bursts))))
    })())
}
