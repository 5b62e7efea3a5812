//! Answers that ask for no nonce, or give none to try again with.
//!
//! # What it does
//!
//! Lets a client log in. An answer is an error of another kind with a nonce beside it, or names
//! `use_dpop_nonce` where it does not count, or asks for a nonce without giving one.
//!
//! # Why it matters
//!
//! Whoever tries again without a reason doubles the load of a server in trouble, and sends codes
//! and tokens twice.
//!
//! # What a conforming peer does
//!
//! Tries again only where the error is `use_dpop_nonce`, in the body of an authorization server or
//! the DPoP challenge of a resource server, and there is a nonce.
//!
//! # How to fix
//!
//! Parse the challenge instead of searching it, and compare the error with the whole word.
//!
//! # References
//!
//! RFC 9449, sections 8 and 9; RFC 6749, section 4.1.2.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist, When};

use crate::client::nonces::{is_left_alone, is_remembered};
use crate::client::rows::{LOGIN, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.dpop-nonce.mistaken",
    role: Role::Client,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("mistaken.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds_with(
            "client.dpop-nonce.demand-without-nonce",
            "A nonce is asked for and none is given",
            "RFC9449-8-07",
            &["client.nonce.retry-without"],
            Twist::new(Site::Par, EMPTY),
            is_left_alone,
        ),
        holds_with(
            "client.dpop-nonce.word-in-description",
            "use_dpop_nonce stands in the description of another error",
            "RFC9449-9-04",
            &["client.nonce.substring-match"],
            Twist::new(Site::Resource, MENTIONED),
            is_left_alone,
        ),
        holds_with(
            "client.dpop-nonce.other-401-with-nonce",
            "The access token is refused, and a nonce given",
            "RFC9449-9-04",
            &["client.nonce.retry-on-any-401"],
            Twist::new(Site::Resource, REFUSED),
            is_left_alone,
        ),
        holds_with(
            "client.dpop-nonce.code-sent-again",
            "The code is refused, and a nonce given",
            "RFC6749-4.1.2-06",
            &["client.nonce.retry-on-any-400", "client.token.code-again"],
            Twist::new(Site::Token, NO_GRANT),
            is_left_alone,
        ),
        holds_with(
            "client.dpop-nonce.forgotten-after-silence",
            "An answer of the resource gives no new nonce",
            "RFC9449-8.2-02",
            &["client.nonce.forgotten"],
            Twist::new(Site::Resource, EXPIRED).when(When::Nth(2)),
            is_remembered,
        ),
    ],
};

const EMPTY: Alter =
    Alter::Instead(400, &[("Cache-Control", "no-store")], r#"{"error":"use_dpop_nonce"}"#);

const MENTIONED: Alter = Alter::Instead(
    401,
    &[
        ("DPoP-Nonce", "{nonce}"),
        (
            "WWW-Authenticate",
            r#"DPoP error="invalid_token", error_description="this is not use_dpop_nonce""#,
        ),
    ],
    r#"{"error":"InvalidToken","message":"this is not use_dpop_nonce"}"#,
);

const REFUSED: Alter = Alter::Instead(
    401,
    &[("DPoP-Nonce", "{nonce}"), ("WWW-Authenticate", r#"DPoP error="invalid_token""#)],
    r#"{"error":"InvalidToken","message":"the token is not known"}"#,
);

const NO_GRANT: Alter = Alter::Instead(
    400,
    &[("DPoP-Nonce", "{nonce}"), ("Cache-Control", "no-store")],
    r#"{"error":"invalid_grant","error_description":"the code is not known"}"#,
);

/// Without a nonce, which an error need not have.
const EXPIRED: Alter = Alter::Instead(
    401,
    &[("WWW-Authenticate", r#"DPoP error="invalid_token", error_description="expired""#)],
    r#"{"error":"ExpiredToken","message":"the token has expired"}"#,
);
