//! The proofs of a client in an honest login, request and refresh.
//!
//! # What it does
//!
//! Lets a client log in to a correct network, ask for something, refresh and ask again, and reads
//! every DPoP proof strictly.
//!
//! # Why it matters
//!
//! A proof shows that the request comes from whoever the tokens were given to. It does so only
//! while it is fresh, for this request, and made with a key that nobody else has.
//!
//! # What a conforming peer does
//!
//! Makes a new proof for every request to the authorization server and the PDS, with a unique
//! `jti`, the method and URL of the request, the time, and the hash of the access token beside it.
//! Uses one key from the pushed request to the end of the session.
//!
//! # How to fix
//!
//! Make the proof where the request is made, from the request itself. Publish only the members
//! `kty`, `crv`, `x` and `y` of the key.
//!
//! # References
//!
//! RFC 9449, sections 4.2 and 7; atproto OAuth profile, section "Demonstrating Proof of
//! Possession".

use atproof_engine::judge::{Wire, proof, trap};
use atproof_engine::model::{Family, Outcome, Role, Script, Settings, Site, Tier, Transcript};
use atproof_protocol::dpop::Step;
use atproof_protocol::jwk::PublicJwk;
use atproof_protocol::record::Part;

use crate::client::proofs::{
    holds_no_private_key, is_signed, is_tied_to_token, is_unique, keeps, proven, uses_dpop_scheme,
};
use crate::client::rows::{SESSION, covering, holds};
use crate::client::values::{each, jti_is_random, keeps_key};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop.honest",
    role: Role::Client,
    area: "dpop",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: SESSION, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.dpop.proof-absent",
                "A request that needs a proof has none",
                "ATP-DPOP-001",
                &[
                    "client.dpop.not-at-par",
                    "client.dpop.not-at-token",
                    "client.dpop.not-at-refresh",
                    "client.dpop.not-at-resource",
                ],
                is_signed,
            ),
            &["ATP-DPOP-002", "ATP-DPOP-003", "RFC9449-5-01"],
        ),
        holds(
            "client.dpop.field-repeated",
            "A request has two proofs",
            "RFC9449-4.1-02",
            &["client.dpop.twice"],
            |t| keeps(t, Step::SingleField),
        ),
        holds(
            "client.dpop.field-not-a-jwt",
            "The field DPoP is not one well-formed JWT",
            "RFC9449-4.1-02",
            &["client.dpop.padded", "client.jose.std-base64"],
            |t| keeps(t, Step::WellFormed),
        ),
        holds(
            "client.dpop.claim-absent",
            "A proof lacks jti, htm, htu or iat, or has them in another type",
            "ATP-DPOP-018",
            &[
                "client.dpop.jti-typo",
                "client.dpop.no-htm",
                "client.dpop.no-htu",
                "client.dpop.no-iat",
                "client.dpop.iat-text",
            ],
            |t| keeps(t, Step::RequiredClaims),
        ),
        covering(
            holds(
                "client.dpop.jti-repeated",
                "Two proofs have the same jti",
                "ATP-DPOP-005",
                &[
                    "client.dpop.jti-constant",
                    "client.dpop.reuse-proof",
                    "client.dpop.jti-kept-on-retry",
                ],
                is_unique,
            ),
            &["ATP-DPOP-004", "RFC9449-4-01"],
        ),
        holds(
            "client.dpop.jti-guessable",
            "A jti may well be that of another proof",
            "RFC9449-4.2-04",
            &["client.dpop.jti-short", "client.dpop.jti-counted"],
            jti_is_random,
        ),
        holds(
            "client.dpop.typ-wrong",
            "A proof has another typ than dpop+jwt",
            "RFC9449-4.2-01",
            &["client.dpop.typ-jwt", "client.dpop.no-typ"],
            |t| keeps(t, Step::Typ),
        ),
        covering(
            holds(
                "client.dpop.alg-wrong",
                "A proof is signed with another algorithm than the server lists",
                "RFC9449-4.2-02",
                &["client.dpop.alg-none", "client.dpop.alg-symmetric"],
                |t| keeps(t, Step::Alg),
            ),
            &["ATP-DPOP-009"],
        ),
        holds(
            "client.dpop.jwk-absent",
            "A proof does not hold its public key",
            "ATP-DPOP-017",
            &["client.dpop.kid-for-jwk"],
            holds_its_key,
        ),
        holds(
            "client.dpop.htm-wrong",
            "htm is not the method of the request",
            "RFC9449-4.2-05",
            &["client.dpop.htm-other", "client.dpop.htm-lower-case"],
            |t| keeps(t, Step::Htm),
        ),
        holds(
            "client.dpop.htu-wrong",
            "htu is not the URL of the request",
            "RFC9449-4.2-06",
            &["client.dpop.htu-origin", "client.dpop.htu-path", "client.dpop.htu-other-scheme"],
            |t| keeps(t, Step::Htu),
        ),
        holds(
            "client.dpop.iat-wrong",
            "iat is not the time of the request",
            "RFC9449-4.2-07",
            &["client.dpop.skewed-clock", "client.dpop.iat-milliseconds"],
            |t| keeps(t, Step::Age),
        ),
        covering(
            holds(
                "client.dpop.ath-wrong",
                "A proof is not for the access token beside it",
                "RFC9449-4.2-08",
                &[
                    "client.dpop.no-ath",
                    "client.dpop.ath-hex",
                    "client.dpop.ath-padded",
                    "client.dpop.ath-of-other-token",
                ],
                is_tied_to_token,
            ),
            &["ATP-DPOP-019"],
        ),
        holds(
            "client.dpop.iss-in-proof",
            "A proof has an iss",
            "ATP-DPOP-020",
            &["client.dpop.add-iss"],
            has_no_iss,
        ),
        holds(
            "client.dpop.private-key-published",
            "A proof holds the private key",
            "RFC9449-4.2-03",
            &["client.dpop.private-key"],
            holds_no_private_key,
        ),
        holds(
            "client.dpop.key-changed-at-token",
            "The code is exchanged with another key than it was asked for",
            "ATP-AUTHZ-035",
            &["client.dpop.new-key-at-token"],
            |t| keeps_key(t, &[Site::Token]),
        ),
        holds(
            "client.dpop.key-changed-at-refresh",
            "The session is refreshed with another key than it was begun with",
            "RFC9449-5-01",
            &["client.dpop.new-key-at-refresh"],
            |t| keeps_key(t, &[Site::Refresh]),
        ),
        holds(
            "client.dpop.key-changed-at-resource",
            "The access token is used with another key than it was asked for with",
            "ATP-DPOP-003",
            &["client.dpop.new-key-at-resource"],
            |t| keeps_key(t, &[Site::Resource]),
        ),
        covering(
            holds(
                "client.dpop.scheme-not-dpop",
                "The access token is sent with another scheme than DPoP",
                "RFC9449-7.1-01",
                &["client.rs.bearer-scheme"],
                uses_dpop_scheme,
            ),
            &["ATP-DPOP-022"],
        ),
        holds(
            "client.dpop.secret-in-url",
            "A token or code stands in the URL of a request",
            "RFC9700-4.3.2-01",
            &["client.rs.token-in-query", "client.rs.token-twice", "client.token.get"],
            holds_no_secret_in_url,
        ),
    ],
};

fn holds_its_key(transcript: &Transcript<'_>) -> Outcome {
    let read = proven(transcript).into_iter().filter(|exchange| proof(exchange).is_some());
    each(read, "a public key in jwk", |exchange| {
        let (header, _) = proof(exchange)?;
        let Some(jwk) = header.get("jwk") else { return Some("no jwk".to_owned()) };
        let defects = PublicJwk::public_part(jwk).err()?;
        defects.first().map(ToString::to_string)
    })
}

fn has_no_iss(transcript: &Transcript<'_>) -> Outcome {
    each(proven(transcript), "no iss", |exchange| {
        proof(exchange)?.1.get("iss").map(|iss| format!("iss {iss}"))
    })
}

/// Secrets have names in records.
fn holds_no_secret_in_url(transcript: &Transcript<'_>) -> Outcome {
    each(Wire::new(transcript).requests(&Part::Control), "no secret in the URL", |exchange| {
        let url = &exchange.request.url;
        let named = ["access_token", "refresh_token", "code", "code_verifier", "client_assertion"];
        let found = named.iter().find(|name| url.contains(&format!("<{name}#")));
        found.map(|name| format!("the {name}"))
    })
}
