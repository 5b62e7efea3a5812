//! A second login in a browser that is signed in.
//!
//! # What it does
//!
//! Brings a login to its code, then opens the authorization URL of another good request in the
//! same browser and does nothing there.
//!
//! # Why it matters
//!
//! Anyone can pose as a public client, since it holds no secret. If an earlier consent is taken as
//! consent to everything that comes after, a look-alike gets its code without the user noticing.
//!
//! # What a conforming peer does
//!
//! Shows the consent page each time.
//!
//! # How to fix
//!
//! Remember who is signed in, and still ask for consent where the client is public.
//!
//! # References
//!
//! RFC 8252, section 8.6; atproto OAuth, Authorization Interface.

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
    id: "server.authorization.remembered",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("remembered.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.authorization.silent-approval",
    title: "A later request of a public client is approved without asking",
    clause: "RFC8252-8.6-01",
    covers: &["ATP-AUTHZ-022"],
    killers: &["as.consent.silent-public"],
    edit: Edit::Story("the page of a second request is opened and nothing is done there"),
    expect: Expectation::Holds(asked_again),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        stage.enter(Part::Faulted);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.open(&login, &url).await?;
        Ok(())
    })
}

/// A page is shown, and nobody was sent to the client.
pub(crate) fn asked_again(transcript: &Transcript<'_>) -> Outcome {
    if let Some(End::Left(_)) = end(transcript, &Part::Faulted) {
        return no_code(transcript);
    }
    match transcript.last(&Part::Faulted).and_then(|exchange| exchange.status()) {
        Some(200..300) => Outcome::kept("a page is shown"),
        _ => Outcome::unclear(
            "the second request led neither to a page nor to the client",
            "an ordinary request has to lead to a page first",
        ),
    }
}
