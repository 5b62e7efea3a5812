//! The PKCE challenge in the authorization response.
//!
//! # What it does
//!
//! Carries an ordinary login up to the redirect and looks for its challenge in every parameter
//! there, as it stands and base64url-decoded.
//!
//! # Why it matters
//!
//! The server may keep the challenge inside the code instead of a table. Where others can read it
//! there, they learn what the code is bound to, and a server that trusts it can be talked into
//! another one.
//!
//! # What a conforming peer does
//!
//! Sends a code from which nothing can be read, and no challenge beside it.
//!
//! # How to fix
//!
//! Make the code a random handle, or encrypt what it carries.
//!
//! # References
//!
//! RFC 7636, section 4.4; OAuth 2.1, section 4.1.2.

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Stage, redirect_parameters};
use atproof_protocol::record::Part;
use atproof_protocol::{base64url, pkce};
use serde_json::json;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.pkce.exposure",
    role: Role::Server,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("exposure.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.pkce.challenge-in-response",
    title: "The authorization response holds the challenge",
    clause: "OAUTH21-4.1.2-01",
    covers: &["RFC7636-4.4-02"],
    killers: &["as.pkce.challenge-in-code"],
    edit: Edit::None,
    expect: Expectation::Holds(challenge_is_absent),
}];

/// Names of the parameters in which the challenge was found: a fact of the redirect, since the
/// values themselves are not recorded.
const EXPOSED: &str = "challenge_in";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.enter(Part::Control);
        let ending = stage.authorize(&login, &url, Decision::Approve).await?;
        if let Ending::Redirect(url) = ending {
            let challenge = pkce::challenge_s256(&login.verifier);
            let found: Vec<String> = redirect_parameters(&url)
                .into_iter()
                .filter(|(_, value)| shows(value, &challenge))
                .map(|(name, _)| name)
                .collect();
            stage.fact(EXPOSED, json!(found));
        }
        Ok(())
    })
}

/// Whether a value can be read as something that holds the challenge: as it stands, or in one of
/// its base64url parts.
fn shows(value: &str, challenge: &str) -> bool {
    value.contains(challenge)
        || value.split(['.', '~', ':', '=', '+', '/']).any(|part| {
            base64url::decode(part)
                .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(challenge))
        })
}

fn challenge_is_absent(transcript: &Transcript<'_>) -> Outcome {
    let Some(redirect) = transcript.last(&Part::Control).filter(|e| judge::is_accepted(e)) else {
        return Outcome::unclear("the login did not lead to a code", "make ordinary logins work");
    };
    let found = redirect.facts.get(EXPOSED).and_then(|found| found.as_array());
    let names: Vec<&str> = found.into_iter().flatten().filter_map(|name| name.as_str()).collect();
    if names.is_empty() {
        return Outcome::kept("no parameter of the redirect holds the challenge");
    }
    let observed = format!("the challenge can be read in `{}`", names.join("`, `"));
    Outcome::violated("a redirect in which the challenge cannot be read", observed, redirect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_challenge_in_clear_and_encoded() {
        let challenge = pkce::challenge_s256("v");
        let inside = format!("{{\"challenge\":\"{challenge}\"}}");
        let encoded = base64url::encode(inside.as_bytes());
        for value in [challenge.clone(), format!("x.{challenge}"), format!("a.{encoded}.b")] {
            assert!(shows(&value, &challenge), "{value}");
        }
        assert!(!shows("cod-4ab0", &challenge));
    }
}
