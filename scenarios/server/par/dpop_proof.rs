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
use atproof_engine::model::{Case, Change, Edit, Expectation, Family, Playing, Role, Script, Tier};
use atproof_engine::stage::{Login, Stage};

use crate::server::answers::PROOF;
use crate::server::proofs::{self, EITHER};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.dpop-proof",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("dpop_proof.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A row of a proof with one thing about which no clause decides.
const fn open(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    mutation: &'static str,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Proof(mutation);
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Open(EITHER) }
}

const CASES: &[Case] = &[
    Case {
        id: "server.par.dpop-missing",
        title: "A request without a DPoP proof is pushed",
        clause: "ATP-PAR-013",
        covers: &[],
        killers: &["as.par.dpop-optional", "as.par.panic-no-proof"],
        edit: Edit::Field(Change::Remove("DPoP")),
        expect: Expectation::Refused(&[PROOF]),
    },
    Case {
        killers: &["as.dpop.multi-header-first@par", "as.dpop.multi-header-as-absent"],
        ..proofs::REPEATED.at_par("server.par.dpop-repeated")
    },
    proofs::REPEATED_LAST_GOOD.at_par("server.par.dpop-repeated-last-good"),
    proofs::JOINED_BY_COMMA.at_par("server.par.dpop-joined-by-comma"),
    proofs::EMPTY.at_par("server.par.dpop-empty"),
    proofs::NOT_A_JWT.at_par("server.par.dpop-not-a-jwt"),
    proofs::QUOTED.at_par("server.par.dpop-quoted"),
    proofs::TWO_SEGMENTS.at_par("server.par.dpop-two-segments"),
    proofs::EXTRA_SEGMENT.at_par("server.par.dpop-extra-segment"),
    proofs::TRAILING_DOT.at_par("server.par.dpop-trailing-dot"),
    proofs::WHITESPACE_INSIDE.at_par("server.par.dpop-whitespace-inside"),
    proofs::JSON_SERIALISED.at_par("server.par.dpop-json-serialised"),
    proofs::PADDED.at_par("server.par.dpop-padded"),
    proofs::STANDARD_ALPHABET.at_par("server.par.dpop-standard-alphabet"),
    proofs::HEADER_COMMENT.at_par("server.par.dpop-header-comment"),
    proofs::PAYLOAD_NOT_UTF8.at_par("server.par.dpop-payload-not-utf8"),
    proofs::PAYLOAD_TRAILING_DATA.at_par("server.par.dpop-payload-trailing-data"),
    proofs::TYP_MISSING.at_par("server.par.dpop-typ-missing"),
    proofs::TYP_JWT.at_par("server.par.dpop-typ-jwt"),
    proofs::TYP_AT_JWT.at_par("server.par.dpop-typ-at-jwt"),
    proofs::CLIENT_ASSERTION.at_par("server.par.dpop-client-assertion"),
    proofs::ACCESS_TOKEN.at_par("server.par.dpop-access-token"),
    proofs::ALG_NONE.at_par("server.par.dpop-alg-none"),
    proofs::ALG_NONE_MIXED_CASE.at_par("server.par.dpop-alg-none-mixed-case"),
    proofs::ALG_HS256.at_par("server.par.dpop-alg-hs256"),
    proofs::ALG_HS256_OWN_SECRET.at_par("server.par.dpop-alg-hs256-own-secret"),
    proofs::ALG_MISSING.at_par("server.par.dpop-alg-missing"),
    proofs::ALG_UNKNOWN.at_par("server.par.dpop-alg-unknown"),
    proofs::ALG_LOWER_CASE.at_par("server.par.dpop-alg-lower-case"),
    proofs::ALG_KEY_MISMATCH.at_par("server.par.dpop-alg-key-mismatch"),
    proofs::KEY_ON_OTHER_CURVE.at_par("server.par.dpop-key-on-other-curve"),
    proofs::POINT_OFF_CURVE.at_par("server.par.dpop-point-off-curve"),
    proofs::COORDINATE_LONG.at_par("server.par.dpop-coordinate-long"),
    proofs::JWK_MISSING.at_par("server.par.dpop-jwk-missing"),
    proofs::JWK_ABSENT.at_par("server.par.dpop-jwk-absent"),
    proofs::JWK_STRING.at_par("server.par.dpop-jwk-string"),
    proofs::JWK_PRIVATE.at_par("server.par.dpop-jwk-private"),
    proofs::SIGNATURE_BROKEN.at_par("server.par.dpop-signature-broken"),
    proofs::SIGNATURE_EMPTY.at_par("server.par.dpop-signature-empty"),
    proofs::SIGNATURE_SHORT.at_par("server.par.dpop-signature-short"),
    proofs::SIGNATURE_LONG.at_par("server.par.dpop-signature-long"),
    proofs::SIGNATURE_DER.at_par("server.par.dpop-signature-der"),
    proofs::SIGNATURE_ZERO.at_par("server.par.dpop-signature-zero"),
    proofs::CRIT_UNKNOWN.at_par("server.par.dpop-crit-unknown"),
    proofs::CRIT_EMPTY.at_par("server.par.dpop-crit-empty"),
    proofs::ALG_REPEATED.at_par("server.par.dpop-alg-repeated"),
    proofs::COORDINATE_REPEATED.at_par("server.par.dpop-coordinate-repeated"),
    proofs::CLAIM_REPEATED.at_par("server.par.dpop-claim-repeated"),
    proofs::JTI_MISSING.at_par("server.par.dpop-jti-missing"),
    proofs::JTI_EMPTY.at_par("server.par.dpop-jti-empty"),
    proofs::JTI_NUMBER.at_par("server.par.dpop-jti-number"),
    proofs::HTM_MISSING.at_par("server.par.dpop-htm-missing"),
    proofs::HTU_MISSING.at_par("server.par.dpop-htu-missing"),
    proofs::IAT_MISSING.at_par("server.par.dpop-iat-missing"),
    proofs::IAT_STRING.at_par("server.par.dpop-iat-string"),
    proofs::HTM_WRONG.at_par("server.par.dpop-htm-wrong"),
    proofs::HTM_LOWER_CASE.at_par("server.par.dpop-htm-lower-case"),
    proofs::HTU_OTHER_HOST.at_par("server.par.dpop-htu-other-host"),
    proofs::HTU_OTHER_SCHEME.at_par("server.par.dpop-htu-other-scheme"),
    proofs::HTU_OTHER_PORT.at_par("server.par.dpop-htu-other-port"),
    proofs::HTU_OTHER_PATH.at_par("server.par.dpop-htu-other-path"),
    proofs::HTU_RELATIVE.at_par("server.par.dpop-htu-relative"),
    proofs::HTU_ORIGIN_ONLY.at_par("server.par.dpop-htu-origin-only"),
    proofs::HTU_PATH_CASE.at_par("server.par.dpop-htu-path-case"),
    proofs::HTU_TRAILING_SLASH.at_par("server.par.dpop-htu-trailing-slash"),
    proofs::HTU_ENCODED_SLASH.at_par("server.par.dpop-htu-encoded-slash"),
    proofs::HTU_USERINFO.at_par("server.par.dpop-htu-userinfo"),
    proofs::HTU_HOST_CASE.at_par("server.par.dpop-htu-host-case-refused"),
    proofs::EXTRA_CLAIM.at_par("server.par.dpop-extra-claim-refused"),
    proofs::LONG_JTI.at_par("server.par.dpop-jti-long-crashes"),
    open(
        "server.par.dpop-iat-old",
        "The proof is an hour old, its nonce is fresh",
        "ATP-DPOP-024",
        &["RFC9449-4.3-11"],
        "iat-1-hour-ago",
        &["as.dpop.iat-unbounded"],
    ),
    open(
        "server.par.dpop-iat-ahead",
        "The proof is from an hour ahead, its nonce is fresh",
        "ATP-DPOP-024",
        &["RFC9449-4.3-11"],
        "iat-1-hour-ahead",
        &["as.dpop.iat-future-unbounded"],
    ),
    open(
        "server.par.dpop-iat-slightly-ahead",
        "The proof is from five seconds ahead",
        "RFC9449-11.1-05",
        &[],
        "iat-5-seconds-ahead",
        &["as.dpop.iat-no-skew"],
    ),
    open(
        "server.par.dpop-exp-past",
        "The proof has an exp, which proofs do not have, in the past",
        "ATP-DPOP-021",
        &[],
        "exp-past",
        &["as.dpop.exp-enforced"],
    ),
    open(
        "server.par.dpop-nbf-ahead",
        "The proof has an nbf, which proofs do not have, in the future",
        "ATP-DPOP-021",
        &[],
        "nbf-ahead",
        &["as.dpop.nbf-enforced"],
    ),
    open(
        "server.par.dpop-unused-bits-set",
        "The last character of the proof has an unused bit set",
        "RFC7515-2-01",
        &[],
        "trailing-bits",
        &["as.jose.noncanonical-b64"],
    ),
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
