//! What a server keeps in mind of a proof: its `jti`.
//!
//! # What it does
//!
//! Pushes a request with a proof whose signature does not verify, then the same request with a right
//! proof of the same `jti`. Pushes two requests by two keys with one `jti`. An ordinary request
//! before and after shows that the server was ready to accept.
//!
//! # Why it matters
//!
//! What was not verified says nothing. Where its `jti` is noted all the same, anyone who can guess or
//! see a `jti` can have the rightful proof refused.
//!
//! # What a conforming peer does
//!
//! Notes the `jti` of proofs that verify, and of no others. Whether two keys may use the same one is
//! open.
//!
//! # How to fix
//!
//! Verify first, then look whether the `jti` is known, then note it, together with the thumbprint of
//! the key.
//!
//! # References
//!
//! RFC 7515, section 5.2; RFC 9449, sections 4.3 and 11.1; atproto OAuth, DPoP.

use atproof_engine::judge::{self, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Draft, Login, Stage};
use atproof_protocol::dpop::{self, Mutation};
use atproof_protocol::record::Part;

use crate::server::proofs::EITHER;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.jti",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("jti.rs"),
    script: Script::Story { play, logins: 0 },
    judge,
    cases: CASES,
};

/// The step in which the `jti` is used for the first time.
const FIRST_USE: &str = "first use of the jti";

const UNVERIFIED: Edit = Edit::Story("a right proof, with the jti of one that did not verify");

const CASES: &[Case] = &[
    Case {
        id: "server.par.dpop-jti-spent-by-bad-signature",
        title: "A proof is refused because one that did not verify had its jti",
        clause: "RFC7515-5.2-02",
        covers: &[],
        killers: &["as.dpop.jti-noted-unverified"],
        edit: UNVERIFIED,
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.par.dpop-jti-of-other-key",
        title: "Two keys use the same jti",
        clause: "ATP-DPOP-025",
        covers: &[],
        killers: &["as.dpop.jti-per-key"],
        edit: Edit::Story("a proof with the jti of a proof by another key"),
        expect: Expectation::Open(EITHER),
    },
];

/// The second proof says something only where the first went as it should, and where it is not
/// refused for its nonce.
fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    seen::judged((|| {
        let first = seen::step(transcript, FIRST_USE)?;
        if is_accepted(first) == (case.edit == UNVERIFIED) {
            return Err(Outcome::unclear(
                format!("the first use went otherwise: {}", judge::describe(first)),
                "see the cases on ordinary requests and on signatures",
            ));
        }
        let second = seen::faulted(transcript)?;
        if second.response().is_some_and(seen::demands_nonce) {
            return Err(Outcome::not_offered(
                "nonces that are good twice",
                "nothing has to be done",
            ));
        }
        Ok(judge::probe(case, transcript))
    })())
}

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        let login = stage.login();
        stage.send(stage.par(&login)).await;
        let jti = stage.random().token();
        let is_unverified = case.edit == UNVERIFIED;
        let first = stage.login();
        let key = if is_unverified { first.key.clone() } else { stage.random().key() };
        let second = Login { key, ..stage.login() };
        let bad = dpop::mutation("signature-bit-flipped").map(|row| &row.mutation);

        stage.step(FIRST_USE);
        let draft = with_jti(stage, &first, &jti, bad.filter(|_| is_unverified));
        stage.send_once(&draft).await;
        stage.enter(Part::Faulted);
        let draft = with_jti(stage, &second, &jti, None);
        stage.send_once(&draft).await;
        stage.enter(Part::ControlAgain);
        let login = stage.login();
        stage.send(stage.par(&login)).await;
        Ok(())
    })
}

/// The pushed request of a login, its proof made here and not by the stage.
fn with_jti(stage: &Stage, login: &Login, jti: &str, mutation: Option<&Mutation>) -> Draft {
    let draft = stage.par(login);
    let spec = dpop::Spec {
        htm: &draft.method,
        htu: draft.url.split('?').next().unwrap_or_default(),
        jti,
        iat: stage.clock().now(),
        nonce: stage.nonce(&draft.url),
        access_token: None,
    };
    let proof = dpop::forge(&spec, &login.key, mutation).pop().unwrap_or_default();
    Draft { proof: None, ..draft }.header("DPoP", &String::from_utf8_lossy(&proof))
}
