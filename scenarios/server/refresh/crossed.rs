//! Refreshes with what belongs to another session, and what they do to the right one.
//!
//! # What it does
//!
//! Makes two logins, and presents the refresh token of one in other hands: with the key of the
//! other, by another client with a key of its own, or with a proof that does not hold. Then it
//! refreshes the session as it should be.
//!
//! # Why it matters
//!
//! The key of a session is one that the server knows and whose proofs are good. Only the comparison
//! with the one session tells that it is not the right one. And whoever finds an old refresh token
//! should not be able to sign its owner out with it: that is for the owner to decide.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 and `invalid_grant`. What becomes of the session is left open.
//!
//! # How to fix
//!
//! Compare the thumbprint of the proof's key with that of the session, and with nothing else. Decide
//! whether a failed attempt is a reason to end a session.
//!
//! # References
//!
//! RFC 9449, section 5; RFC 6749, sections 6 and 10.4; RFC 9700, section 4.14.2.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{GRANT, PROOF};
use crate::server::front_channel::OTHER_CLIENT;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.crossed",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::OwnDevice],
    source: include_str!("crossed.rs"),
    script: Script::Story { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const KEY: Edit = Edit::Story("the proof is made with the key of another session");

const CASES: &[Case] = &[
    Case {
        id: "server.refresh.key-of-other-session",
        title: "A session is refreshed with the key of another session of the same account",
        clause: "RFC9449-5-04",
        covers: &["ATP-REFR-007"],
        killers: &["as.refresh.key-per-account", "as.refresh.key-per-client"],
        edit: KEY,
        expect: Expectation::Refused(&[PROOF, GRANT]),
    },
    Case {
        id: "server.refresh.other-client-ends-session",
        title: "What becomes of a session whose refresh token another client presents",
        clause: "RFC6749-6-02",
        covers: &[],
        killers: &["as.refresh.mismatch-ends-session"],
        edit: Edit::Parameter(Change::Set("client_id", Text::Is(OTHER_CLIENT))),
        expect: Expectation::Holds(|transcript| seen::judged(aftermath(transcript))),
    },
    Case {
        id: "server.refresh.other-key-ends-session",
        title: "What becomes of a session whose refresh token comes with another key",
        clause: "RFC9449-5-04",
        covers: &[],
        killers: &["as.refresh.mismatch-ends-session"],
        edit: Edit::OtherKey,
        expect: Expectation::Holds(|transcript| seen::judged(aftermath(transcript))),
    },
    Case {
        id: "server.refresh.bad-proof-ends-session",
        title: "What becomes of a session whose refresh token comes with a bad proof",
        clause: "RFC9449-5-02",
        covers: &[],
        killers: &["as.refresh.consume-before-dpop"],
        edit: Edit::Proof("signature-bit-flipped"),
        expect: Expectation::Holds(|transcript| seen::judged(aftermath(transcript))),
    },
];

const OWNER: &str = "refresh by the owner";

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login_on_own_device();
        let grant = stage.grant_for(login).await?;
        let other = stage.grant().await?;
        if grant.refresh_token.is_none() {
            return Err(Halt::Needs("a refresh token"));
        }
        stage.enter(Part::Control);
        stage.send(stage.refresh(&other)).await;
        let mut stranger = grant.clone();
        // Whoever else presents the token does so with a key of its own.
        if matches!(case.edit, Edit::Parameter(_)) || case.edit == KEY {
            stranger.login.key = other.login.key;
        }
        stage.enter(Part::Faulted);
        let draft = stage.refresh(&stranger);
        stage.send_edited(draft, &case.edit).await?;
        stage.step(OWNER);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}

fn aftermath(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    seen::refusal(seen::faulted(transcript)?)?;
    let owner = seen::step(transcript, OWNER)?;
    match owner.status() {
        _ if is_accepted(owner) => Ok(Outcome::observed("the session goes on")),
        Some(400 | 401) => Ok(Outcome::observed("the session has ended")),
        _ => Err(Outcome::unclear(describe(owner), "run it again")),
    }
}
