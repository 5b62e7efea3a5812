//! Challenges as the grammar has them.
//!
//! # What it does
//!
//! Writes the challenge with which the PDS asks for a nonce in other ways that the grammar of HTTP
//! allows, or asks for another scheme altogether.
//!
//! # Why it matters
//!
//! Challenges pass through gateways, which add some of their own and join fields. A client that
//! looks for one text finds nothing, and its request fails.
//!
//! # What a conforming peer does
//!
//! Reads all challenges of all fields, takes the one for DPoP, and never sends its token as Bearer.
//!
//! # How to fix
//!
//! Parse the field: schemes and parameter names are case-insensitive, values may be quoted or not,
//! and several challenges may share a field.
//!
//! # References
//!
//! RFC 9110, sections 11.2, 11.3 and 11.6.1; RFC 9449, sections 7.1 and 9.

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Family, Outcome, Role, Script, Settings, Site, Tier, Transcript, Twist, When,
};

use crate::client::rows::{LOGIN, goes_on, holds_with};
use crate::client::surveys::refreshes_for_it;
use crate::client::values::each;
use atproof_engine::judge::Wire;
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.resource.challenges",
    role: Role::Client,
    area: "resource",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("challenges.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        goes_on(
            "client.resource.second-challenge-missed",
            "The challenge for DPoP comes after one for another scheme",
            "RFC9449-9-03",
            &["client.rs.first-challenge-only"],
            Twist::new(
                Site::Resource,
                Alter::Header(
                    "WWW-Authenticate",
                    r#"Basic realm="pds", DPoP error="use_dpop_nonce""#,
                ),
            )
            .when(When::Nth(1)),
        ),
        goes_on(
            "client.resource.scheme-in-lower-case-missed",
            "The scheme of the challenge is written dpop",
            "RFC9449-9-03",
            &["client.rs.challenge-case"],
            Twist::new(
                Site::Resource,
                Alter::Header("WWW-Authenticate", r#"dpop error="use_dpop_nonce""#),
            )
            .when(When::Nth(1)),
        ),
        goes_on(
            "client.resource.bare-value-missed",
            "The error of the challenge stands without quotes",
            "RFC9449-9-03",
            &["client.rs.quoted-only"],
            Twist::new(
                Site::Resource,
                Alter::Header("WWW-Authenticate", "DPoP error=use_dpop_nonce"),
            )
            .when(When::Nth(1)),
        ),
        holds_with(
            "client.resource.token-as-bearer",
            "The PDS asks for a bearer token",
            "RFC9449-7.1-01",
            &["client.rs.bearer-fallback"],
            Twist::new(Site::Resource, BEARER),
            never_bears,
        ),
        holds_with(
            "client.resource.refresh-after-bad-proof",
            "Whether the client refreshes when its proof is refused",
            "ATP-REFR-018",
            &["client.refresh.on-any-401"],
            Twist::new(Site::Resource, BAD_PROOF),
            refreshes_for_it,
        ),
    ],
};

const BEARER: Alter = Alter::Instead(
    401,
    &[("DPoP-Nonce", "{nonce}"), ("WWW-Authenticate", r#"Bearer error="invalid_token""#)],
    r#"{"error":"AuthMissing","message":"a bearer token is needed"}"#,
);

const BAD_PROOF: Alter = Alter::Instead(
    401,
    &[("DPoP-Nonce", "{nonce}"), ("WWW-Authenticate", r#"DPoP error="invalid_dpop_proof""#)],
    r#"{"error":"invalid_dpop_proof","message":"the proof is not good"}"#,
);

fn never_bears(transcript: &Transcript<'_>) -> Outcome {
    let sent = Wire::new(transcript).at(&Part::Faulted, Site::Resource);
    each(sent, "the scheme DPoP", |exchange| {
        let scheme = exchange.request.header("authorization")?.split(' ').next()?;
        (!scheme.eq_ignore_ascii_case("DPoP")).then(|| scheme.to_owned())
    })
}
