//! PKCE challenges of which only a whole login shows whether the server takes them.
//!
//! # What it does
//!
//! Carries a login through, then one with a challenge that cannot be the S256 transform of a
//! verifier, or with the challenge and verifier of a session that came to its end, then an
//! ordinary one again. The login goes on as long as the server lets it.
//!
//! # Why it matters
//!
//! A challenge belongs to one session. Where an old one works again, a client that reuses its
//! verifier, or an attacker who saw one, gets a second session from it.
//!
//! # What a conforming peer does
//!
//! Refuses the request when it is pushed, or at the latest the exchange of its code.
//!
//! # How to fix
//!
//! Take only 43 base64url characters as `code_challenge`, and keep the challenges of the last day
//! to refuse those that come again.
//!
//! # References
//!
//! RFC 7636, section 4.2; atproto OAuth, PKCE.

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::{Stage, redirect_parameters};

use super::challenge::judge;
use crate::server::answers::{GRANT, REQUEST};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.pkce.challenge-use",
    role: Role::Server,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("challenge_use.rs"),
    script: Script::Probe { play, logins: 1 },
    judge,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.pkce.challenge-padded",
        title: "A login with a padded challenge comes to its end",
        clause: "RFC7636-4.2-04",
        covers: &[],
        killers: &["as.pkce.lax-challenge"],
        edit: Edit::Parameter(Change::Set("code_challenge", Text::Append("="))),
        expect: Expectation::Refused(&[REQUEST, GRANT]),
    },
    Case {
        id: "server.pkce.challenge-unused-bits-set",
        title: "A login whose challenge only decodes to the hash of its verifier comes to its end",
        clause: "RFC7636-4.2-04",
        covers: &[],
        killers: &["as.jose.noncanonical-b64"],
        edit: Edit::Parameter(Change::Set("code_challenge", Text::UnusedBitSet)),
        expect: Expectation::Refused(&[REQUEST, GRANT]),
    },
    Case {
        id: "server.pkce.challenge-reused",
        title: "A second login with the challenge of an earlier one comes to its end",
        clause: "ATP-PKCE-007",
        covers: &[],
        killers: &["as.pkce.challenge-reuse"],
        edit: Edit::Story("challenge and verifier of a login that came to its end"),
        expect: Expectation::Refused(&[REQUEST, GRANT]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        if let Edit::Story(_) = edit {
            login.verifier = stage.grant().await?.login.verifier;
        }
        let draft = stage.par(&login);
        let reply = stage.send_edited(draft, edit).await?;
        let pushed = reply.require("the pushed authorization request", "request_uri");
        let Ok(request_uri) = pushed else { return Ok(()) };
        let url = stage.authorization_url(&login, &request_uri);
        let ending = stage.authorize(&login, &url, Decision::Approve).await?;
        let Ending::Redirect(url) = ending else { return Ok(()) };
        let answer = redirect_parameters(&url);
        if let Some((_, code)) = answer.iter().find(|(name, _)| name == "code") {
            stage.send(stage.token(&login, code)).await;
        }
        Ok(())
    })
}
