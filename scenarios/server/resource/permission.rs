//! Calls that the access token is not good for.
//!
//! # What it does
//!
//! Makes a login for `atproto` with `transition:generic` and one for `atproto` alone. With both it
//! asks to delete a record of a collection of ours that was never there, so that nothing changes
//! even where the request is taken.
//!
//! # Why it matters
//!
//! The user has consented to a sign-in. A server that lets such a token write has asked for consent
//! in vain.
//!
//! # What a conforming peer does
//!
//! Refuses the token for `atproto` alone with 403 and `insufficient_scope`; what XRPC calls the
//! error is not said.
//!
//! # How to fix
//!
//! Check the scope of the token for each method, before the input is looked at.
//!
//! # References
//!
//! OAuth 2.1, section 5.2; RFC 6750, section 3.1; atproto permissions, Resource Types.

use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Degree, Edit, Encoding, Expectation, Family, Need, Outcome, Playing, Refusal, Role,
    Script, Tier, Transcript,
};
use atproof_engine::stage::{Draft, Grant, Halt, Stage};
use atproof_protocol::record::{Exchange, Part};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.permission",
    role: Role::Server,
    area: "resource",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("permission.rs"),
    script: Script::Once { play, logins: 2 },
    judge: judge::probe,
    cases: CASES,
};

const NARROW: Edit = Edit::Story("the same request with a token for the scope atproto alone");

const CASES: &[Case] = &[
    Case {
        id: "server.resource.permission-unchecked",
        title: "A token for the scope atproto alone may write",
        clause: "OAUTH21-5.2-01",
        covers: &["ATP-RES-003"],
        killers: &["rs.scope.unchecked"],
        edit: NARROW,
        expect: Expectation::Refused(&[&[
            Refusal::status(403),
            Refusal::status(401),
            Refusal::status(400),
        ]]),
    },
    Case {
        id: "server.resource.permission-status-wrong",
        title: "A token of too little scope is refused with another status than 403",
        clause: "RFC6750-3.1-04",
        covers: &["ATP-RES-004"],
        killers: &["rs.scope.refused-as-401"],
        edit: NARROW,
        expect: Expectation::Holds(|transcript| {
            seen::judged(refused(transcript).map(|(exchange, status, _)| match status {
                403 => Outcome::kept(describe(exchange)),
                _ => Outcome::Broken {
                    degree: Degree::WrongAnswer,
                    expected: "refused with 403".to_owned(),
                    observed: describe(exchange),
                    at: Some(exchange.id.clone()),
                },
            }))
        }),
    },
    Case {
        id: "server.resource.permission-error-name",
        title: "What a scope that is too small is called",
        clause: "ATP-ERR-006",
        covers: &[],
        killers: &["rs.scope.other-error"],
        edit: NARROW,
        expect: Expectation::Holds(|transcript| {
            seen::judged(refused(transcript).map(|(_, status, errors)| {
                let names =
                    if errors.is_empty() { "no name".to_owned() } else { errors.join(", ") };
                Outcome::observed(format!("{status} {names}"))
            }))
        }),
    },
];

/// A collection of ours.
const COLLECTION: &str = "org.example.atproof";

/// A record key that was never used: the time it encodes is long past.
const RECORD: &str = "3aaaaaaaaaa2a";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let mut login = stage.login();
        login.scope = "atproto transition:generic".to_owned();
        let wide = stage.grant_for(login).await?;
        let mut login = stage.login();
        login.scope = "atproto".to_owned();
        let narrow = stage.grant_for(login).await?;
        for (part, grant) in
            [(Part::Control, &wide), (Part::Faulted, &narrow), (Part::ControlAgain, &wide)]
        {
            stage.enter(part);
            let draft = delete(stage, grant)?;
            stage.send(draft).await;
        }
        Ok(())
    })
}

/// Deletes a record that is not there (`com.atproto.repo.deleteRecord`).
fn delete(stage: &Stage, grant: &Grant) -> Result<Draft, Halt> {
    let repo = grant.sub.as_deref().ok_or(Halt::Needs("a token answer with a sub"))?;
    let input = [("repo", repo), ("collection", COLLECTION), ("rkey", RECORD)];
    let mut draft = stage.resource(grant);
    draft.method = "POST".to_owned();
    draft.url = format!("{}/xrpc/com.atproto.repo.deleteRecord", stage.target().resource);
    draft.form = Some(input.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    Ok(draft.edit(&Edit::Encoding(Encoding::Json)))
}

/// The refusal of the narrow token; what else may come of it is for another row.
fn refused<'a>(transcript: &Transcript<'a>) -> Result<(&'a Exchange, u16, Vec<String>), Outcome> {
    let exchange = seen::faulted(transcript)?;
    if is_accepted(exchange) {
        return Err(Outcome::not_offered(
            "a refusal of the token",
            "see server.resource.permission-unchecked",
        ));
    }
    seen::refusal(exchange)?;
    let (status, errors) = refusal_of(exchange).unwrap_or_default();
    Ok((exchange, status, errors))
}
