//! Nonces in the answers to pushed authorization requests.
//!
//! # What it does
//!
//! Pushes a few requests as a page of another origin would, with and without a nonce, right and
//! wrong, and looks at the nonces in the answers.
//!
//! # Why it matters
//!
//! A client can only send the nonce that it can read. Where it can be guessed, it proves nothing.
//!
//! # What a conforming peer does
//!
//! Puts one `DPoP-Nonce` field into each answer, with a value that is random and made of visible
//! ASCII characters other than `"` and `\`, and lets scripts of other origins read it.
//!
//! # How to fix
//!
//! Make nonces of 16 or more random octets, or of an authenticated time, in base64url. Set the
//! field in one place, for successes and refusals alike.
//!
//! # References
//!
//! RFC 9449, sections 8 and 8.1; RFC 6749, appendix A; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Action, Exchange};

use crate::server::{cors, guessing, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.par-answers",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("par_answers.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.dpop-nonce.par-success-without-nonce",
        title: "The answer to a pushed request hands out no nonce",
        clause: "ATP-PAR-012",
        covers: &["ATP-NONCE-013"],
        killers: &["as.nonce.absent-on-success"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let pushed = seen::step(transcript, PUSHED)?;
                seen::success(pushed)?;
                Ok(seen::hands_out_nonce(pushed))
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.nonce-repeated",
        title: "An answer has two DPoP-Nonce fields",
        clause: "RFC9449-8-03",
        covers: &[],
        killers: &["as.nonce.repeated-header"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            each_answer(transcript, "at most one DPoP-Nonce field in an answer", |_, nonces| {
                (nonces.len() > 1).then(|| format!("{} DPoP-Nonce fields", nonces.len()))
            })
        }),
    },
    Case {
        id: "server.dpop-nonce.nonce-bad-characters",
        title: "A nonce holds characters that nonces do not have",
        clause: "RFC9449-8.1-01",
        covers: &[],
        killers: &["as.nonce.bad-charset"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            let expected = "nonces of visible ASCII characters other than \" and \\";
            each_answer(transcript, expected, |_, nonces| {
                let wrong = |c: char| !matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
                let bad = nonces.iter().find(|nonce| nonce.is_empty() || nonce.contains(wrong))?;
                Some(format!("{bad:?}"))
            })
        }),
    },
    Case {
        id: "server.dpop-nonce.nonce-predictable",
        title: "A nonce can be guessed",
        clause: "RFC9449-8-02",
        covers: &[],
        killers: &["as.nonce.counter"],
        edit: Edit::None,
        expect: Expectation::Holds(guessing::unpredictable),
    },
    Case {
        id: "server.dpop-nonce.nonce-not-exposed",
        title: "Scripts of other origins cannot read the nonce",
        clause: "RFC9449-8-08",
        covers: &["ATP-NONCE-022"],
        killers: &["as.cors.nonce-not-exposed"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let pushed = seen::step(transcript, PUSHED)?;
                seen::success(pushed)?;
                Ok(seen::exposes(&[pushed, seen::step(transcript, WITHOUT)?]))
            })())
        }),
    },
];

const PUSHED: &str = "pushed request";
const WITHOUT: &str = "request without a nonce";

fn play<'a>(stage: &'a mut Stage) -> Playing<'a> {
    Box::pin(async move {
        for (step, edit) in [
            (PUSHED, Edit::None),
            (WITHOUT, Edit::WithoutNonce),
            ("request with a wrong proof", Edit::Proof("signature-bit-flipped")),
            (PUSHED, Edit::None),
        ] {
            stage.step(step);
            let login = stage.login();
            let draft = stage.par(&login).header("Origin", cors::ORIGIN);
            stage.send_edited(draft, &edit).await?;
        }
        Ok(())
    })
}

/// Judges the nonces of each answer; `wrong` says what is wrong with those of one.
fn each_answer(
    transcript: &Transcript<'_>,
    expected: &str,
    wrong: impl Fn(&Exchange, &[&str]) -> Option<String>,
) -> Outcome {
    let mut answers = 0;
    for exchange in transcript.actions(Action::Par) {
        let nonces = seen::nonces(exchange);
        if let Some(observed) = wrong(exchange, &nonces) {
            return Outcome::violated(expected, observed, exchange);
        }
        answers += usize::from(!nonces.is_empty());
    }
    match answers {
        0 => Outcome::not_offered("nonces", "hand out nonces"),
        answers => Outcome::kept(format!("{expected}: true of {answers} answers")),
    }
}
