//! The form of errors, and where a challenge points to.
//!
//! # What it does
//!
//! Reads from a resource with the right credentials, then with a token that the server never gave,
//! or with a proof whose signature does not verify; then with the right ones again. Where the
//! challenge names a metadata document, it is fetched.
//!
//! # Why it matters
//!
//! A client reads the error from the body or from the challenge of the scheme it has used. An error
//! in the challenge of another scheme makes it think that this one is not meant.
//!
//! # What a conforming peer does
//!
//! Answers with a JSON object that has `error`, and puts the same into the `DPoP` challenge alone.
//! `resource_metadata`, where it is there, names the document of the PDS.
//!
//! # How to fix
//!
//! Write errors of credentials with the routine for all other errors of XRPC. Add error attributes
//! to the challenge of the scheme that was used.
//!
//! # References
//!
//! RFC 9449, section 7.2; RFC 9728, section 5.1; atproto XRPC, Error Responses.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Credentials, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::oauth::challenge;

use crate::server::{credentials, document, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.errors",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("errors.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.resource.error-not-json",
        title: "An error of the resource is no JSON object with an error name",
        clause: "ATP-RES-006",
        covers: &[],
        killers: &["rs.error.html"],
        edit: Edit::Credentials(Credentials::Unknown),
        expect: Expectation::Holds(|transcript| seen::judged(is_json(transcript))),
    },
    Case {
        id: "server.resource.error-in-other-challenge",
        title: "The error of a bad proof stands in the challenge of another scheme",
        clause: "RFC9449-7.2-04",
        covers: &[],
        killers: &["rs.challenge.error-in-bearer"],
        edit: Edit::Proof("signature-bit-flipped"),
        expect: Expectation::Holds(|transcript| seen::judged(error_in_dpop_alone(transcript))),
    },
    Case {
        id: "server.resource.challenge-metadata-wrong",
        title: "The challenge points to resource metadata that are not those of the PDS",
        clause: "RFC9728-5.1-01",
        covers: &[],
        killers: &["rs.challenge.pointer-elsewhere"],
        edit: Edit::Credentials(Credentials::Unknown),
        expect: Expectation::Holds(|transcript| seen::judged(pointer_leads_home(transcript))),
    },
];

/// The step that fetches the document that a challenge names.
const NAMED: &str = "metadata that the challenge names";

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        let draft = credentials::request(stage, &grant, edit)?;
        let reply = stage.send_edited(draft, edit).await?;
        let pointer = reply.answer.ok().and_then(|response| {
            let values: Vec<&[u8]> = response.headers.all("www-authenticate").collect();
            let challenges = challenge::parse(&values).0;
            challenges.iter().find_map(|c| c.param("resource_metadata").map(ToString::to_string))
        });
        if let Some(url) = pointer.filter(|url| url.starts_with("http")) {
            document::fetch(stage, NAMED, &url).await;
        }
        Ok(())
    })
}

fn is_json(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    let response = seen::refusal(exchange)?;
    let expected = "a JSON object with a string `error`";
    Ok(match response.error() {
        Some(error) if response.is_media_type("application/json") => {
            Outcome::kept(format!("a JSON object with error {error}"))
        }
        _ => Outcome::violated(expected, describe(exchange), exchange),
    })
}

fn error_in_dpop_alone(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    let (challenges, _) = seen::challenges(seen::refusal(exchange)?);
    let with_error: Vec<&str> = challenges
        .iter()
        .filter(|challenge| challenge.param("error").is_some())
        .map(|challenge| challenge.scheme.as_str())
        .collect();
    if with_error.is_empty() {
        return Err(Outcome::not_offered("an error in a challenge", "another case is about that"));
    }
    if with_error.iter().all(|scheme| scheme.eq_ignore_ascii_case("dpop")) {
        return Ok(Outcome::kept("error in the DPoP challenge alone"));
    }
    let observed = format!("error in the challenges {}", with_error.join(", "));
    Ok(Outcome::violated("error in the DPoP challenge alone", observed, exchange))
}

fn pointer_leads_home(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    let (challenges, _) = seen::challenges(seen::refusal(exchange)?);
    let pointer = challenges.iter().find_map(|challenge| challenge.param("resource_metadata"));
    let Some(pointer) = pointer else { return Ok(Outcome::observed("no pointer")) };
    let resource = &transcript.target.resource;
    let own = format!("{resource}/.well-known/oauth-protected-resource");
    let named = transcript.step(NAMED).and_then(|exchange| exchange.response());
    let is_own = named.filter(|response| response.status == 200).is_some_and(|response| {
        response.member("resource").is_some_and(|member| member == resource.as_str())
    });
    Ok(Outcome::observed(match (pointer == own, is_own) {
        (true, true) => "a pointer to the metadata of the PDS",
        (false, true) => "a pointer to another copy of the metadata of the PDS",
        (_, false) => "a pointer to something else than the metadata of the PDS",
    }))
}
