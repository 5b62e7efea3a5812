//! DPoP proofs sent with requests to a resource.
//!
//! # What it does
//!
//! Reads from a resource with access token and proof, then with a proof that has exactly one thing
//! wrong, then with a correct one again. A demand for a nonce is met once, with the same fault.
//!
//! # Why it matters
//!
//! At a resource the proof is what makes a stolen access token worthless. Each part that is not
//! checked makes it worth something again: without `ath` and the key a proof of anyone will do,
//! without `htm`, `htu` and `jti` a proof that was overheard.
//!
//! # What a conforming peer does
//!
//! Goes through every step of RFC 9449, section 4.3, compares the key of the proof with the one that
//! the token is bound to, and answers 401 where one of them fails. Differences that the text allows
//! change nothing.
//!
//! # How to fix
//!
//! Verify proofs with the routine of the authorization server, and add `ath` and the thumbprint of
//! the key.
//!
//! # References
//!
//! RFC 9449, sections 4.3, 7.1 and 11.1; RFC 7638; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::RESOURCE;
use crate::server::proofs;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.dpop-proof",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("dpop_proof.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A row of a wrong proof: the mutation's name and the fault that lets it pass.
const fn wrong(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    mutation: &'static str,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Proof(mutation);
    let expect = Expectation::Refused(&[RESOURCE]);
    Case { id, title, clause, covers: &[], killers, edit, expect }
}

