//! The scope that a client asks for, where that is less than it declares.
//!
//! # What it does
//!
//! Has a client that declares `atproto transition:generic` begin a login for `atproto` alone.
//!
//! # Why it matters
//!
//! Users see what is asked for. A client that asks for all it might ever need gets more than it should,
//! or is turned away.
//!
//! # What a conforming peer does
//!
//! Asks for `atproto`, and for nothing that it did not declare or that the application did not want.
//!
//! # How to fix
//!
//! Send the scope of the login, not the one of the metadata document.
//!
//! # References
//!
//! RFC 6749, section 3.3; atproto OAuth profile, section "Authorization Scopes".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::grants::{declared, scope_is};
use crate::client::rows::{TWICE, covering, holds};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.scope.request",
    role: Role::Client,
    area: "scope",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("request.rs"),
    script: Script::Watch {
        steps: TWICE,
        settings: Settings { scope: "atproto", ..Settings::USUAL },
    },
    judge: trap,
    cases: &[
        holds(
            "client.scope.atproto-absent",
            "A request is pushed without the scope atproto",
            "ATP-SCOPE-001",
            &["client.scope.without-atproto"],
            |t| scope_is(t, "atproto", |scope, _, _| scope.contains("atproto")),
        ),
        holds(
            "client.scope.undeclared",
            "A request asks for what the client does not declare",
            "ATP-SCOPE-004",
            &["client.scope.undeclared"],
            |t| {
                scope_is(t, "what is declared", |scope, request, _| {
                    declared(request).is_none_or(|declared| scope.is_subset(&declared))
                })
            },
        ),
        covering(
            holds(
                "client.scope.more-than-needed",
                "A request asks for more than the application wants",
                "ATP-SCOPE-016",
                &["client.scope.all-declared"],
                |t| scope_is(t, "what was wanted", |scope, _, wanted| scope.is_subset(wanted)),
            ),
            &["ATP-SCOPE-007"],
        ),
    ],
};
