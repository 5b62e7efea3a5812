//! DPoP proofs sent with a pushed authorization request.
//!
//! # What it does
//!
//! Pushes an ordinary request with a correct proof, then with a proof that has exactly one thing
//! wrong, then with a correct one again. A demand for a nonce is met once, with the same fault, so
//! that a refusal for want of a nonce is never taken for a refusal of the fault.
//!
//! # Why it matters
//!
//! The proof binds the session to a key that never leaves the client. A server that does not check
//! one of its parts lets a stolen or made-up proof take that key's place.
//!
//! # What a conforming peer does
//!
//! Goes through every step of RFC 9449, section 4.3, and refuses a proof that fails one of them
//! with 400 and `invalid_dpop_proof`. Differences that the text allows (unknown claims, the case
//! of the host in `htu`) change nothing.
//!
//! # How to fix
//!
//! Verify proofs with one routine at all endpoints, which takes the steps in order and refuses
//! what it cannot read.
//!
//! # References
//!
//! RFC 9449, sections 4.2, 4.3 and 10.1; RFC 7515; RFC 7519; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Playing, Role, Script, Tier,
};
use atproof_engine::stage::{Login, Stage};

use crate::server::answers::PROOF;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.dpop-proof",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("dpop_proof.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// A wrong proof at PAR is always also a breach of RFC 9449, section 10.1.
const FULLY_CHECKED: &[&str] = &["RFC9449-10.1-02"];

/// A row of a wrong proof: the mutation's name and the fault that lets it pass.
const fn wrong(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    mutation: &'static str,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Proof(mutation);
    let expect = Expectation::Refused(&[PROOF]);
    Case { id, title, clause, covers: FULLY_CHECKED, killers, edit, expect }
}

/// A row of a proof that is unusual but right.
const fn legal(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    mutation: &'static str,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Proof(mutation);
    Case { id, title, clause, covers: &[], killers, edit, expect: Expectation::Accepted }
}

