//! What a revocation does to a refresh token.
//!
//! # What it does
//!
//! Makes a login, refreshes it once to see that this works, revokes the new refresh token in one
//! way or another, and refreshes it at once.
//!
//! # Why it matters
//!
//! Revocation is the way out when a device is lost, so it has to work at once. It must not be a
//! way for others to end a session that is not theirs.
//!
//! # What a conforming peer does
//!
//! Ends the token whatever the hint says, and only for the client it was issued to. A GET request
//! ends nothing. The status proves nothing: it is 200 for unknown tokens too.
//!
//! # How to fix
//!
//! Search both kinds of token, delete what is found before the answer is sent, compare `client_id`
//! with the owner, and route POST alone.
//!
//! # References
//!
//! RFC 7009, sections 2 and 2.1; OAuth 2.1, section 4.3.1.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Draft, Halt, Stage};
use atproof_protocol::form;
use atproof_protocol::record::Part;

use crate::server::answers::GRANT;
use crate::server::front_channel::OTHER_CLIENT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.effect",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("effect.rs"),
    script: Script::Story { play, logins: 1 },
    judge,
    cases: CASES,
};

const REVOKE: &str = "revoke";

const CASES: &[Case] = &[
    Case {
        id: "server.revocation.refresh-token-survives",
        title: "A refresh token works after its revocation",
        clause: "RFC7009-2.1-02",
        covers: &["OAUTH21-4.3.1-01"],
        killers: &["as.revoke.no-effect", "as.revoke.delayed"],
        edit: Edit::Story("the refresh token is revoked and refreshed at once"),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.revocation.wrong-hint-keeps-token",
        title: "A refresh token works after its revocation with the hint of an access token",
        clause: "RFC7009-2.1-04",
        covers: &[],
        killers: &["as.revoke.hint-binding"],
        edit: Edit::Parameter(Change::Set("token_type_hint", Text::Is("access_token"))),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.revocation.other-client-revokes",
        title: "A client revokes the refresh token of another",
        clause: "RFC7009-2.1-01",
        covers: &[],
        killers: &["as.revoke.unauthenticated"],
        edit: Edit::Parameter(Change::Set("client_id", Text::Is(OTHER_CLIENT))),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.revocation.get-revokes",
        title: "A GET request revokes",
        clause: "RFC7009-2-01",
        covers: &[],
        killers: &["as.revoke.get-accepted"],
        edit: Edit::Method("GET"),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let first = stage.grant().await?;
        stage.enter(Part::Control);
        let reply = stage.send(stage.refresh(&first)).await;
        let mut grant = stage.grant_from(&first.login, &reply)?;
        grant.refresh_token = grant.refresh_token.or(first.refresh_token);
        let token = grant.refresh_token.clone().unwrap_or_default();

        stage.step(REVOKE);
        // Whoever else revokes does so with a key of its own.
        let mut revoker = grant.clone();
        if let Edit::Parameter(Change::Set("client_id", _)) = case.edit {
            revoker.login.key = stage.random().key();
        }
        let draft = stage.revoke(&revoker, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        let draft = if let Edit::Method(_) = case.edit { in_query(draft) } else { draft };
        stage.send_edited(draft, &case.edit).await?;

        stage.enter(Part::Faulted);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}

/// The parameters of a form in the query of the URL.
fn in_query(mut draft: Draft) -> Draft {
    if let Some(pairs) = draft.form.take() {
        draft.url.push(if draft.url.contains('?') { '&' } else { '?' });
        draft.url.push_str(&form::encode(&pairs));
    }
    draft
}

/// What must not survive has to have been revoked with success first.
fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let revoked = transcript.step(REVOKE);
    let succeeded = revoked.is_some_and(judge::is_accepted);
    match (case.expect, revoked) {
        (Expectation::Refused(_), Some(exchange)) if !succeeded => Outcome::unclear(
            format!("the revocation was not accepted: {}", describe(exchange)),
            "answer a correct revocation with 200",
        ),
        (_, Some(_)) => judge::probe(case, transcript),
        (_, None) => Outcome::unclear("nothing was revoked", "run it again"),
    }
}
