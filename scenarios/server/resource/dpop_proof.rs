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
use atproof_engine::stage::{Halt, Stage};

use crate::server::answers::RESOURCE;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.dpop-proof",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("dpop_proof.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
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
        "server.resource.dpop-extra-segment",
        "The proof has a fourth segment",
        "RFC9449-4.3-R02",
        "four-segments",
        &["rs.jose.lenient-split"],
    ),
    wrong(
        "server.resource.dpop-jti-missing",
        "The proof has no jti",
        "RFC9449-4.3-R03",
        "jti-missing",
        &["rs.dpop.jti-optional"],
    ),
    wrong(
        "server.resource.dpop-htm-missing",
        "The proof has no htm",
        "RFC9449-4.3-R03",
        "htm-missing",
        &["rs.dpop.htm-optional"],
    ),
    wrong(
        "server.resource.dpop-htu-missing",
        "The proof has no htu",
        "RFC9449-4.3-R03",
        "htu-missing",
        &["rs.dpop.htu-optional"],
    ),
    wrong(
        "server.resource.dpop-iat-missing",
        "The proof has no iat",
        "RFC9449-4.3-R03",
        "iat-missing",
        &["rs.dpop.iat-optional"],
    ),
    wrong(
        "server.resource.dpop-ath-missing",
        "The proof does not name the access token",
        "RFC9449-4.3-R03",
        "ath-missing",
        &["rs.dpop.ath-optional"],
    ),
    wrong(
        "server.resource.dpop-typ-jwt",
        "The proof has the typ of another kind of JWT",
        "RFC9449-4.3-R04",
        "typ-jwt",
        &["rs.jose.ignore-typ"],
    ),
    wrong(
        "server.resource.dpop-alg-none",
        "The proof is not signed",
        "RFC9449-4.3-R05",
        "alg-none",
        &["rs.dpop.alg-none"],
    ),
    wrong(
        "server.resource.dpop-alg-hs256",
        "The proof is authenticated with the public key as a shared secret",
        "RFC9449-4.3-R05",
        "alg-hs256-public-key",
        &["rs.jose.alg-from-header"],
    ),
    wrong(
        "server.resource.dpop-signature-broken",
        "The signature of the proof does not verify",
        "RFC9449-4.3-R06",
        "signature-bit-flipped",
        &["rs.dpop.signature-unchecked"],
    ),
    wrong(
        "server.resource.dpop-htm-wrong",
        "The proof was made for another method",
        "RFC9449-4.3-R08",
        "htm-other",
        &["rs.dpop.htm-unchecked"],
    ),
    wrong(
        "server.resource.dpop-htu-other-method",
        "The proof was made for another path of the same server",
        "RFC9449-4.3-R09",
        "htu-sibling-path",
        &["rs.dpop.htu-path-unchecked"],
    ),
    wrong(
        "server.resource.dpop-htu-other-host",
        "The proof was made for another host",
        "RFC9449-4.3-R09",
        "htu-other-host",
        &["rs.dpop.htu-host-unchecked"],
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
        let mut replay = draft.clone();
        if !stage.send(draft).await.is_success() {
            return Err(Halt::Unprepared {
                what: "the request whose proof is sent again",
                why: "it was refused".to_owned(),
            });
        }
        // Proofs are public: the record has them as they were sent.
        let sent = stage.exchanges().last().and_then(|sent| sent.request.header("dpop"));
        replay.headers.push("DPoP", sent.unwrap_or_default().to_owned());
        replay.proof = None;
        stage.send_once(&replay).await;
        Ok(())
    })
}
