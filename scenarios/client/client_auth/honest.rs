//! The assertions of a confidential client over two honest logins.
//!
//! # What it does
//!
//! Makes a client with a key and a metadata document, lets it log in, refresh and log in again at a
//! correct network, and looks at every client assertion. The network takes any of them, so that one
//! deviation does not hide the next ones.
//!
//! # Why it matters
//!
//! An assertion that never ends, or that another server would take, is a password that was given
//! away. One that is used twice is refused as a replay by some servers, and only by those.
//!
//! # What a conforming peer does
//!
//! Makes a new assertion for every request, also when it tries again with a nonce: ES256, with the
//! `kid` of its key, `iss` and `sub` the client_id, `aud` the issuer and nothing else, `iat`, an
//! `exp` a minute ahead, and a `jti` of its own.
//!
//! # How to fix
//!
//! Make the assertion in the function that sends the request, below the loop that tries again.
//!
//! # References
//!
//! atproto OAuth profile, section "Confidential Client Authentication"; RFC 7523, sections 2.2 and 3;
//! RFC 7521, section 4.2; draft-ietf-oauth-rfc7523bis, section 4.

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Site, Step, Tier};
use atproof_protocol::client_assertion::ASSERTION_TYPE;
use atproof_protocol::record::Part;

use crate::client::assertions::{
    expires, expires_soon, has_no_secret, has_one_audience, has_one_method, is_a_jwt, is_dated,
    is_es256, is_for_issuer, is_identified, is_new_every_time, is_not_in_url, is_sent, is_signed,
    jti_is_unique, keeps_its_key, names_client, names_its_key, names_key, type_is,
};
use crate::client::rows::{covering, holds};

/// Two logins, the first with a refresh.
const STEPS: &[Step] = &[Step::Start, Step::Callback, Step::Refresh, Step::Start, Step::Callback];

