//! How long access tokens of confidential clients live.
//!
//! # What it does
//!
//! Signs in with a public and with a confidential client and compares the life of their access
//! tokens.
//!
//! # Why it matters
//!
//! Clients that authenticate may be trusted for longer. Developers who move from one kind to the
//! other should know what changes.
//!
//! # What a conforming peer does
//!
//! Whatever it likes within the limits of the profile; it is recorded.
//!
//! # How to fix
//!
//! Nothing has to be fixed.
//!
//! # References
//!
//! atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{ClientKind, Halt, Stage};
use atproof_protocol::record::{Exchange, Part};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.lifetime",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("lifetime.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.client-auth.token-lifetime",
    title: "Whether access tokens of confidential clients live longer",
    clause: "ATP-CAUTH-036",
    covers: &[],
    killers: &["as.token.confidential-longer"],
    edit: Edit::Story("the same login by a public and by a confidential client"),
    expect: Expectation::Holds(|transcript| seen::judged(compare(transcript))),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        sign_in(stage, ClientKind::Public, Part::Control).await?;
        sign_in(stage, ClientKind::Confidential, Part::Faulted).await
    })
}

async fn sign_in(stage: &mut Stage, kind: ClientKind, part: Part) -> Result<(), Halt> {
    let client = stage.publish(kind, &Edit::None)?;
    let login = stage.login_by(&client);
    let code = stage.code(&login).await?;
    stage.enter(part);
    let draft = stage.token(&login, &code);
    stage.send_by(&client, draft, &Edit::None).await.map(|_| ())
}

fn compare(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let confidential = seen::faulted(transcript)?;
    let life = |exchange: &Exchange| exchange.response()?.member("expires_in")?.as_i64();
    let public = transcript.last(&Part::Control).and_then(life);
    let missing = || Outcome::not_offered("expires_in", "see server.token.expires-in-missing");
    let (public, confidential) = public.zip(life(confidential)).ok_or_else(missing)?;
    Ok(Outcome::observed(match confidential.cmp(&public) {
        std::cmp::Ordering::Less => "those of confidential clients live shorter",
        std::cmp::Ordering::Equal => "both live as long",
        std::cmp::Ordering::Greater => "those of confidential clients live longer",
    }))
}
