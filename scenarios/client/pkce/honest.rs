//! What a client sends for PKCE, over two honest logins.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network, and looks at the challenges that it pushes and
//! the verifiers that it sends with the codes.
//!
//! # Why it matters
//!
//! With a fresh verifier for each login, a code that leaks is worth nothing.
//!
//! # What a conforming peer does
//!
//! Sends `code_challenge` with the method `S256`, made from a new random verifier every time, and
//! that verifier with the code.
//!
//! # How to fix
//!
//! Draw 32 random bytes for each login, encode them and their hash in base64url without padding,
//! and send `code_challenge_method=S256` along.
//!
//! # References
//!
//! RFC 7636, sections 4.1 to 4.5; atproto OAuth profile, section "Proof Key for Code Exchange".

use atproof_engine::judge::{Wire, parameter, trap};
use atproof_engine::model::{Family, Outcome, Role, Script, Settings, Site, Tier, Transcript};
use atproof_protocol::pkce;
use atproof_protocol::record::{Exchange, Part};

use crate::client::proofs::{differs, is_sent, method_is_s256, pushed};
use crate::client::rows::{TWICE, covering, holds};
use crate::client::values::{agrees, each, verifier_is_random};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.pkce.honest",
    role: Role::Client,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.pkce.challenge-absent",
                "A request is pushed without code_challenge",
                "RFC7636-4.3-02",
                &["client.pkce.none"],
                |t| is_sent(t, "code_challenge"),
            ),
            &["ATP-PKCE-001"],
        ),
        covering(
            holds(
                "client.pkce.method-not-s256",
                "The challenge is made by another method than S256",
                "ATP-PKCE-006",
                &["client.pkce.plain", "client.pkce.no-method"],
                method_is_s256,
            ),
            &["RFC7636-4.2-01", "ATP-PKCE-003"],
        ),
        covering(
            holds(
                "client.pkce.challenge-repeated",
                "Two logins have the same challenge",
                "ATP-PKCE-002",
                &["client.pkce.constant-verifier"],
                |t| differs(t, "code_challenge"),
            ),
            &["RFC9700-2.1.1-02", "RFC9126-7.5-01"],
        ),
        holds(
            "client.pkce.challenge-not-base64url",
            "The challenge is not base64url without padding",
            "RFC7636-A-01",
            &["client.pkce.padded-challenge", "client.pkce.std-base64"],
            challenge_is_encoded,
        ),
        covering(
            holds(
                "client.pkce.challenge-not-of-verifier",
                "The verifier is not the one of the challenge",
                "ATP-PKCE-013",
                &["client.pkce.other-verifier"],
                challenge_is_of_verifier,
            ),
            &["RFC7636-4.2-03"],
        ),
        holds(
            "client.pkce.verifier-absent",
            "A code is exchanged without a verifier",
            "RFC7636-4.5-01",
            &["client.pkce.no-verifier"],
            sends_verifier,
        ),
        covering(
            holds(
                "client.pkce.verifier-length",
                "The verifier does not have 43 to 128 characters",
                "RFC7636-4.1-01",
                &["client.pkce.short-verifier", "client.pkce.long-verifier"],
                |t| verifier_is_without(t, "pkce.verifier-length"),
            ),
            &["ATP-PKCE-015"],
        ),
        holds(
            "client.pkce.verifier-characters",
            "The verifier has a reserved character",
            "RFC7636-4.1-01",
            &["client.pkce.verifier-characters"],
            |t| verifier_is_without(t, "pkce.verifier-character"),
        ),
        holds(
            "client.pkce.verifier-guessable",
            "The verifier is not random",
            "RFC7636-4.1-02",
            &["client.pkce.counted-verifier"],
            verifier_is_random,
        ),
        holds(
            "client.pkce.verifier-pushed",
            "The verifier is pushed together with its challenge",
            "ATP-PKCE-013",
            &["client.pkce.verifier-pushed"],
            keeps_verifier,
        ),
    ],
};

fn exchanged<'a>(transcript: &Transcript<'a>) -> impl Iterator<Item = &'a Exchange> {
    Wire::new(transcript).at(&Part::Control, Site::Token)
}

fn challenge_is_encoded(transcript: &Transcript<'_>) -> Outcome {
    each(pushed(transcript), "base64url of 32 bytes", |exchange| {
        // Another method is another finding.
        let is_s256 = parameter(exchange, "code_challenge_method").as_deref() == Some("S256");
        let challenge = parameter(exchange, "code_challenge").filter(|_| is_s256)?;
        pkce::challenge_defects(&challenge).first().map(ToString::to_string)
    })
}

fn challenge_is_of_verifier(transcript: &Transcript<'_>) -> Outcome {
    agrees(transcript, &[Site::Token], "the verifier of the challenge", |pushed, exchange| {
        let challenge = parameter(pushed, "code_challenge")?;
        let own = exchange.facts.get("challenge")?.as_str()?;
        (challenge != own).then(|| format!("one of the challenge {own}, not {challenge}"))
    })
}

fn sends_verifier(transcript: &Transcript<'_>) -> Outcome {
    each(exchanged(transcript), "a code_verifier", |exchange| {
        parameter(exchange, "code_verifier").is_none().then(|| "none".to_owned())
    })
}

fn verifier_is_without(transcript: &Transcript<'_>, defect: &str) -> Outcome {
    let sent = exchanged(transcript).filter(|e| e.facts.contains_key("verifier_defects"));
    each(sent, "43 to 128 unreserved characters", |exchange| {
        let defects = exchange.facts.get("verifier_defects")?.as_array()?;
        defects.iter().any(|code| code == defect).then(|| defect.to_owned())
    })
}

fn keeps_verifier(transcript: &Transcript<'_>) -> Outcome {
    each(pushed(transcript), "no code_verifier before the code", |exchange| {
        parameter(exchange, "code_verifier").map(|_| "a code_verifier".to_owned())
    })
}