/// The family.
pub static FAMILY: Family = Family {
    id: "client.client-auth.honest",
    role: Role::Client,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("honest.rs"),
    script: Script::Watch { steps: STEPS, settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[
        holds(
            "client.client-auth.absent-at-par",
            "A confidential client pushes without an assertion",
            "ATP-CAUTH-001",
            &["client.assertion.not-at-par"],
            |t| is_sent(t, Site::Par),
        ),
        holds(
            "client.client-auth.absent-at-token",
            "A confidential client exchanges a code without an assertion",
            "ATP-CAUTH-002",
            &["client.assertion.not-at-token"],
            |t| is_sent(t, Site::Token),
        ),
        holds(
            "client.client-auth.absent-at-refresh",
            "A confidential client refreshes without an assertion",
            "ATP-CAUTH-003",
            &["client.assertion.not-at-refresh"],
            |t| is_sent(t, Site::Refresh),
        ),
        covering(
            holds(
                "client.client-auth.type-wrong",
                "client_assertion_type is another one than that of JWTs",
                "ATP-CAUTH-004",
                &["client.assertion.type-wrong"],
                |t| type_is(t, |found| found.is_some_and(|found| found != ASSERTION_TYPE)),
            ),
            &["RFC7523-2.2-01"],
        ),
        holds(
            "client.client-auth.type-absent",
            "An assertion is sent without client_assertion_type",
            "RFC7521-4.2-01",
            &["client.assertion.no-type"],
            |t| type_is(t, |found| found.is_none()),
        ),
        holds(
            "client.client-auth.not-a-jwt",
            "The assertion is no JWT",
            "RFC7523-2.2-02",
            &["client.jose.std-base64"],
            is_a_jwt,
        ),
        holds(
            "client.client-auth.unsigned",
            "The assertion is not signed by the key in the document",
            "ATP-CAUTH-001",
            &["client.assertion.alg-none", "client.assertion.session-key"],
            is_signed,
        ),
        holds(
            "client.client-auth.alg-not-offered",
            "The assertion says another algorithm than ES256, the only one that the server offers",
            "ATP-CAUTH-005",
            &["client.jose.es256k", "client.assertion.alg-none"],
            is_es256,
        ),
        holds(
            "client.client-auth.kid-absent",
            "The assertion does not name its key",
            "ATP-CAUTH-027",
            &["client.assertion.no-kid"],
            names_key,
        ),
        holds(
            "client.client-auth.kid-of-other-key",
            "The assertion names another key of the document than the one that signed it",
            "ATP-CAUTH-027",
            &["client.assertion.first-key"],
            names_its_key,
        ),
        covering(
            holds(
                "client.client-auth.iss-wrong",
                "The iss of the assertion is not the client_id",
                "RFC7523-3-09",
                &["client.assertion.iss-server"],
                |t| names_client(t, "iss"),
            ),
            &["ATP-CAUTH-027"],
        ),
        covering(
            holds(
                "client.client-auth.sub-wrong",
                "The sub of the assertion is not the client_id",
                "RFC7523-3-09",
                &["client.assertion.sub-user"],
                |t| names_client(t, "sub"),
            ),
            &["ATP-CAUTH-027"],
        ),
        covering(
            holds(
                "client.client-auth.aud-not-issuer",
                "The aud of the assertion is not the issuer",
                "RFC7523BIS-4-01",
                &["client.assertion.aud-endpoint", "client.assertion.aud-slash"],
                |t| is_for_issuer(t, &Part::Control),
            ),
            &["ATP-CAUTH-011", "RFC9126-2-05"],
        ),
        holds(
            "client.client-auth.aud-several",
            "The assertion has a second aud",
            "RFC7523BIS-4-01",
            &["client.assertion.aud-several"],
            has_one_audience,
        ),
        holds(
            "client.client-auth.exp-absent",
            "The assertion never ends",
            "RFC7523-3-09",
            &["client.assertion.no-exp"],
            expires,
        ),
        holds(
            "client.client-auth.exp-far",
            "The assertion is good for longer than an hour",
            "RFC7523-3-09",
            &["client.assertion.long-life", "client.assertion.exp-milliseconds"],
            expires_soon,
        ),
        holds(
            "client.client-auth.iat-absent",
            "The assertion does not say when it was made",
            "ATP-CAUTH-007",
            &["client.assertion.no-iat"],
            is_dated,
        ),
        holds(
            "client.client-auth.jti-absent",
            "The assertion has no jti",
            "ATP-CAUTH-009",
            &["client.assertion.no-jti"],
            is_identified,
        ),
        holds(
            "client.client-auth.jti-repeated",
            "Two assertions have the same jti",
            "ATP-CAUTH-009",
            &["client.assertion.jti-constant"],
            jti_is_unique,
        ),
        covering(
            holds(
                "client.client-auth.sent-again",
                "An assertion is sent a second time",
                "ATP-CAUTH-030",
                &["client.assertion.reused", "client.assertion.kept-on-retry"],
                is_new_every_time,
            ),
            &["RFC7523-3-10"],
        ),
        holds(
            "client.client-auth.key-changed",
            "A session goes on with another key of the client, or without",
            "ATP-CAUTH-003",
            &["client.assertion.not-at-refresh", "client.assertion.not-at-token"],
            keeps_its_key,
        ),
        holds(
            "client.client-auth.secret",
            "A client_secret is sent",
            "ATP-CAUTH-023",
            &["client.client-auth.secret"],
            has_no_secret,
        ),
        holds(
            "client.client-auth.two-methods",
            "The client authenticates in another way beside the assertion",
            "RFC6749-2.3-01",
            &["client.client-auth.secret"],
            has_one_method,
        ),
        holds(
            "client.client-auth.in-url",
            "The assertion stands in the URL of the user",
            "ATP-PAR-006",
            &["client.assertion.in-url"],
            is_not_in_url,
        ),
    ],
};
