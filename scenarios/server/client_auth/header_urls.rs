//! URLs in the header of a client assertion.
//!
//! # What it does
//!
//! Pushes a request whose assertion is signed by an unpublished key and says in its header that the
//! key or a certificate is found at a URL of ours. Counts who comes for it.
//!
//! # Why it matters
//!
//! Nobody has authenticated yet when the header is read. A server that fetches what it names can be
//! sent anywhere, into its own network too; one that believes it takes any key.
//!
//! # What a conforming peer does
//!
//! Refuses the assertion and fetches nothing.
//!
//! # How to fix
//!
//! Turn `jku` and `x5u` off in the library that verifies.
//!
//! # References
//!
//! RFC 8725, section 3.10; RFC 7515, sections 4.1.2, 4.1.5 and 10.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Role, Script, Tier, Transcript,
};

use crate::server::answers::CLIENT_AUTH;
use crate::server::{assertions, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.header-urls",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("header_urls.rs"),
    script: Script::Probe { play: assertions::push, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.jku-fetched",
        title: "The server fetches the jku of an assertion",
        clause: "RFC8725-3.10-01",
        covers: &["RFC7515-4.1.3-01"],
        killers: &["as.assertion.jku-fetched"],
        edit: Edit::Assertion("key-at-jku"),
        expect: Expectation::Holds(|transcript| seen::judged(is_left_alone(transcript))),
    },
    Case {
        id: "server.client-auth.x5u-fetched",
        title: "The server fetches the x5u of an assertion",
        clause: "RFC8725-3.10-01",
        covers: &["RFC7515-4.1.3-01"],
        killers: &["as.assertion.x5u-fetched"],
        edit: Edit::Assertion("key-at-x5u"),
        expect: Expectation::Holds(|transcript| seen::judged(is_left_alone(transcript))),
    },
];

/// The assertion is refused and its URL is not fetched.
fn is_left_alone(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    let count = exchange.facts.get("fetched").and_then(|fetched| fetched.get("bait")?.as_u64());
    let missing = || Outcome::unclear("visits were not counted", "run it again");
    let count = count.ok_or_else(missing)?;
    if count > 0 {
        let observed = format!("{count} visits there; {}", judge::describe(exchange));
        return Ok(Outcome::violated("nobody comes for the URL", observed, exchange));
    }
    Ok(judge::refused(exchange, &[CLIENT_AUTH]))
}
