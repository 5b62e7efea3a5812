//! Nonces in proofs sent with a pushed authorization request.
//!
//! # What it does
//!
//! Pushes an ordinary request with the current nonce in its proof, then one with no nonce, with one
//! that was never handed out, or with the current one in other letters, then an ordinary one again.
//!
//! # Why it matters
//!
//! A nonce proves that a proof was made just now. Where one can be left out or made up, whoever
//! once had access to a client's key can keep a supply of proofs for later.
//!
//! # What a conforming peer does
//!
//! Answers 400 with `error` `use_dpop_nonce` and a `DPoP-Nonce` field, each time, also when the key
//! has used a good nonce before.
//!
//! # How to fix
//!
//! Compare the nonce of the proof, octet by octet, with those handed out lately. Treat a proof
//! without nonce like one with a wrong nonce.
//!
//! # References
//!
//! RFC 9449, sections 4.3, 8 and 11.3; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, NonceChange, Playing, Role, Script, Tier,
};
use atproof_engine::stage::{Login, Stage};

use crate::server::answers::{NONCE, PROOF};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.par",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("par.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.dpop-nonce.par-nonce-missing",
        title: "A request whose proof has no nonce is pushed",
        clause: "ATP-NONCE-001",
        covers: &["RFC9449-8-01", "RFC9449-4.3-10"],
        killers: &["as.nonce.optional-at-par"],
        edit: Edit::WithoutNonce,
        expect: Expectation::Refused(&[NONCE]),
    },
    Case {
        id: "server.dpop-nonce.par-nonce-unknown",
        title: "A request whose proof has a nonce that was never handed out is pushed",
        clause: "RFC9449-8-04",
        covers: &["RFC9449-4.3-10", "ATP-NONCE-024"],
        killers: &["as.nonce.any-value@par", "as.nonce.self-check"],
        edit: Edit::Nonce(NonceChange::Unknown),
        expect: Expectation::Refused(&[NONCE, PROOF]),
    },
    Case {
        id: "server.dpop-nonce.par-nonce-case-changed",
        title: "A request whose proof has the nonce in other letters is pushed",
        clause: "RFC9449-8-04",
        covers: &["RFC9449-4.3-10"],
        killers: &["as.nonce.casefold"],
        edit: Edit::Nonce(NonceChange::OtherCase),
        expect: Expectation::Refused(&[NONCE, PROOF]),
    },
    Case {
        id: "server.dpop-nonce.par-nonce-downgrade",
        title: "A key that has used a nonce pushes a request without one",
        clause: "RFC9449-11.3-01",
        covers: &["ATP-NONCE-001"],
        killers: &["as.nonce.downgrade"],
        edit: Edit::Story("a request with a nonce succeeds, the next one by the same key has none"),
        expect: Expectation::Refused(&[NONCE]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        if !matches!(edit, Edit::Story(_)) {
            stage.send_edited(draft, edit).await?;
            return Ok(());
        }
        stage.send(draft).await.require("the request with a nonce", "request_uri")?;
        let again = Login { key: login.key, ..stage.login() };
        let draft = stage.par(&again);
        stage.send_edited(draft, &Edit::WithoutNonce).await?;
        Ok(())
    })
}
