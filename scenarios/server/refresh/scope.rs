//! A refresh for less scope, and the one after it.
//!
//! # What it does
//!
//! Makes a login for two scopes, refreshes it for one of them, and then refreshes the new token
//! without naming a scope.
//!
//! # Why it matters
//!
//! A client may ask for a weaker access token for a while. If that takes the rest away for ever,
//! the user has to sign in again for something that was never withdrawn.
//!
//! # What a conforming peer does
//!
//! Narrows the access token and leaves the grant as it is.
//!
//! # How to fix
//!
//! Keep the granted scope with the session and take `scope` of a refresh for this one token only.
//!
//! # References
//!
//! RFC 6749, section 6.

use atproof_engine::judge;
use atproof_engine::judge::is_accepted;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.scope",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("scope.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// All that the ordinary client declares.
const WIDE: &str = "atproto transition:generic";

const CASES: &[Case] = &[Case {
    id: "server.refresh.scope-narrowing-sticks",
    title: "A refresh for less scope takes the rest away for good",
    clause: "RFC6749-6-04",
    covers: &[],
    killers: &["as.refresh.scope-narrowing-sticks"],
    edit: Edit::Parameter(Change::Set("scope", Text::Is("atproto"))),
    expect: Expectation::Holds(whole_again),
}];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        login.scope = WIDE.to_owned();
        let grant = stage.grant_for(login).await?;
        stage.enter(Part::Control);
        let reply = stage.send_edited(stage.refresh(&grant), &case.edit).await?;
        let Ok(mut narrow) = stage.grant_from(&grant.login, &reply) else {
            return Err(Halt::Needs("a server that narrows the scope at a refresh"));
        };
        // Where it is not replaced, the refresh token stays the same.
        narrow.refresh_token = narrow.refresh_token.or(grant.refresh_token);
        stage.enter(Part::Faulted);
        stage.send(stage.refresh(&narrow)).await;
        Ok(())
    })
}

fn whole_again(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.last(&Part::Faulted).filter(|e| is_accepted(e)) else {
        return Outcome::unclear("the second refresh was not accepted", "accept it");
    };
    let scope = exchange.response().and_then(|response| response.member("scope"));
    match scope.as_ref().and_then(|scope| scope.as_str()) {
        Some(scope) if scope.split(' ').any(|value| value == "transition:generic") => {
            Outcome::kept(format!("`{scope}`"))
        }
        Some(scope) => Outcome::violated(format!("`{WIDE}`"), format!("`{scope}`"), exchange),
        None => Outcome::unclear("the second answer has no scope", "name the granted scope"),
    }
}
