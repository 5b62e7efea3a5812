//! Requests for `rpc`, well spelled, oddly spelled and wrong.
//!
//! # What it does
//!
//! Asks for one spelling of `rpc` after the other, and with each token for a service token for one
//! method at one service, which nobody uses. The control asks for that method at that service.
//!
//! # Why it matters
//!
//! A string with an error in it says nothing about what the user has agreed to. A server that makes
//! something of it gives away access that nobody asked for, or that nobody was asked for.
//!
//! # What a conforming peer does
//!
//! Refuses the request, leaves the value out of what it grants and says so in the token answer, or
//! grants the value as it is and lets it count for nothing. The text does not say which. What it
//! grants in a legal spelling counts.
//!
//! # How to fix
//!
//! Parse scopes by the grammar, refuse or drop what does not parse, and decide at the resource by
//! what was parsed, never by a comparison of strings.
//!
//! # References
//!
//! atproto permissions, Scope String Syntax and Resource Types.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{Draft, Grant, Halt, Stage};

use super::{Operation, get, invalid, open, spelled};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-rpc",
    role: Role::Server,
    area: "scope",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("rpc.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    invalid::<Call>(
        ("server.scope.request-rpc-lxm-missing", "rpc without a method counts", &["ATP-SGRAN-040"]),
        &["as.scope.lxm-optional"],
        "atproto rpc?aud=did:web:atproof.example%23atproof",
    ),
    invalid::<Call>(
        (
            "server.scope.request-rpc-aud-missing",
            "rpc without an audience counts",
            &["ATP-SGRAN-041"],
        ),
        &["as.scope.aud-optional"],
        "atproto rpc:org.example.atproof.thing",
    ),
    invalid::<Call>(
        (
            "server.scope.request-rpc-two-wildcards",
            "rpc with both wildcards counts",
            &["ATP-SGRAN-042"],
        ),
        &["as.scope.two-wildcards"],
        "atproto rpc:*?aud=*",
    ),
    invalid::<Call>(
        (
            "server.scope.request-rpc-two-wildcards-encoded",
            "rpc with both wildcards counts where one is percent-encoded",
            &["ATP-SGRAN-042", "ATP-SGRAN-007"],
        ),
        &["as.scope.two-wildcards"],
        "atproto rpc?lxm=*&aud=%2A",
    ),
    invalid::<Call>(
        (
            "server.scope.request-rpc-two-wildcards-and-name",
            "rpc with both wildcards counts where a method stands beside them",
            &["ATP-SGRAN-042"],
        ),
        &["as.scope.two-wildcards"],
        "atproto rpc?lxm=*&lxm=org.example.atproof.thing&aud=*",
    ),
    invalid::<Call>(
        (
            "server.scope.request-rpc-bare-did",
            "An audience without a service counts",
            &["ATP-SGRAN-043"],
        ),
        &["as.scope.aud-fragment-optional"],
        "atproto rpc:org.example.atproof.thing?aud=did:web:atproof.example",
    ),
    invalid::<Call>(
        (
            "server.scope.request-rpc-partial-wildcard",
            "A partial wildcard as method counts",
            &["ATP-SGRAN-045"],
        ),
        &["as.scope.prefix-wildcard"],
        "atproto rpc:org.example.atproof.*?aud=did:web:atproof.example%23atproof",
    ),
    invalid::<Call>(
        ("server.scope.request-rpc-upper-case", "rpc in another case counts", &["ATP-SGRAN-002"]),
        &["as.scope.case-ignored"],
        "atproto RPC:org.example.atproof.thing?aud=did:web:atproof.example%23atproof",
    ),
    spelled::<Call>(
        (
            "server.scope.request-rpc-named",
            "rpc with its method by name does not count",
            &["ATP-SGRAN-004", "ATP-SGRAN-120"],
        ),
        &["as.scope.named-form-unread"],
        "atproto rpc?lxm=org.example.atproof.thing&aud=did:web:atproof.example%23atproof",
    ),
    spelled::<Call>(
        (
            "server.scope.request-rpc-encoded",
            "An audience with more than its hash percent-encoded does not count",
            &["ATP-SGRAN-007", "ATP-SGRAN-120"],
        ),
        &["as.scope.encoding-unread"],
        "atproto rpc:org.example.atproof.thing?aud=did%3Aweb%3Aatproof.example%23atproof",
    ),
    open::<Call>(
        (
            "server.scope.request-rpc-raw-hash",
            "What a plain hash in an audience does",
            &["ATP-SGRAN-044", "ATP-SGRAN-008"],
        ),
        &["as.scope.raw-hash-void"],
        "atproto rpc:org.example.atproof.thing?aud=did:web:atproof.example#atproof",
    ),
    open::<Call>(
        (
            "server.scope.request-rpc-aud-repeated",
            "What a second audience does to a value",
            &["ATP-SGRAN-011"],
        ),
        &["as.scope.first-of-repeated"],
        "atproto rpc:org.example.atproof.thing?aud=did:web:atproof.example%23atproof&aud=did:web:other.example%23other",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(super::play::<Call>(stage, edit))
}

/// Gets a service token (`com.atproto.server.getServiceAuth`).
struct Call;

impl Operation for Call {
    const VALID: &'static str =
        "atproto rpc:org.example.atproof.thing?aud=did:web:atproof.example%23atproof";

    fn draft(stage: &Stage, grant: &Grant) -> Result<Draft, Halt> {
        let query = "aud=did%3Aweb%3Aatproof.example%23atproof&lxm=org.example.atproof.thing";
        Ok(get(stage, grant, &format!("com.atproto.server.getServiceAuth?{query}")))
    }
}