const CASES: &[Case] = &[
    Case {
        id: "server.par.dpop-missing",
        title: "A request without a DPoP proof is pushed",
        clause: "ATP-PAR-013",
        covers: &[],
        killers: &["as.par.dpop-optional"],
        edit: Edit::Field(Change::Remove("DPoP")),
        expect: Expectation::Refused(&[PROOF]),
    },
    wrong(
        "server.par.dpop-repeated",
        "Two DPoP header fields are sent, the first correct",
        "RFC9449-4.3-01",
        "field-good-then-bad",
        &["as.dpop.multi-header-first"],
    ),
    wrong(
        "server.par.dpop-joined-by-comma",
        "One DPoP header field holds two proofs",
        "RFC9449-4.3-02",
        "field-comma-joined",
        &["as.dpop.comma-split"],
    ),
    wrong(
        "server.par.dpop-not-a-jwt",
        "The DPoP header field holds no JWT",
        "RFC9449-4.3-02",
        "garbage",
        &["as.dpop.unparsable-ignored"],
    ),
    wrong(
        "server.par.dpop-extra-segment",
        "The proof has a fourth segment",
        "RFC9449-4.3-02",
        "four-segments",
        &["as.jose.lenient-split"],
    ),
    wrong(
        "server.par.dpop-padded",
        "The segments of the proof are padded",
        "RFC7515-2-01",
        "segments-padded",
        &["as.jose.padding-accepted"],
    ),
    wrong(
        "server.par.dpop-typ-missing",
        "The proof has no typ",
        "RFC9449-4.3-04",
        "typ-missing",
        &["as.dpop.typ-optional"],
    ),
    wrong(
        "server.par.dpop-typ-jwt",
        "The proof has the typ of another kind of JWT",
        "RFC9449-4.3-04",
        "typ-jwt",
        &["as.dpop.typ-any"],
    ),
    wrong(
        "server.par.dpop-alg-none",
        "The proof is not signed",
        "RFC9449-4.3-05",
        "alg-none",
        &["as.dpop.alg-none"],
    ),
    wrong(
        "server.par.dpop-alg-hs256",
        "The proof is authenticated with the public key as a shared secret",
        "RFC9449-4.3-05",
        "alg-hs256-public-key",
        &["as.jose.alg-from-header"],
    ),
    wrong(
        "server.par.dpop-alg-key-mismatch",
        "The key of the proof names another curve than its algorithm uses",
        "RFC7515-4.1.1-01",
        "crv-p384-label",
        &["as.jose.curve-unchecked"],
    ),
    wrong(
        "server.par.dpop-jwk-missing",
        "The proof names its key by kid instead of holding it",
        "RFC9449-4.3-06",
        "jwk-kid-instead",
        &["as.dpop.kid-lookup"],
    ),
    wrong(
        "server.par.dpop-jwk-private",
        "The proof holds its private key",
        "RFC9449-4.3-07",
        "jwk-private",
        &["as.jose.accept-private-jwk"],
    ),
    wrong(
        "server.par.dpop-signature-broken",
        "The signature of the proof does not verify",
        "RFC9449-4.3-06",
        "signature-bit-flipped",
        &["as.dpop.signature-unchecked"],
    ),
    wrong(
        "server.par.dpop-signature-der",
        "The signature of the proof is in DER",
        "RFC7518-3.4-01",
        "signature-der",
        &["as.jose.der-signature"],
    ),
    wrong(
        "server.par.dpop-signature-zero",
        "The signature of the proof is all zeros",
        "RFC9449-4.3-06",
        "signature-zero",
        &["as.jose.zero-signature"],
    ),
    wrong(
        "server.par.dpop-crit-unknown",
        "The proof declares an unknown header parameter critical",
        "RFC7515-4.1.11-01",
        "crit-unknown",
        &["as.jose.ignore-crit"],
    ),
    wrong(
        "server.par.dpop-claim-repeated",
        "The proof has two htm claims, the last one wrong",
        "RFC7519-4-01",
        "htm-twice-bad-last",
        &["as.json.duplicate-first"],
    ),
    wrong(
        "server.par.dpop-jti-missing",
        "The proof has no jti",
        "RFC9449-4.3-03",
        "jti-missing",
        &["as.dpop.jti-optional"],
    ),
    wrong(
        "server.par.dpop-htm-missing",
        "The proof has no htm",
        "RFC9449-4.3-03",
        "htm-missing",
        &["as.dpop.htm-optional"],
    ),
    wrong(
        "server.par.dpop-htu-missing",
        "The proof has no htu",
        "RFC9449-4.3-03",
        "htu-missing",
        &["as.dpop.htu-optional"],
    ),
    wrong(
        "server.par.dpop-iat-missing",
        "The proof has no iat",
        "RFC9449-4.3-03",
        "iat-missing",
        &["as.dpop.iat-optional"],
    ),
    wrong(
        "server.par.dpop-iat-string",
        "The iat of the proof is a string",
        "RFC7519-2-01",
        "iat-text",
        &["as.dpop.iat-string"],
    ),
    wrong(
        "server.par.dpop-htm-wrong",
        "The proof was made for another method",
        "RFC9449-4.3-08",
        "htm-other",
        &["as.dpop.htm-unchecked"],
    ),
    wrong(
        "server.par.dpop-htm-lower-case",
        "The htm of the proof is in lower case",
        "RFC9449-4.3-08",
        "htm-lower-case",
        &["as.dpop.htm-casefold"],
    ),
    wrong(
        "server.par.dpop-htu-other-host",
        "The proof was made for another host",
        "RFC9449-4.3-09",
        "htu-other-host",
        &["as.dpop.htu-host-unchecked"],
    ),
    wrong(
        "server.par.dpop-htu-other-scheme",
        "The proof was made for another scheme",
        "RFC9449-4.3-09",
        "htu-other-scheme",
        &["as.dpop.htu-scheme-unchecked"],
    ),
    wrong(
        "server.par.dpop-htu-other-port",
        "The proof was made for another port",
        "RFC9449-4.3-09",
        "htu-other-port",
        &["as.dpop.htu-port-unchecked"],
    ),
    wrong(
        "server.par.dpop-htu-other-path",
        "The proof was made for another path",
        "RFC9449-4.3-09",
        "htu-sibling-path",
        &["as.dpop.htu-path-unchecked"],
    ),
    wrong(
        "server.par.dpop-htu-path-case",
        "The path of htu is in another case",
        "RFC9449-4.3-09",
        "htu-path-case",
        &["as.dpop.htu-path-casefold"],
    ),
    wrong(
        "server.par.dpop-htu-trailing-slash",
        "The path of htu has a slash appended",
        "RFC9449-4.3-09",
        "htu-trailing-slash",
        &["as.dpop.htu-slash-trimmed"],
    ),
    legal(
        "server.par.dpop-htu-host-case-refused",
        "A proof with the host of htu in capitals is refused",
        "RFC9449-4.3-13",
        "htu-upper-case-host",
        &["as.dpop.htu-not-normalised"],
    ),
    legal(
        "server.par.dpop-extra-claim-refused",
        "A proof with a claim of no meaning is refused",
        "RFC9449-4.2-10",
        "claim-extra",
        &["as.dpop.extra-claims-refused"],
    ),
    Case {
        id: "server.par.dpop-iat-old",
        title: "The proof is an hour old, its nonce is fresh",
        clause: "ATP-DPOP-024",
        covers: &["RFC9449-4.3-11"],
        killers: &["as.dpop.iat-unbounded"],
        edit: Edit::Proof("iat-1-hour-ago"),
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
        ]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        // The server has seen this key in the control.
        let login = Login { key: stage.unit_key(), ..stage.login() };
        let draft = stage.par(&login);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
