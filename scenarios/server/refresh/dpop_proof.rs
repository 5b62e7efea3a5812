//! DPoP proofs sent with a refresh.
//!
//! # What it does
//!
//! Makes a login and refreshes it with a correct proof, then with a proof that has exactly one thing
//! wrong, then with a correct one again, and so on with the refresh token that came of it. Where the
//! server ends the grant for the wrong proof, the next row has a login of its own. A demand for a
//! nonce is met once, with the same fault.
//!
//! # Why it matters
//!
//! A refresh token lives for weeks. Bound to a key, it is worth nothing without that key, but only
//! where each refresh is checked as closely as the first exchange. Servers often have another
//! routine here, written later.
//!
//! # What a conforming peer does
//!
//! Verifies the proof in full, as at the exchange of a code, and refuses with 400.
//!
//! # How to fix
//!
//! Verify proofs before `grant_type` is looked at, so that no grant goes round it.
//!
//! # References
//!
//! RFC 9449, sections 4.3, 5 and 11.1; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, NonceChange, Playing, Role, Script, Tier,
};
use atproof_engine::stage::{Grant, Halt, Reply, Stage};

use crate::server::answers::{GRANT, NONCE, PROOF};
use crate::server::proofs::{self, REPLAY};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.dpop-proof",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("dpop_proof.rs"),
    script: Script::Chain { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    proofs::REPEATED.at_refresh("server.refresh.dpop-repeated"),
    proofs::REPEATED_LAST_GOOD.at_refresh("server.refresh.dpop-repeated-last-good"),
    proofs::JOINED_BY_COMMA.at_refresh("server.refresh.dpop-joined-by-comma"),
    proofs::EMPTY.at_refresh("server.refresh.dpop-empty"),
    proofs::NOT_A_JWT.at_refresh("server.refresh.dpop-not-a-jwt"),
    proofs::QUOTED.at_refresh("server.refresh.dpop-quoted"),
    proofs::TWO_SEGMENTS.at_refresh("server.refresh.dpop-two-segments"),
    proofs::EXTRA_SEGMENT.at_refresh("server.refresh.dpop-extra-segment"),
    proofs::TRAILING_DOT.at_refresh("server.refresh.dpop-trailing-dot"),
    proofs::WHITESPACE_INSIDE.at_refresh("server.refresh.dpop-whitespace-inside"),
    proofs::JSON_SERIALISED.at_refresh("server.refresh.dpop-json-serialised"),
    proofs::PADDED.at_refresh("server.refresh.dpop-padded"),
    proofs::STANDARD_ALPHABET.at_refresh("server.refresh.dpop-standard-alphabet"),
    proofs::HEADER_COMMENT.at_refresh("server.refresh.dpop-header-comment"),
    proofs::PAYLOAD_NOT_UTF8.at_refresh("server.refresh.dpop-payload-not-utf8"),
    proofs::PAYLOAD_TRAILING_DATA.at_refresh("server.refresh.dpop-payload-trailing-data"),
    proofs::TYP_MISSING.at_refresh("server.refresh.dpop-typ-missing"),
    proofs::TYP_JWT.at_refresh("server.refresh.dpop-typ-jwt"),
    proofs::TYP_AT_JWT.at_refresh("server.refresh.dpop-typ-at-jwt"),
    proofs::CLIENT_ASSERTION.at_refresh("server.refresh.dpop-client-assertion"),
    proofs::ACCESS_TOKEN.at_refresh("server.refresh.dpop-access-token"),
    proofs::ALG_NONE.at_refresh("server.refresh.dpop-alg-none"),
    proofs::ALG_NONE_MIXED_CASE.at_refresh("server.refresh.dpop-alg-none-mixed-case"),
    proofs::ALG_HS256.at_refresh("server.refresh.dpop-alg-hs256"),
    proofs::ALG_HS256_OWN_SECRET.at_refresh("server.refresh.dpop-alg-hs256-own-secret"),
    proofs::ALG_MISSING.at_refresh("server.refresh.dpop-alg-missing"),
    proofs::ALG_UNKNOWN.at_refresh("server.refresh.dpop-alg-unknown"),
    proofs::ALG_LOWER_CASE.at_refresh("server.refresh.dpop-alg-lower-case"),
    proofs::ALG_KEY_MISMATCH.at_refresh("server.refresh.dpop-alg-key-mismatch"),
    proofs::KEY_ON_OTHER_CURVE.at_refresh("server.refresh.dpop-key-on-other-curve"),
    proofs::POINT_OFF_CURVE.at_refresh("server.refresh.dpop-point-off-curve"),
    proofs::COORDINATE_LONG.at_refresh("server.refresh.dpop-coordinate-long"),
    proofs::JWK_MISSING.at_refresh("server.refresh.dpop-jwk-missing"),
    proofs::JWK_ABSENT.at_refresh("server.refresh.dpop-jwk-absent"),
    proofs::JWK_STRING.at_refresh("server.refresh.dpop-jwk-string"),
    proofs::JWK_PRIVATE.at_refresh("server.refresh.dpop-jwk-private"),
    proofs::SIGNATURE_EMPTY.at_refresh("server.refresh.dpop-signature-empty"),
    proofs::SIGNATURE_SHORT.at_refresh("server.refresh.dpop-signature-short"),
    proofs::SIGNATURE_LONG.at_refresh("server.refresh.dpop-signature-long"),
    proofs::SIGNATURE_DER.at_refresh("server.refresh.dpop-signature-der"),
    proofs::SIGNATURE_ZERO.at_refresh("server.refresh.dpop-signature-zero"),
    proofs::CRIT_UNKNOWN.at_refresh("server.refresh.dpop-crit-unknown"),
    proofs::CRIT_EMPTY.at_refresh("server.refresh.dpop-crit-empty"),
    proofs::ALG_REPEATED.at_refresh("server.refresh.dpop-alg-repeated"),
    proofs::COORDINATE_REPEATED.at_refresh("server.refresh.dpop-coordinate-repeated"),
    proofs::CLAIM_REPEATED.at_refresh("server.refresh.dpop-claim-repeated"),
    proofs::JTI_MISSING.at_refresh("server.refresh.dpop-jti-missing"),
    proofs::JTI_EMPTY.at_refresh("server.refresh.dpop-jti-empty"),
    proofs::JTI_NUMBER.at_refresh("server.refresh.dpop-jti-number"),
    proofs::HTM_MISSING.at_refresh("server.refresh.dpop-htm-missing"),
    proofs::HTU_MISSING.at_refresh("server.refresh.dpop-htu-missing"),
    proofs::IAT_MISSING.at_refresh("server.refresh.dpop-iat-missing"),
    proofs::IAT_STRING.at_refresh("server.refresh.dpop-iat-string"),
    proofs::HTM_WRONG.at_refresh("server.refresh.dpop-htm-wrong"),
    proofs::HTM_LOWER_CASE.at_refresh("server.refresh.dpop-htm-lower-case"),
    proofs::HTU_OTHER_HOST.at_refresh("server.refresh.dpop-htu-other-host"),
    proofs::HTU_OTHER_SCHEME.at_refresh("server.refresh.dpop-htu-other-scheme"),
    proofs::HTU_OTHER_PORT.at_refresh("server.refresh.dpop-htu-other-port"),
    proofs::HTU_OTHER_PATH.at_refresh("server.refresh.dpop-htu-other-path"),
    proofs::HTU_RELATIVE.at_refresh("server.refresh.dpop-htu-relative"),
    proofs::HTU_ORIGIN_ONLY.at_refresh("server.refresh.dpop-htu-origin-only"),
    proofs::HTU_PATH_CASE.at_refresh("server.refresh.dpop-htu-path-case"),
    proofs::HTU_TRAILING_SLASH.at_refresh("server.refresh.dpop-htu-trailing-slash"),
    proofs::HTU_ENCODED_SLASH.at_refresh("server.refresh.dpop-htu-encoded-slash"),
    proofs::HTU_USERINFO.at_refresh("server.refresh.dpop-htu-userinfo"),
    proofs::HTU_HOST_CASE.at_refresh("server.refresh.dpop-htu-host-case-refused"),
    proofs::EXTRA_CLAIM.at_refresh("server.refresh.dpop-extra-claim-refused"),
    proofs::LONG_JTI.at_refresh("server.refresh.dpop-jti-long-crashes"),
    Case {
        id: "server.refresh.dpop-nonce-unknown",
        title: "A refresh with a nonce that was never handed out",
        clause: "RFC9449-8-04",
        covers: &["RFC9449-4.3-10", "ATP-NONCE-024"],
        killers: &["as.nonce.any-value@refresh", "as.nonce.self-check"],
        edit: Edit::Nonce(NonceChange::Unknown),
        expect: Expectation::Refused(&[NONCE, PROOF]),
    },
    Case {
        id: "server.refresh.dpop-replayed",
        title: "The proof of a refresh is sent again with the next one",
        clause: "ATP-DPOP-006",
        covers: &["RFC9449-11.1-02"],
        killers: &["as.dpop.jti-replay@refresh"],
        edit: REPLAY,
        expect: Expectation::Refused(&[PROOF, GRANT]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.unit_grant().await?;
        let draft = stage.refresh(&grant);
        if *edit == REPLAY {
            stage.hand_on(None);
            let reply = stage.send(draft).await;
            let next = next(stage, &grant, &reply).ok_or(Halt::Needs("a first refresh"))?;
            let then = stage.refresh(&next);
            proofs::resend(stage, then).await?;
            return Ok(());
        }
        let reply = stage.send_edited(draft, edit).await?;
        let mut left = next(stage, &grant, &reply);
        if left.is_none() {
            // Some servers end a grant that comes with a wrong proof. Then the next row gets a new one.
            let draft = stage.refresh(&grant);
            let reply = stage.preparing(async |stage| Ok(stage.send(draft).await)).await?;
            left = next(stage, &grant, &reply);
        }
        stage.hand_on(left.filter(|_| !proofs::gives_key_away(edit)));
        Ok(())
    })
}

/// What a refresh has made of a grant, if it was accepted.
fn next(stage: &Stage, grant: &Grant, reply: &Reply) -> Option<Grant> {
    let next = stage.grant_from(&grant.login, reply).ok()?;
    let refresh_token = next.refresh_token.or_else(|| grant.refresh_token.clone());
    Some(Grant { refresh_token, ..next })
}
