//! An approval that another site sends in the user's browser.
//!
//! # What it does
//!
//! Brings one login to its code. Pushes another request, opens it in the same browser, and has the
//! approval sent as a page of another site would send it: with `Origin` and `Sec-Fetch-Site` of that
//! site, without the cookies that `SameSite` keeps at home, and with those values alone that the
//! other site knows from the request or from pages that it was shown itself.
//!
//! # Why it matters
//!
//! Whoever can approve in the name of a user who is signed in needs neither the password nor the
//! user: a visit to any page is enough to give an account away.
//!
//! # What a conforming peer does
//!
//! Refuses the form. A form that asks for the password at the same time cannot be forged.
//!
//! # How to fix
//!
//! Put a random value of the browser into the form and compare it; set `SameSite` on cookies; look
//! at `Origin`.
//!
//! # References
//!
//! RFC 6749, section 10.12; RFC 9700, section 4.7.

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
    id: "server.authorization.forged",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("forged.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.authorization.consent-forged",
    title: "Another site approves a request in the browser of the user",
    clause: "RFC6749-10.12-02",
    covers: &[],
    killers: &["as.consent.forgeable"],
    edit: Edit::Story("the approval is sent by a page of another site"),
    expect: Expectation::Holds(unforged),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        stage.enter(Part::Faulted);
        let seen = stage.login();
        let request_uri = stage.push(&seen).await?;
        let own = stage.authorization_url(&seen, &request_uri);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.forge(&login, &url, &own).await?;
        Ok(())
    })
}

fn unforged(transcript: &Transcript<'_>) -> Outcome {
    match end(transcript, &Part::Faulted) {
        Some(End::Left(_)) => no_code(transcript),
        Some(End::Refused { status, .. }) => Outcome::kept(format!("refused with {status}")),
        None => Outcome::kept("the approval takes what only the user knows"),
    }
}
