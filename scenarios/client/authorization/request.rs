//! What a client asks for, and how, in an honest login.
//!
//! # What it does
//!
//! Lets a client log in twice to a correct network, and reads the requests that it pushes.
//!
//! # Why it matters
//!
//! The request says who asks, where the answer goes, and what ties it to the browser. A `state` that can
//! be read tells what it should not.
//!
//! # What a conforming peer does
//!
//! Pushes `redirect_uri`, a `state` that means nothing to others, and the identifier that the user typed as `login_hint`.
//!
//! # How to fix
//!
//! Build the form from those members in one place. Draw `state` at random, and keep what belongs to the
//! login under it in the client.
//!
//! # References
//!
//! RFC 6749, section 3.1.2.3; atproto OAuth profile, section "Authorization Request Fields".

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Tier};

use crate::client::grants::{hints_at_input, pushes, state_says_nothing};
use crate::client::rows::{TWICE, covering, holds};
use crate::client::surveys::extra_parameters;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.authorization.request",
    role: Role::Client,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("request.rs"),
    script: Script::Watch { steps: TWICE, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            holds(
                "client.authorization.redirect-uri-absent",
                "A request is pushed without redirect_uri",
                "ATP-REDIR-001",
                &["client.par.no-redirect-uri"],
                |t| pushes(t, "redirect_uri", None),
            ),
            &["RFC6749-3.1.2.3-02"],
        ),
        holds(
            "client.authorization.state-readable",
            "state carries data of the session",
            "ATP-AUTHZ-007",
            &["client.state.carries-data"],
            state_says_nothing,
        ),
        holds(
            "client.authorization.login-hint-absent",
            "A login that began with a handle has no login_hint",
            "ATP-AUTHZ-010",
            &["client.identity.no-login-hint"],
            |t| pushes(t, "login_hint", None),
        ),
        holds(
            "client.authorization.login-hint-rewritten",
            "login_hint is not what the user typed",
            "ATP-AUTHZ-011",
            &["client.identity.login-hint-rewritten"],
            hints_at_input,
        ),
        holds(
            "client.authorization.extra-parameters",
            "A request has parameters that the profile does not name",
            "ATP-AUTHZ-027",
            &["client.pkce.verifier-pushed"],
            extra_parameters,
        ),
    ],
};
