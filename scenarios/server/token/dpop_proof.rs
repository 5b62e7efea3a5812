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
    Case, Change, Edit, Expectation, Family, Need, NonceChange, Playing, Refusal, Role, Script,
    Tier,
};
use atproof_engine::stage::{Login, Stage};

use crate::server::answers::{GRANT, NONCE, PROOF};
use crate::server::proofs::{self, EITHER, REPLAY};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.dpop-proof",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("dpop_proof.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
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
        "server.token.dpop-htu-of-par",
        "A code is exchanged with a proof for the PAR endpoint",
        "RFC9449-4.3-09",
        &["RFC9449-4.3-16"],
        HTU_OF_PAR,
        &["as.token.dpop-htu-any-own-endpoint", "as.dpop.htu-path-unchecked@token"],
    ),
    wrong(
        "server.token.dpop-repeated",
        "A code is exchanged with two DPoP header fields, each of them correct",
        "RFC9449-4.3-01",
        &[],
        Edit::Proof("field-twice"),
        &["as.token.dpop-last-header", "as.dpop.multi-header-first@token"],
    ),
    proofs::REPEATED_LAST_GOOD.at_token("server.token.dpop-repeated-last-good"),
    proofs::JOINED_BY_COMMA.at_token("server.token.dpop-joined-by-comma"),
    proofs::EMPTY.at_token("server.token.dpop-empty"),
    proofs::NOT_A_JWT.at_token("server.token.dpop-not-a-jwt"),
    proofs::QUOTED.at_token("server.token.dpop-quoted"),
    proofs::TWO_SEGMENTS.at_token("server.token.dpop-two-segments"),
    proofs::EXTRA_SEGMENT.at_token("server.token.dpop-extra-segment"),
    proofs::TRAILING_DOT.at_token("server.token.dpop-trailing-dot"),
    proofs::WHITESPACE_INSIDE.at_token("server.token.dpop-whitespace-inside"),
    proofs::JSON_SERIALISED.at_token("server.token.dpop-json-serialised"),
    proofs::PADDED.at_token("server.token.dpop-padded"),
    proofs::STANDARD_ALPHABET.at_token("server.token.dpop-standard-alphabet"),
    proofs::HEADER_COMMENT.at_token("server.token.dpop-header-comment"),
    proofs::PAYLOAD_NOT_UTF8.at_token("server.token.dpop-payload-not-utf8"),
    proofs::PAYLOAD_TRAILING_DATA.at_token("server.token.dpop-payload-trailing-data"),
    proofs::TYP_MISSING.at_token("server.token.dpop-typ-missing"),
    proofs::TYP_JWT.at_token("server.token.dpop-typ-jwt"),
    proofs::TYP_AT_JWT.at_token("server.token.dpop-typ-at-jwt"),
    proofs::CLIENT_ASSERTION.at_token("server.token.dpop-client-assertion"),
    proofs::ACCESS_TOKEN.at_token("server.token.dpop-access-token"),
    proofs::ALG_NONE.at_token("server.token.dpop-alg-none"),
    proofs::ALG_NONE_MIXED_CASE.at_token("server.token.dpop-alg-none-mixed-case"),
    proofs::ALG_HS256.at_token("server.token.dpop-alg-hs256"),
    proofs::ALG_HS256_OWN_SECRET.at_token("server.token.dpop-alg-hs256-own-secret"),
    proofs::ALG_MISSING.at_token("server.token.dpop-alg-missing"),
    proofs::ALG_UNKNOWN.at_token("server.token.dpop-alg-unknown"),
    proofs::ALG_LOWER_CASE.at_token("server.token.dpop-alg-lower-case"),
    proofs::ALG_KEY_MISMATCH.at_token("server.token.dpop-alg-key-mismatch"),
    proofs::KEY_ON_OTHER_CURVE.at_token("server.token.dpop-key-on-other-curve"),
    proofs::POINT_OFF_CURVE.at_token("server.token.dpop-point-off-curve"),
    proofs::COORDINATE_LONG.at_token("server.token.dpop-coordinate-long"),
    proofs::JWK_MISSING.at_token("server.token.dpop-jwk-missing"),
    proofs::JWK_ABSENT.at_token("server.token.dpop-jwk-absent"),
    proofs::JWK_STRING.at_token("server.token.dpop-jwk-string"),
    proofs::JWK_PRIVATE.at_token("server.token.dpop-jwk-private"),
    Case {
        killers: &["as.token.dpop-decoded-only", "as.dpop.signature-unchecked@token"],
        ..proofs::SIGNATURE_BROKEN.at_token("server.token.dpop-signature-broken")
    },
    proofs::SIGNATURE_EMPTY.at_token("server.token.dpop-signature-empty"),
    proofs::SIGNATURE_SHORT.at_token("server.token.dpop-signature-short"),
    proofs::SIGNATURE_LONG.at_token("server.token.dpop-signature-long"),
    proofs::SIGNATURE_DER.at_token("server.token.dpop-signature-der"),
    proofs::SIGNATURE_ZERO.at_token("server.token.dpop-signature-zero"),
    proofs::CRIT_UNKNOWN.at_token("server.token.dpop-crit-unknown"),
    proofs::CRIT_EMPTY.at_token("server.token.dpop-crit-empty"),
    proofs::ALG_REPEATED.at_token("server.token.dpop-alg-repeated"),
    proofs::COORDINATE_REPEATED.at_token("server.token.dpop-coordinate-repeated"),
    proofs::CLAIM_REPEATED.at_token("server.token.dpop-claim-repeated"),
    proofs::JTI_MISSING.at_token("server.token.dpop-jti-missing"),
    proofs::JTI_EMPTY.at_token("server.token.dpop-jti-empty"),
    proofs::JTI_NUMBER.at_token("server.token.dpop-jti-number"),
    proofs::HTM_MISSING.at_token("server.token.dpop-htm-missing"),
    proofs::HTU_MISSING.at_token("server.token.dpop-htu-missing"),
    proofs::IAT_MISSING.at_token("server.token.dpop-iat-missing"),
    proofs::IAT_STRING.at_token("server.token.dpop-iat-string"),
    proofs::HTM_WRONG.at_token("server.token.dpop-htm-wrong"),
    proofs::HTM_LOWER_CASE.at_token("server.token.dpop-htm-lower-case"),
    proofs::HTU_OTHER_HOST.at_token("server.token.dpop-htu-other-host"),
    proofs::HTU_OTHER_SCHEME.at_token("server.token.dpop-htu-other-scheme"),
    proofs::HTU_OTHER_PORT.at_token("server.token.dpop-htu-other-port"),
    proofs::HTU_OTHER_PATH.at_token("server.token.dpop-htu-other-path"),
    proofs::HTU_RELATIVE.at_token("server.token.dpop-htu-relative"),
    proofs::HTU_ORIGIN_ONLY.at_token("server.token.dpop-htu-origin-only"),
    proofs::HTU_PATH_CASE.at_token("server.token.dpop-htu-path-case"),
    proofs::HTU_TRAILING_SLASH.at_token("server.token.dpop-htu-trailing-slash"),
    proofs::HTU_ENCODED_SLASH.at_token("server.token.dpop-htu-encoded-slash"),
    proofs::HTU_USERINFO.at_token("server.token.dpop-htu-userinfo"),
    proofs::HTU_HOST_CASE.at_token("server.token.dpop-htu-host-case-refused"),
    proofs::EXTRA_CLAIM.at_token("server.token.dpop-extra-claim-refused"),
    proofs::LONG_JTI.at_token("server.token.dpop-jti-long-crashes"),
    Case {
        id: "server.token.dpop-nonce-unknown",
        title: "A code is exchanged with a nonce that was never handed out",
        clause: "RFC9449-8-04",
        covers: &["RFC9449-4.3-10", "ATP-NONCE-024"],
        killers: &["as.nonce.any-value@token", "as.nonce.self-check"],
        edit: Edit::Nonce(NonceChange::Unknown),
        expect: Expectation::Refused(&[NONCE, PROOF]),
    },
    Case {
        id: "server.token.dpop-replayed",
        title: "The proof of an exchange is sent again with another code",
        clause: "ATP-DPOP-006",
        covers: &["RFC9449-11.1-02"],
        killers: &["as.dpop.jti-replay@token"],
        edit: REPLAY,
        expect: Expectation::Refused(&[PROOF, GRANT]),
    },
    Case {
        id: "server.token.dpop-key-of-earlier-session",
        title: "A code is exchanged with the key of an earlier session",
        clause: "ATP-DPOP-027",
        covers: &[],
        killers: &["as.token.earlier-key-refused"],
        edit: EARLIER_KEY,
        expect: Expectation::Open(EITHER),
    },
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

const EARLIER_KEY: Edit = Edit::Story("a second login by the same key");
const HTU_OF_PAR: Edit = Edit::Story("DPoP proof with the PAR endpoint as its htu");

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut login = stage.login();
        if *edit == EARLIER_KEY {
            login.key = stage.grant().await?.login.key;
        }
        let code = stage.code(&login).await?;
        let mut draft = stage.token(&login, &code);
        if *edit == REPLAY {
            // Another login by the same key, so that the proof is wrong in nothing else.
            let login = Login { key: login.key, ..stage.login() };
            let code = stage.code(&login).await?;
            let then = stage.token(&login, &code);
            proofs::replay(stage, draft, then).await?;
            return Ok(());
        }
        if *edit == HTU_OF_PAR {
            draft.htu = Some(stage.target().endpoints.par.clone());
        }
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
