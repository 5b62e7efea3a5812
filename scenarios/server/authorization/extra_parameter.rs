//! Authorization URLs with a parameter that nobody knows.
//!
//! # What it does
//!
//! Brings a login to its code by an authorization URL to which a parameter was added that has no
//! meaning, with characters that are written differently in HTML and in headers.
//!
//! # Why it matters
//!
//! Links are wrapped, tracked and decorated on their way. A server that compares the URL of its
//! page with one that it builds anew lets the user sign in and then refuses the consent.
//!
//! # What a conforming peer does
//!
//! Ignores what it does not know and issues the code.
//!
//! # How to fix
//!
//! Protect the forms of the page by a value of their own and the `Origin` field, not by the whole
//! URL in `Referer`.
//!
//! # References
//!
//! RFC 6749, sections 3.1 and 10.12.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::{Stage, edit_url};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.extra-parameter",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("extra_parameter.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.authorization.unknown-parameter-refused",
    title: "A parameter of no meaning in the authorization URL keeps the user from approving",
    clause: "RFC6749-3.1-05",
    covers: &["ATP-AUTHZ-028"],
    killers: &["as.authorize.referer-exact"],
    edit: Edit::Query(Change::Set("x_atproof", Text::Is("a&b=\"c\" d"))),
    expect: Expectation::Accepted,
}];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = edit_url(&stage.authorization_url(&login, &request_uri), edit);
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}
