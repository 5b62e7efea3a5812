//! A later request of a confidential client that the user has approved before.
//!
//! # What it does
//!
//! Brings a login of a confidential client to its code. Then opens, in the same browser, another
//! request of that client for the same scope, and does nothing there.
//!
//! # Why it matters
//!
//! Developers want to know whether a second login is a click or none.
//!
//! # What a conforming peer does
//!
//! Either asks again or approves at once: nobody can pose as this client.
//!
//! # How to fix
//!
//! Nothing has to be mended.
//!
//! # References
//!
//! atproto OAuth, Authorization Interface; RFC 8252, section 8.6.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::Part;

use crate::server::front_channel::{End, end};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.confidential-again",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("confidential_again.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.authorization.confidential-asked-again",
    title: "Whether a later request of a confidential client is approved without asking",
    clause: "ATP-AUTHZ-021",
    covers: &[],
    killers: &["as.consent.silent-confidential"],
    edit: Edit::Story("the page of a second request is opened and nothing is done there"),
    expect: Expectation::Holds(asked),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        stage.enter(Part::Control);
        let login = stage.login_by(&client);
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        stage.enter(Part::Faulted);
        let login = stage.login_by(&client);
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.open(&login, &url).await?;
        Ok(())
    })
}

fn asked(transcript: &Transcript<'_>) -> Outcome {
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) if callback.parameter("code").is_some() => {
            return Outcome::observed("approved at once");
        }
        _ => {}
    }
    match transcript.last(&Part::Faulted).and_then(|exchange| exchange.status()) {
        Some(200..300) => Outcome::observed("a page is shown"),
        _ => Outcome::unclear(
            "the second request led neither to a page nor to the client",
            "an ordinary request has to lead to a page first",
        ),
    }
}
