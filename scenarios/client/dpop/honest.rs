//! The proofs of a client in an honest login, request and refresh.
//!
//! # What it does
//!
//! Lets a client log in to a correct network, ask for something, refresh and ask again, and reads
//! every DPoP proof strictly.
//!
//! # Why it matters
//!
//! A proof shows that the request comes from whoever the tokens were given to. It does so only while
//! it is fresh, for this request, and made with a key that nobody else has.
//!
//! # What a conforming peer does
//!
//! Makes a new proof for every request to the authorization server and the PDS, with a unique `jti`,
//! the method and URL of the request, the time, and the hash of the access token beside it.
//!
//! # How to fix
//!
//! Make the proof where the request is made, from the request itself. Publish only the members `kty`,
//! `crv`, `x` and `y` of the key.
//!
//! # References
//!
//! RFC 9449, sections 4.2 and 7; atproto OAuth profile, section "Demonstrating Proof of Possession".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};
use atproof_protocol::dpop::Step;

use crate::client::proofs::{
    holds_no_private_key, is_signed, is_tied_to_token, is_unique, keeps, uses_dpop_scheme,
};
use crate::client::rows::{SESSION, covering, holds};

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
                &["client.dpop.not-at-par", "client.dpop.not-at-token"],
                is_signed,
            ),
            &["ATP-DPOP-002", "ATP-DPOP-003"],
        ),
        covering(
            holds(
                "client.dpop.jti-repeated",
                "Two proofs have the same jti",
                "ATP-DPOP-005",
                &["client.dpop.jti-constant", "client.dpop.reuse-proof"],
                is_unique,
            ),
            &["RFC9449-4.2-04", "RFC9449-4-01"],
        ),
        holds(
            "client.dpop.typ-wrong",
            "A proof has another typ than dpop+jwt",
            "RFC9449-4.2-01",
            &["client.dpop.typ-jwt"],
            |t| keeps(t, Step::Typ),
        ),
        holds(
            "client.dpop.htm-wrong",
            "htm is not the method of the request",
            "RFC9449-4.2-05",
            &["client.dpop.htm-other"],
            |t| keeps(t, Step::Htm),
        ),
        holds(
            "client.dpop.htu-wrong",
            "htu is not the URL of the request",
            "RFC9449-4.2-06",
            &["client.dpop.htu-origin"],
            |t| keeps(t, Step::Htu),
        ),
        holds(
            "client.dpop.iat-wrong",
            "iat is not the time of the request",
            "RFC9449-4.2-07",
            &["client.dpop.skewed-clock"],
            |t| keeps(t, Step::Age),
        ),
        covering(
            holds(
                "client.dpop.ath-wrong",
                "A proof is not for the access token beside it",
                "RFC9449-4.2-08",
                &["client.dpop.no-ath"],
                is_tied_to_token,
            ),
            &["ATP-DPOP-019"],
        ),
        holds(
            "client.dpop.private-key-published",
            "A proof holds the private key",
            "RFC9449-4.2-03",
            &["client.dpop.private-key"],
            holds_no_private_key,
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
    ],
};
