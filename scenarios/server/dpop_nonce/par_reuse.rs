//! Nonces that were used before.
//!
//! # What it does
//!
//! Pushes a request, and then another one with the nonce of the first: by the same key, or by
//! another one.
//!
//! # Why it matters
//!
//! A client with several requests under way, or several sessions, has one nonce for all of them. At
//! a server that takes each nonce once, or from one key, all but one of them are refused at first.
//!
//! # What a conforming peer does
//!
//! Either: nonces may serve many requests and sessions, or not. What is refused for its nonce is
//! answered with `use_dpop_nonce` and another nonce.
//!
//! # How to fix
//!
//! Nothing has to be done. Nonces that are good for a time rather than for a request cost clients
//! least.
//!
//! # References
//!
//! RFC 9449, sections 8 and 8.2; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Edit, Expectation, Family, Playing, Role, Script, Tier,
};
use atproof_engine::stage::{Halt, Login, Stage};
use atproof_protocol::record::Part;

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.par-reuse",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("par_reuse.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// Another refusal than a demand for a nonce is none of these.
const AGAIN: Expectation = Expectation::Open(&[
    Alternative { name: "taken again", is: |answer| answer.status < 300 },
    Alternative { name: "another nonce is demanded", is: seen::demands_nonce },
]);

const BY_OTHER_KEY: Edit = Edit::Story("a request with the nonce that another key has used");

const CASES: &[Case] = &[
    Case {
        id: "server.dpop-nonce.par-nonce-used-twice",
        title: "A nonce is used by one key for two requests",
        clause: "ATP-NONCE-007",
        covers: &[],
        killers: &["as.nonce.single-use"],
        edit: Edit::Story("a request with the nonce of the one before"),
        expect: AGAIN,
    },
    Case {
        id: "server.dpop-nonce.par-nonce-of-other-key",
        title: "A nonce is used by two keys",
        clause: "ATP-NONCE-007",
        covers: &[],
        killers: &["as.nonce.bound-to-key"],
        edit: BY_OTHER_KEY,
        expect: AGAIN,
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        stage.step("a nonce is asked for");
        stage.send(draft.clone()).await;
        let nonce = stage.nonce(&draft.url).map(str::to_owned);
        let nonce = nonce.ok_or(Halt::Needs("a server that hands out nonces"))?;
        for part in [Part::Control, Part::Faulted] {
            let key =
                if case.edit == BY_OTHER_KEY { stage.random().key() } else { login.key.clone() };
            let next = Login { key, ..stage.login() };
            let draft = stage.par(&next);
            stage.enter(part);
            stage.set_nonce(&draft.url, Some(nonce.clone()));
            stage.send_once(&draft).await;
        }
        Ok(())
    })
}
