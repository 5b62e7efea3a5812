//! DPoP proofs sent with the exchange of a code.
//!
//! # What it does
//!
//! Exchanges a code with a correct proof, then codes of further logins with a proof that has
//! exactly one thing wrong, then with a correct one again. A demand for a nonce is met once, with
//! the same fault.
//!
//! # Why it matters
//!
//! The proof at the exchange decides to which key the tokens are bound. A server that checks it
//! less than at PAR lets whoever has the code choose the key.
//!
//! # What a conforming peer does
//!
//! Verifies the proof in full, for its own URI, asks for the key that the request was pushed with,
//! and reports what is wrong with the proof as `invalid_dpop_proof`.
//!
//! # How to fix
//!
//! Use one verification routine at all endpoints, with the URI of the endpoint as an argument.
//! Keep the thumbprint of the key with the pushed request and compare it at the exchange.
//!
//! # References
//!
//! RFC 9449, sections 4.3, 5 and 10.1; RFC 7638, section 3; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::{GRANT, PROOF};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.dpop-proof",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("dpop_proof.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A row of a wrong proof.
const fn wrong(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    edit: Edit,
    killers: &'static [&'static str],
) -> Case {
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Refused(&[PROOF, GRANT]) }
}

/// The code that RFC 9449, section 5, gives to a bad proof; the status is not examined here.
const NAMED: &[Refusal] =
    &[Refusal::new(400, "invalid_dpop_proof"), Refusal::new(401, "invalid_dpop_proof")];

const CASES: &[Case] = &[
    wrong(
        "server.token.dpop-missing",
        "A code is exchanged without a DPoP proof",
        "RFC9449-5.2-01",
        &["ATP-DPOP-023", "ATP-DPOP-014"],
        Edit::Field(Change::Remove("DPoP")),
        &["as.token.bearer-for-bound-client"],
    ),
    wrong(
        "server.token.dpop-other-key",
        "A code is exchanged with another key than the request was pushed with",
        "RFC9449-10.1-03",
        &["ATP-PAR-011", "RFC9449-10-01"],
        Edit::OtherKey,
        &["as.token.par-key-unbound"],
    ),
    wrong(
        "server.token.dpop-signature-broken",
        "A code is exchanged with a proof whose signature does not verify",
        "RFC9449-4.3-06",
        &[],
        Edit::Proof("signature-bit-flipped"),
        &["as.token.dpop-decoded-only", "as.dpop.signature-unchecked"],
    ),
    wrong(
        "server.token.dpop-htu-of-par",
        "A code is exchanged with a proof for the PAR endpoint",
        "RFC9449-4.3-09",
        &["RFC9449-4.3-16"],
        Edit::Story("DPoP proof with the PAR endpoint as its htu"),
        &["as.token.dpop-htu-any-own-endpoint", "as.dpop.htu-path-unchecked"],
    ),
    wrong(
        "server.token.dpop-repeated",
        "A code is exchanged with two DPoP header fields, each of them correct",
        "RFC9449-4.3-01",
        &[],
        Edit::Proof("field-twice"),
        &["as.token.dpop-last-header", "as.dpop.multi-header-first"],
    ),
    Case {
        id: "server.token.dpop-error-code-wrong",
        title: "A bad proof is refused under another error code than invalid_dpop_proof",
        clause: "RFC9449-5-02",
        covers: &["RFC6749-5.2-01"],
        killers: &["as.dpop.error-generic"],
        edit: Edit::Proof("typ-jwt"),
        expect: Expectation::Refused(&[NAMED]),
    },
    Case {
        id: "server.token.extra-jwk-member-refused",
        title: "A proof whose key has a member more than at PAR is refused",
        clause: "RFC7638-3-01",
        covers: &["RFC7638-7-01"],
        killers: &["as.jose.thumbprint-all-members"],
        edit: Edit::Proof("jwk-extra-kid"),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        let mut draft = stage.token(&login, &code);
        if let Edit::Story(_) = edit {
            draft.htu = Some(stage.target().endpoints.par.clone());
        }
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
