//! DPoP proofs sent with a revocation.
//!
//! # What it does
//!
//! Makes a login and revokes its refresh token without a proof. Where that is refused, it revokes
//! tokens with a correct proof, then with a proof that has exactly one thing wrong, then with a
//! correct one again. A demand for a nonce is met once, with the same fault.
//!
//! # Why it matters
//!
//! Revocation is where a server handles tokens without giving any away, so its checks are seldom
//! looked at. One that asks for a proof and takes a wrong one has a hole in a routine that may be
//! in use elsewhere too.
//!
//! # What a conforming peer does
//!
//! No text says that a revocation needs a proof: RFC 7009 knows none, and RFC 9449 asks for them in
//! token requests and at resources. A server that ignores them here is right, and these cases are
//! not judged there. One that refuses a revocation without proof is a server that checks proofs,
//! and then all steps of RFC 9449, section 4.3, hold.
//!
//! # How to fix
//!
//! Verify proofs with one routine at all endpoints, with the URI of the endpoint as an argument, or
//! do not ask for them here.
//!
//! # References
//!
//! RFC 7009, section 2.1; RFC 9449, sections 4.3 and 5; atproto OAuth, DPoP.

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, NonceChange, Outcome, Playing, Role, Script,
    Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{NONCE, PROOF};
use crate::server::proofs::{self, EITHER, REPLAY};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.revocation.dpop-proof",
    role: Role::Server,
    area: "revocation",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Revocation],
    source: include_str!("dpop_proof.rs"),
    script: Script::Chain { play, logins: 2 },
    judge,
    cases: CASES,
};

/// What shows whether the server asks for proofs here at all.
const WITHOUT: &str = "revocation without a proof";

const MISSING: Edit = Edit::Field(Change::Remove("DPoP"));

