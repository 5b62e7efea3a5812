//! Names that nobody knows, for a client whose keys are at a `jwks_uri`.
//!
//! # What it does
//!
//! Pushes a request of a client whose keys are at a URL, and then eight more whose assertions have a
//! `kid` that is made up. Counts how often the key set is fetched for them.
//!
//! # Why it matters
//!
//! To look again at an unknown name is what lets clients change their keys. But nobody has
//! authenticated at that point: whoever makes names up must not be able to make the server fetch as
//! often as it likes.
//!
//! # What a conforming peer does
//!
//! Refuses the assertions. How often it looks again is not said; a pause between two such fetches
//! is a good idea. What is seen is recorded.
//!
//! # How to fix
//!
//! On an unknown `kid` fetch the set once more, unless that was done within the last seconds.
//!
//! # References
//!
//! RFC 8725, section 3.10; RFC 7591, section 2.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{ClientKey, ClientKind, Login, Stage};
use atproof_protocol::record::{Exchange, Part};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.made-up-names",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("made_up_names.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const MADE_UP: Edit = Edit::Story("eight requests are pushed with a kid that is made up");

/// How many names are made up.
const NAMES: u64 = 8;

const CASES: &[Case] = &[Case {
    id: "server.client-auth.fetch-storm",
    title: "How often unknown names make the server fetch a key set",
    clause: "RFC8725-3.10-01",
    covers: &[],
    killers: &["as.jose.jwks-fetch-storm"],
    edit: MADE_UP,
    expect: Expectation::Holds(|transcript| seen::judged(fetches(transcript))),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::ByReference, &Edit::None)?;
        stage.enter(Part::Control);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        stage.enter(Part::Faulted);
        for _ in 0..NAMES {
            let [first, _] = &client.keys;
            let key = ClientKey { kid: stage.random().token(), key: first.key.clone() };
            let login = Login { client_key: Some(key), ..stage.login_by(&client) };
            let draft = stage.par(&login);
            stage.send_by(&client, draft, &Edit::None).await?;
        }
        Ok(())
    })
}

fn fetches(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let last = seen::faulted(transcript)?;
    if judge::is_accepted(last) {
        return Err(Outcome::unclear(
            "the made-up name was accepted",
            "see server.client-auth.kid-unknown",
        ));
    }
    let count = |exchange: &Exchange| exchange.facts.get("fetched")?.get("key_set")?.as_u64();
    let before = transcript.last(&Part::Control).and_then(count);
    let fetches = before.zip(count(last)).map(|(before, after)| after.saturating_sub(before));
    match fetches.ok_or_else(|| Outcome::unclear("visits were not counted", "run it again"))? {
        0 => Ok(Outcome::observed("unknown names make it fetch nothing")),
        NAMES.. => Ok(Outcome::observed("each unknown name makes it fetch")),
        _ => Ok(Outcome::observed("unknown names make it fetch now and then")),
    }
}
