//! Token answers that a client must not, or must, take.
//!
//! # What it does
//!
//! Lets a client log in. The answer to its code exchange has one member wrong, missing or unknown.
//!
//! # Why it matters
//!
//! The token answer says who logged in. A client that takes any `sub` lets one account pass for
//! another; one that takes a bearer token, or less than the scope of the profile, holds something that
//! it does not understand.
//!
//! # What a conforming peer does
//!
//! Takes the answer only with `token_type` DPoP, a scope that has `atproto`, and a `sub` that is the DID
//! which the login began with. Uses no token of an answer that it refused.
//!
//! # How to fix
//!
//! Compare `sub` with the DID that was resolved at the start, split the scope at spaces and look for
//! `atproto`, and compare the type without regard to case.
//!
//! # References
//!
//! RFC 6749, section 5.1; RFC 9449, section 5; atproto OAuth profile, sections "Tokens and Session
//! Lifetime" and "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, covering, goes_on, holds_with, stops};
use crate::client::surveys::gives_back;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.token.answer",
    role: Role::Client,
    area: "token",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("answer.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            stops(
                Step::Callback,
                "client.token.type-bearer",
                "token_type is Bearer",
                "RFC9449-5-06",
                &["client.token.accept-bearer"],
                Twist::new(Site::Token, Alter::Member("/token_type", "\"Bearer\"")),
            ),
            &["RFC6749-7.1-01"],
        ),
        stops(
            Step::Callback,
            "client.token.type-missing",
            "The answer has no token_type",
            "RFC6749-5.1-06",
            &["client.token.type-optional", "client.token.no-response-validation"],
            Twist::new(Site::Token, Alter::WithoutMember("/token_type")),
        ),
        stops(
            Step::Callback,
            "client.token.access-token-missing",
            "The answer has no access_token",
            "RFC6749-5.1-06",
            &["client.token.access-token-optional"],
            Twist::new(Site::Token, Alter::WithoutMember("/access_token")),
        ),
        stops(
            Step::Callback,
            "client.token.sub-of-other-account",
            "sub is another account of the same PDS",
            "ATP-TOK-007",
            &["client.identity.no-expected-did"],
            Twist::new(Site::Token, Alter::Member("/sub", "\"{other_did}\"")),
        ),
        stops(
            Step::Callback,
            "client.token.sub-missing",
            "The answer has no sub",
            "ATP-TOK-018",
            &["client.token.sub-optional"],
            Twist::new(Site::Token, Alter::WithoutMember("/sub")),
        ),
        stops(
            Step::Callback,
            "client.token.scope-without-atproto",
            "The granted scope lacks atproto",
            "ATP-TOK-006",
            &["client.scope.atproto-optional"],
            Twist::new(Site::Token, Alter::Member("/scope", "\"transition:generic\"")),
        ),
        stops(
            Step::Callback,
            "client.token.scope-missing",
            "The answer has no scope",
            "ATP-TOK-005",
            &["client.scope.accept-missing"],
            Twist::new(Site::Token, Alter::WithoutMember("/scope")),
        ),
        goes_on(
            "client.token.unknown-member-refused",
            "The answer has a member that nobody knows",
            "RFC6749-5.1-05",
            &["client.token.unknown-members-refused"],
            Twist::new(Site::Token, Alter::Member("/x_unknown", "{\"a\":[1]}")),
        ),
        goes_on(
            "client.token.lifetime-demanded",
            "The answer has no expires_in",
            "RFC6749-5.1-06",
            &["client.token.expires-in-required"],
            Twist::new(Site::Token, Alter::WithoutMember("/expires_in")),
        ),
        goes_on(
            "client.token.refresh-token-demanded",
            "The answer has no refresh_token",
            "RFC6749-5.1-06",
            &["client.token.refresh-token-required"],
            Twist::new(Site::Token, Alter::WithoutMember("/refresh_token")),
        ),
        goes_on(
            "client.token.type-in-lower-case-refused",
            "token_type is dpop",
            "RFC6749-5.1-06",
            &["client.token.type-case-sensitive"],
            Twist::new(Site::Token, Alter::Member("/token_type", "\"dpop\"")),
        ),
        stops(
            Step::Callback,
            "client.token.answer-with-trailer",
            "Something stands after the end of the answer",
            "RFC6749-5.1-06",
            &["client.token.trailer-ignored"],
            Twist::new(Site::Token, Alter::Body("application/json", "{value}{}")),
        ),
        stops(
            Step::Callback,
            "client.token.sub-with-space",
            "sub has a space before the DID",
            "ATP-TOK-018",
            &["client.token.sub-trimmed"],
            Twist::new(Site::Token, Alter::Member("/sub", "\" {value}\"")),
        ),
        holds_with(
            "client.token.rejected-tokens",
            "What becomes of tokens whose sub is an account of another server",
            "ATP-TOK-023",
            &["client.token.rejected-revoked"],
            Twist::new(Site::Token, Alter::Member("/sub", "\"{foreign_did}\"")),
            gives_back,
        ),
    ],
};
