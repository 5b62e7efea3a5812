//! When a client assertion is good.
//!
//! # What it does
//!
//! Pushes requests of a confidential client whose assertion is too old, too young, or says when it
//! is good in another way, between two correct ones.
//!
//! # Why it matters
//!
//! An assertion travels through logs and proxies. What has expired is of no use to whoever finds it
//! there. On the other hand, clocks differ and assertions are made a little ahead: a server that
//! refuses those keeps good clients out.
//!
//! # What a conforming peer does
//!
//! Refuses what has expired, what is not good yet and what has no expiry; takes what is less than a
//! minute old. How far clocks may differ and how long an assertion may live at most is left open.
//!
//! # How to fix
//!
//! Require `exp` and `iat` to be numbers. Allow half a minute for clocks. Do not refuse for age what
//! was made within the last minute.
//!
//! # References
//!
//! RFC 7523, section 3; RFC 7519, sections 2, 4.1.4 and 4.1.5; atproto OAuth, Confidential Client
//! Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Role, Script, Tier};

use crate::server::assertions::{self, is_answered, legal, open, wrong};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.par-times",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("par_times.rs"),
    script: Script::Probe { play: assertions::push, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    assertions::EXPIRED.at_par("server.client-auth.expired"),
    wrong(
        "server.client-auth.exp-missing",
        "The assertion has no exp",
        "RFC7523-3-04",
        &["ATP-CAUTH-029"],
        "exp-missing",
        &["as.assertion.exp-optional"],
    ),
    wrong(
        "server.client-auth.exp-string",
        "The exp of the assertion is a string",
        "RFC7519-2-01",
        &["RFC7523-3-04"],
        "exp-text",
        &["as.assertion.exp-type-unchecked"],
    ),
    wrong(
        "server.client-auth.exp-negative",
        "The exp of the assertion is negative",
        "RFC7519-4.1.4-01",
        &["RFC7523-3-04"],
        "exp-negative",
        &["as.assertion.exp-zero-is-none"],
    ),
    Case {
        id: "server.client-auth.exp-huge",
        title: "An exp beyond what machines hold is answered with a server error",
        clause: "RFC7519-2-01",
        covers: &[],
        killers: &["as.assertion.huge-number-crash"],
        edit: Edit::Assertion("exp-huge"),
        expect: Expectation::Holds(is_answered),
    },
    open(
        "server.client-auth.expired-90-seconds",
        "The assertion expired 90 seconds ago",
        "RFC7523-3-06",
        &[],
        "expired-90-seconds",
        &["as.assertion.exp-leeway"],
    ),
    open(
        "server.client-auth.exp-year-ahead",
        "The assertion is good for a year",
        "RFC7523-3-06",
        &["ATP-CAUTH-029"],
        "exp-year-ahead",
        &["as.assertion.long-life-refused"],
    ),
    wrong(
        "server.client-auth.not-good-yet",
        "The nbf of the assertion lies an hour ahead",
        "RFC7523-3-05",
        &["RFC7519-4.1.5-01"],
        "nbf-hour-ahead",
        &["as.assertion.nbf-ignored"],
    ),
    legal(
        "server.client-auth.nbf-refused",
        "An assertion with an nbf in the past is refused",
        "RFC7523-3-05",
        &[],
        "nbf-past",
        &["as.assertion.nbf-refused"],
    ),
    wrong(
        "server.client-auth.iat-missing",
        "The assertion has no iat",
        "ATP-CAUTH-021",
        &[],
        "iat-missing",
        &["as.assertion.iat-optional"],
    ),
    wrong(
        "server.client-auth.iat-string",
        "The iat of the assertion is a string",
        "RFC7519-2-01",
        &["ATP-CAUTH-021"],
        "iat-text",
        &["as.assertion.iat-type-unchecked"],
    ),
    legal(
        "server.client-auth.iat-fraction-refused",
        "An assertion whose iat has a fraction is refused",
        "RFC7519-2-01",
        &[],
        "iat-fraction",
        &["as.assertion.iat-integer-only"],
    ),
    legal(
        "server.client-auth.young-refused",
        "An assertion that is 50 seconds old is refused",
        "ATP-CAUTH-008",
        &[],
        "iat-50-seconds-old",
        &["as.assertion.age-20-seconds"],
    ),
    open(
        "server.client-auth.iat-day-old",
        "The assertion was made a day ago and is good still",
        "RFC7523-3-06",
        &[],
        "iat-day-old",
        &["as.assertion.iat-unchecked"],
    ),
    open(
        "server.client-auth.iat-ahead",
        "The assertion was made 10 seconds ahead",
        "ATP-CAUTH-034",
        &[],
        "iat-10-seconds-ahead",
        &["as.assertion.iat-ahead-refused"],
    ),
    open(
        "server.client-auth.iat-hour-ahead",
        "The assertion was made an hour ahead",
        "ATP-CAUTH-034",
        &[],
        "iat-hour-ahead",
        &["as.assertion.iat-future-unchecked"],
    ),
];
