//! Authorization endpoints with a query of their own.
//!
//! # What it does
//!
//! Lets a client log in to a correct network whose `authorization_endpoint` has a query, and looks at the
//! URL that the user is sent to.
//!
//! # Why it matters
//!
//! Servers with many tenants tell them apart by it. A client that drops it sends its users to the wrong
//! one, or to an error.
//!
//! # What a conforming peer does
//!
//! Adds `client_id` and `request_uri` to the query that is there.
//!
//! # How to fix
//!
//! Parse the endpoint as a URL and append to its parameters, rather than gluing `?` and text to it.
//!
//! # References
//!
//! RFC 6749, section 3.1; RFC 9126, section 4.

use atproof_engine::judge::trap;
use atproof_engine::model::{Case, Edit, Expectation, Family, Role, Script, Settings, Tier};

use crate::client::grants::keeps_query;
use crate::client::rows::LOGIN;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.authorization.endpoint",
    role: Role::Client,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("endpoint.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[Case {
        id: "client.authorization.endpoint-query-lost",
        title: "The query of the authorization endpoint is lost",
        clause: "RFC6749-3.1-03",
        covers: &[],
        killers: &["client.par.endpoint-query-dropped"],
        edit: Edit::Network("legal.endpoints-other-paths"),
        expect: Expectation::Holds(keeps_query),
    }],
};