const CASES: &[Case] = &[
    Case {
        id: "server.revocation.dpop-missing",
        title: "A token is revoked without a DPoP proof",
        clause: "ATP-REVOKE-006",
        covers: &[],
        killers: &["as.revoke.proof-optional"],
        edit: MISSING,
        expect: Expectation::Open(EITHER),
    },
    Case {
        id: "server.revocation.dpop-nonce-missing",
        title: "A token is revoked with a proof that has no nonce",
        clause: "ATP-REVOKE-006",
        covers: &[],
        killers: &["as.nonce.optional-at-revocation"],
        edit: Edit::WithoutNonce,
        expect: Expectation::Open(EITHER),
    },
    proofs::REPEATED.at_revocation("server.revocation.dpop-repeated"),
    proofs::REPEATED_LAST_GOOD.at_revocation("server.revocation.dpop-repeated-last-good"),
    proofs::JOINED_BY_COMMA.at_revocation("server.revocation.dpop-joined-by-comma"),
    proofs::EMPTY.at_revocation("server.revocation.dpop-empty"),
    proofs::NOT_A_JWT.at_revocation("server.revocation.dpop-not-a-jwt"),
    proofs::QUOTED.at_revocation("server.revocation.dpop-quoted"),
    proofs::TWO_SEGMENTS.at_revocation("server.revocation.dpop-two-segments"),
    proofs::EXTRA_SEGMENT.at_revocation("server.revocation.dpop-extra-segment"),
    proofs::TRAILING_DOT.at_revocation("server.revocation.dpop-trailing-dot"),
    proofs::WHITESPACE_INSIDE.at_revocation("server.revocation.dpop-whitespace-inside"),
    proofs::JSON_SERIALISED.at_revocation("server.revocation.dpop-json-serialised"),
    proofs::PADDED.at_revocation("server.revocation.dpop-padded"),
    proofs::STANDARD_ALPHABET.at_revocation("server.revocation.dpop-standard-alphabet"),
    proofs::HEADER_COMMENT.at_revocation("server.revocation.dpop-header-comment"),
    proofs::PAYLOAD_NOT_UTF8.at_revocation("server.revocation.dpop-payload-not-utf8"),
    proofs::PAYLOAD_TRAILING_DATA.at_revocation("server.revocation.dpop-payload-trailing-data"),
    proofs::TYP_MISSING.at_revocation("server.revocation.dpop-typ-missing"),
    proofs::TYP_JWT.at_revocation("server.revocation.dpop-typ-jwt"),
    proofs::TYP_AT_JWT.at_revocation("server.revocation.dpop-typ-at-jwt"),
    proofs::CLIENT_ASSERTION.at_revocation("server.revocation.dpop-client-assertion"),
    proofs::ACCESS_TOKEN.at_revocation("server.revocation.dpop-access-token"),
    proofs::ALG_NONE.at_revocation("server.revocation.dpop-alg-none"),
    proofs::ALG_NONE_MIXED_CASE.at_revocation("server.revocation.dpop-alg-none-mixed-case"),
    proofs::ALG_HS256.at_revocation("server.revocation.dpop-alg-hs256"),
    proofs::ALG_HS256_OWN_SECRET.at_revocation("server.revocation.dpop-alg-hs256-own-secret"),
    proofs::ALG_MISSING.at_revocation("server.revocation.dpop-alg-missing"),
    proofs::ALG_UNKNOWN.at_revocation("server.revocation.dpop-alg-unknown"),
    proofs::ALG_LOWER_CASE.at_revocation("server.revocation.dpop-alg-lower-case"),
    proofs::ALG_KEY_MISMATCH.at_revocation("server.revocation.dpop-alg-key-mismatch"),
    proofs::KEY_ON_OTHER_CURVE.at_revocation("server.revocation.dpop-key-on-other-curve"),
    proofs::POINT_OFF_CURVE.at_revocation("server.revocation.dpop-point-off-curve"),
    proofs::COORDINATE_LONG.at_revocation("server.revocation.dpop-coordinate-long"),
    proofs::JWK_MISSING.at_revocation("server.revocation.dpop-jwk-missing"),
    proofs::JWK_ABSENT.at_revocation("server.revocation.dpop-jwk-absent"),
    proofs::JWK_STRING.at_revocation("server.revocation.dpop-jwk-string"),
    proofs::JWK_PRIVATE.at_revocation("server.revocation.dpop-jwk-private"),
    proofs::SIGNATURE_BROKEN.at_revocation("server.revocation.dpop-signature-broken"),
    proofs::SIGNATURE_EMPTY.at_revocation("server.revocation.dpop-signature-empty"),
    proofs::SIGNATURE_SHORT.at_revocation("server.revocation.dpop-signature-short"),
    proofs::SIGNATURE_LONG.at_revocation("server.revocation.dpop-signature-long"),
    proofs::SIGNATURE_DER.at_revocation("server.revocation.dpop-signature-der"),
    proofs::SIGNATURE_ZERO.at_revocation("server.revocation.dpop-signature-zero"),
    proofs::CRIT_UNKNOWN.at_revocation("server.revocation.dpop-crit-unknown"),
    proofs::CRIT_EMPTY.at_revocation("server.revocation.dpop-crit-empty"),
    proofs::ALG_REPEATED.at_revocation("server.revocation.dpop-alg-repeated"),
    proofs::COORDINATE_REPEATED.at_revocation("server.revocation.dpop-coordinate-repeated"),
    proofs::CLAIM_REPEATED.at_revocation("server.revocation.dpop-claim-repeated"),
    proofs::JTI_MISSING.at_revocation("server.revocation.dpop-jti-missing"),
    proofs::JTI_EMPTY.at_revocation("server.revocation.dpop-jti-empty"),
    proofs::JTI_NUMBER.at_revocation("server.revocation.dpop-jti-number"),
    proofs::HTM_MISSING.at_revocation("server.revocation.dpop-htm-missing"),
    proofs::HTU_MISSING.at_revocation("server.revocation.dpop-htu-missing"),
    proofs::IAT_MISSING.at_revocation("server.revocation.dpop-iat-missing"),
    proofs::IAT_STRING.at_revocation("server.revocation.dpop-iat-string"),
    proofs::HTM_WRONG.at_revocation("server.revocation.dpop-htm-wrong"),
    proofs::HTM_LOWER_CASE.at_revocation("server.revocation.dpop-htm-lower-case"),
    proofs::HTU_OTHER_HOST.at_revocation("server.revocation.dpop-htu-other-host"),
    proofs::HTU_OTHER_SCHEME.at_revocation("server.revocation.dpop-htu-other-scheme"),
    proofs::HTU_OTHER_PORT.at_revocation("server.revocation.dpop-htu-other-port"),
    proofs::HTU_OTHER_PATH.at_revocation("server.revocation.dpop-htu-other-path"),
    proofs::HTU_RELATIVE.at_revocation("server.revocation.dpop-htu-relative"),
    proofs::HTU_ORIGIN_ONLY.at_revocation("server.revocation.dpop-htu-origin-only"),
    proofs::HTU_PATH_CASE.at_revocation("server.revocation.dpop-htu-path-case"),
    proofs::HTU_TRAILING_SLASH.at_revocation("server.revocation.dpop-htu-trailing-slash"),
    proofs::HTU_ENCODED_SLASH.at_revocation("server.revocation.dpop-htu-encoded-slash"),
    proofs::HTU_USERINFO.at_revocation("server.revocation.dpop-htu-userinfo"),
    proofs::HTU_HOST_CASE.at_revocation("server.revocation.dpop-htu-host-case-refused"),
    proofs::EXTRA_CLAIM.at_revocation("server.revocation.dpop-extra-claim-refused"),
    proofs::LONG_JTI.at_revocation("server.revocation.dpop-jti-long-crashes"),
    Case {
        id: "server.revocation.dpop-nonce-unknown",
        title: "A token is revoked with a nonce that was never handed out",
        clause: "RFC9449-8-04",
        covers: &["RFC9449-4.3-10", "ATP-NONCE-024"],
        killers: &["as.nonce.any-value@revoke", "as.nonce.self-check"],
        edit: Edit::Nonce(NonceChange::Unknown),
        expect: Expectation::Refused(&[NONCE, PROOF]),
    },
    Case {
        id: "server.revocation.dpop-replayed",
        title: "The proof of a revocation is sent again",
        clause: "ATP-DPOP-006",
        covers: &["RFC9449-11.1-02"],
        killers: &["as.dpop.jti-replay@revoke"],
        edit: REPLAY,
        expect: Expectation::Refused(&[PROOF]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let witness = stage.exchanges().iter().find(|exchange| exchange.part == without());
        let is_witnessed = witness.is_some();
        if witness.is_some_and(is_accepted) && *edit != MISSING {
            return Ok(());
        }
        let grant = stage.unit_grant().await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        if !is_witnessed {
            let part = stage.part().clone();
            stage.enter(without());
            stage.send_edited(draft.clone(), &MISSING).await?;
            stage.enter(part);
        }
        if *edit == REPLAY {
            proofs::replay(stage, draft.clone(), draft).await?;
            stage.hand_on(None);
            return Ok(());
        }
        let reply = stage.send_edited(draft, edit).await?;
        if reply.is_success() || proofs::gives_key_away(edit) {
            stage.hand_on(None);
        }
        Ok(())
    })
}

fn without() -> Part {
    Part::Step(WITHOUT.to_owned())
}

/// A wrong proof is judged only where a missing one is refused.
fn judge(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    match transcript.step(WITHOUT) {
        _ if case.edit == MISSING => judge::probe(case, transcript),
        Some(exchange) if is_accepted(exchange) => Outcome::not_offered(
            "a server that asks for proofs at revocation",
            "no text asks for them: nothing has to be done",
        ),
        Some(exchange) if !exchange.status().is_some_and(|s| (400..500).contains(&s)) => {
            Outcome::unclear(
                format!("a revocation without proof went otherwise: {}", describe(exchange)),
                "answer it with 200 or 400",
            )
        }
        _ => judge::between_controls(case, transcript),
    }
}
