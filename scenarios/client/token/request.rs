//! How a client asks for tokens in an honest session.
//!
//! # What it does
//!
//! Lets a client log in to a correct network and refresh, and reads what it sends to the token endpoint.
//!
//! # Why it matters
//!
//! Codes and refresh tokens in a URL end up in logs. A code is good only together with what it was asked
//! for with.
//!
//! # What a conforming peer does
//!
//! Posts a form with every parameter once: `client_id`, and with a code the `redirect_uri` that was pushed.
//!
//! # How to fix
//!
//! Keep `redirect_uri` with the login and send that value; build the body as a map, not as a list.
//!
//! # References
//!
//! RFC 6749, sections 3.2, 3.2.1 and 4.1.3.

use atproof_engine::judge::trap;
use atproof_engine::model::{Family, Role, Script, Settings, Site, Tier};

use crate::client::grants::{posts, repeats_nothing, repeats_pushed};
use crate::client::rows::{SESSION, holds};
use crate::client::surveys::asks_in_a_form;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.token.request",
    role: Role::Client,
    area: "token",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("request.rs"),
    script: Script::Watch { steps: SESSION, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        holds(
            "client.token.not-a-post",
            "Tokens are asked for with another method than POST",
            "RFC6749-3.2-02",
            &["client.token.get"],
            posts,
        ),
        holds(
            "client.token.parameter-twice",
            "A request for tokens has a parameter twice",
            "RFC6749-3.2-07",
            &["client.token.parameter-twice"],
            |t| repeats_nothing(t, &[Site::Token, Site::Refresh]),
        ),
        holds(
            "client.token.client-id-absent",
            "A code is exchanged without the client_id",
            "RFC6749-3.2.1-02",
            &["client.token.no-client-id"],
            |t| repeats_pushed(t, "client_id"),
        ),
        holds(
            "client.token.redirect-uri-absent",
            "A code is exchanged without the redirect_uri of its request",
            "RFC6749-4.1.3-04",
            &["client.redirect.missing-at-token"],
            |t| repeats_pushed(t, "redirect_uri"),
        ),
        holds(
            "client.token.body-not-a-form",
            "In what form a code is exchanged",
            "RFC6749-3.2-02",
            &["client.token.json-body"],
            asks_in_a_form,
        ),
    ],
};