const CASES: &[Case] = &[
    Case {
        id: "server.resource.dpop-missing",
        title: "A bound access token is used without a proof",
        clause: "RFC9449-7.1-03",
        covers: &["ATP-DPOP-016"],
        killers: &["rs.dpop.proof-optional"],
        edit: Edit::Field(Change::Remove("DPoP")),
        expect: Expectation::Refused(&[RESOURCE]),
    },
    Case {
        id: "server.resource.dpop-other-key",
        title: "The proof is made with another key than the token is bound to",
        clause: "RFC9449-4.3-R13",
        covers: &["ATP-DPOP-015", "RFC9449-6-01"],
        killers: &["rs.dpop.skip-jkt"],
        edit: Edit::OtherKey,
        expect: Expectation::Refused(&[RESOURCE]),
    },
    wrong(
        "server.resource.dpop-repeated",
        "The DPoP header field is sent twice",
        "RFC9449-4.3-R01",
        "field-twice",
        &["rs.dpop.multi-header-first"],
    ),
    wrong(
        "server.resource.dpop-ath-missing",
        "The proof does not name the access token",
        "RFC9449-4.3-R03",
        "ath-missing",
        &["rs.dpop.ath-optional"],
    ),
    wrong(
        "server.resource.dpop-htu-other-method",
        "The proof was made for another path of the same server",
        "RFC9449-4.3-R09",
        "htu-sibling-path",
        &["rs.dpop.htu-path-unchecked"],
    ),
    wrong(
        "server.resource.dpop-ath-wrong",
        "The proof was made for another access token",
        "RFC9449-4.3-R12",
        "ath-other-token",
        &["rs.dpop.ath-unchecked"],
    ),
    wrong(
        "server.resource.dpop-ath-hex",
        "The ath of the proof is in hexadecimal",
        "RFC9449-4.3-R12",
        "ath-hex",
        &["rs.dpop.ath-any-encoding"],
    ),
    proofs::REPEATED_LAST_GOOD.at_resource("server.resource.dpop-repeated-last-good"),
    proofs::JOINED_BY_COMMA.at_resource("server.resource.dpop-joined-by-comma"),
    proofs::EMPTY.at_resource("server.resource.dpop-empty"),
    proofs::NOT_A_JWT.at_resource("server.resource.dpop-not-a-jwt"),
    proofs::QUOTED.at_resource("server.resource.dpop-quoted"),
    proofs::TWO_SEGMENTS.at_resource("server.resource.dpop-two-segments"),
    proofs::EXTRA_SEGMENT.at_resource("server.resource.dpop-extra-segment"),
    proofs::TRAILING_DOT.at_resource("server.resource.dpop-trailing-dot"),
    proofs::WHITESPACE_INSIDE.at_resource("server.resource.dpop-whitespace-inside"),
    proofs::JSON_SERIALISED.at_resource("server.resource.dpop-json-serialised"),
    proofs::PADDED.at_resource("server.resource.dpop-padded"),
    proofs::STANDARD_ALPHABET.at_resource("server.resource.dpop-standard-alphabet"),
    proofs::HEADER_COMMENT.at_resource("server.resource.dpop-header-comment"),
    proofs::PAYLOAD_NOT_UTF8.at_resource("server.resource.dpop-payload-not-utf8"),
    proofs::PAYLOAD_TRAILING_DATA.at_resource("server.resource.dpop-payload-trailing-data"),
    proofs::TYP_MISSING.at_resource("server.resource.dpop-typ-missing"),
    proofs::TYP_JWT.at_resource("server.resource.dpop-typ-jwt"),
    proofs::TYP_AT_JWT.at_resource("server.resource.dpop-typ-at-jwt"),
    proofs::CLIENT_ASSERTION.at_resource("server.resource.dpop-client-assertion"),
    proofs::ACCESS_TOKEN.at_resource("server.resource.dpop-access-token"),
    proofs::ALG_NONE.at_resource("server.resource.dpop-alg-none"),
    proofs::ALG_NONE_MIXED_CASE.at_resource("server.resource.dpop-alg-none-mixed-case"),
    proofs::ALG_HS256.at_resource("server.resource.dpop-alg-hs256"),
    proofs::ALG_HS256_OWN_SECRET.at_resource("server.resource.dpop-alg-hs256-own-secret"),
    proofs::ALG_MISSING.at_resource("server.resource.dpop-alg-missing"),
    proofs::ALG_UNKNOWN.at_resource("server.resource.dpop-alg-unknown"),
    proofs::ALG_LOWER_CASE.at_resource("server.resource.dpop-alg-lower-case"),
    proofs::ALG_KEY_MISMATCH.at_resource("server.resource.dpop-alg-key-mismatch"),
    proofs::KEY_ON_OTHER_CURVE.at_resource("server.resource.dpop-key-on-other-curve"),
    proofs::POINT_OFF_CURVE.at_resource("server.resource.dpop-point-off-curve"),
    proofs::COORDINATE_LONG.at_resource("server.resource.dpop-coordinate-long"),
    proofs::JWK_MISSING.at_resource("server.resource.dpop-jwk-missing"),
    proofs::JWK_ABSENT.at_resource("server.resource.dpop-jwk-absent"),
    proofs::JWK_STRING.at_resource("server.resource.dpop-jwk-string"),
    proofs::SIGNATURE_BROKEN.at_resource("server.resource.dpop-signature-broken"),
    proofs::SIGNATURE_EMPTY.at_resource("server.resource.dpop-signature-empty"),
    proofs::SIGNATURE_SHORT.at_resource("server.resource.dpop-signature-short"),
    proofs::SIGNATURE_LONG.at_resource("server.resource.dpop-signature-long"),
    proofs::SIGNATURE_DER.at_resource("server.resource.dpop-signature-der"),
    proofs::SIGNATURE_ZERO.at_resource("server.resource.dpop-signature-zero"),
    proofs::CRIT_UNKNOWN.at_resource("server.resource.dpop-crit-unknown"),
    proofs::CRIT_EMPTY.at_resource("server.resource.dpop-crit-empty"),
    proofs::ALG_REPEATED.at_resource("server.resource.dpop-alg-repeated"),
    proofs::COORDINATE_REPEATED.at_resource("server.resource.dpop-coordinate-repeated"),
    proofs::CLAIM_REPEATED.at_resource("server.resource.dpop-claim-repeated"),
    proofs::JTI_MISSING.at_resource("server.resource.dpop-jti-missing"),
    proofs::JTI_EMPTY.at_resource("server.resource.dpop-jti-empty"),
    proofs::JTI_NUMBER.at_resource("server.resource.dpop-jti-number"),
    proofs::HTM_MISSING.at_resource("server.resource.dpop-htm-missing"),
    proofs::HTU_MISSING.at_resource("server.resource.dpop-htu-missing"),
    proofs::IAT_MISSING.at_resource("server.resource.dpop-iat-missing"),
    proofs::IAT_STRING.at_resource("server.resource.dpop-iat-string"),
    proofs::HTM_WRONG.at_resource("server.resource.dpop-htm-wrong"),
    proofs::HTM_LOWER_CASE.at_resource("server.resource.dpop-htm-lower-case"),
    proofs::HTU_OTHER_HOST.at_resource("server.resource.dpop-htu-other-host"),
    proofs::HTU_OTHER_SCHEME.at_resource("server.resource.dpop-htu-other-scheme"),
    proofs::HTU_OTHER_PORT.at_resource("server.resource.dpop-htu-other-port"),
    proofs::HTU_RELATIVE.at_resource("server.resource.dpop-htu-relative"),
    proofs::HTU_ORIGIN_ONLY.at_resource("server.resource.dpop-htu-origin-only"),
    proofs::HTU_PATH_CASE.at_resource("server.resource.dpop-htu-path-case"),
    proofs::HTU_TRAILING_SLASH.at_resource("server.resource.dpop-htu-trailing-slash"),
    proofs::HTU_ENCODED_SLASH.at_resource("server.resource.dpop-htu-encoded-slash"),
    proofs::HTU_USERINFO.at_resource("server.resource.dpop-htu-userinfo"),
    proofs::HTU_HOST_CASE.at_resource("server.resource.dpop-htu-host-case-refused"),
    proofs::EXTRA_CLAIM.at_resource("server.resource.dpop-extra-claim-refused"),
    proofs::LONG_JTI.at_resource("server.resource.dpop-jti-long-crashes"),
    Case {
        id: "server.resource.dpop-replayed",
        title: "The proof of a request is sent again with another one",
        clause: "ATP-DPOP-007",
        covers: &["RFC9449-11.1-03"],
        killers: &["rs.dpop.jti-replay"],
        edit: Edit::Story("the same request again, octet by octet"),
        expect: Expectation::Refused(&[RESOURCE]),
    },
    Case {
        id: "server.resource.dpop-extra-jwk-member-refused",
        title: "A proof whose jwk names more than the key is refused",
        clause: "RFC7638-3-01",
        covers: &[],
        killers: &["rs.jose.thumbprint-all-members"],
        edit: Edit::Proof("jwk-extra-kid"),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.resource.dpop-htu-with-query",
        title: "The htu of the proof has a query",
        clause: "ATP-RES-023",
        covers: &["RFC9449-4.3-15"],
        killers: &["rs.dpop.htu-string-compare"],
        edit: Edit::Proof("htu-query"),
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "refused", is: |answer| matches!(answer.status, 400 | 401) },
        ]),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        let draft = stage.resource(&grant);
        if !matches!(edit, Edit::Story(_)) {
            stage.send_edited(draft, edit).await?;
            return Ok(());
        }
        let then = draft.clone();
        proofs::replay(stage, draft, then).await?;
        Ok(())
    })
}
