//! Whether development clients are taken at all.
//!
//! # What it does
//!
//! Pushes an ordinary request of a development client, which is public and does not authenticate.
//!
//! # Why it matters
//!
//! Developers have no host for a metadata document while they write. Where this client is refused,
//! they cannot begin, and most checks of atproof cannot either.
//!
//! # What a conforming peer does
//!
//! Is encouraged to take it, in production as well.
//!
//! # How to fix
//!
//! Make the virtual document from the identifier where it begins with `http://localhost`.
//!
//! # References
//!
//! atproto OAuth, Localhost Client Development.

use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{Case, Family, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;

use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.localhost-client.support",
    role: Role::Server,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("support.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const PUSH: &str = "pushed request of a development client";

const CASES: &[Case] = &[row(
    "server.localhost-client.unsupported",
    "A development client is refused",
    "ATP-LOCAL-001",
    &["ATP-PAR-008", "ATP-LOCAL-014"],
    &["as.localhost.unsupported"],
    taken,
)];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        stage.step(PUSH);
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send(draft).await;
        Ok(())
    })
}

fn taken(transcript: &Transcript<'_>) -> Outcome {
    match transcript.step(PUSH) {
        Some(exchange) if is_accepted(exchange) => Outcome::observed("taken, without credentials"),
        Some(exchange) if refusal_of(exchange).is_some_and(|(status, _)| status < 500) => {
            Outcome::observed(describe(exchange))
        }
        _ => Outcome::unclear("neither taken nor refused", "run it again"),
    }
}
