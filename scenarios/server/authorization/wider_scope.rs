//! A login that asks for more than the one before.
//!
//! # What it does
//!
//! Brings a login of a new client to its code with the scope `atproto` alone. Then opens, in the
//! same browser, a request of the same client for `transition:generic` too, and does nothing there.
//!
//! # Why it matters
//!
//! A consent that is remembered for a client, and not for what it was given, lets the client grow
//! from a login button to full access without anybody noticing.
//!
//! # What a conforming peer does
//!
//! Shows the consent page for the new scope.
//!
//! # How to fix
//!
//! Keep the scopes with the consent, and ask again where the request has one more.
//!
//! # References
//!
//! atproto OAuth, Authorization Scopes; RFC 8252, section 8.6.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{Login, Stage};
use atproof_protocol::form;
use atproof_protocol::record::Part;

use super::remembered::asked_again;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.wider-scope",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("wider_scope.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.authorization.wider-scope-silent",
    title: "A wider scope than before is approved without asking",
    clause: "ATP-SCOPE-017",
    covers: &["RFC8252-8.6-01"],
    killers: &["as.consent.ignore-scope-growth"],
    edit: Edit::Story("a second request has `transition:generic` too; nothing is done on its page"),
    expect: Expectation::Holds(asked_again),
}];

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        // A client that the account has never approved: consents outlive a browser.
        let redirect_uri = format!("http://127.0.0.1/{}", stage.random().token());
        let scope = "atproto transition:generic";
        let query = form::encode(&[
            ("redirect_uri".to_owned(), redirect_uri.clone()),
            ("scope".to_owned(), scope.to_owned()),
        ]);
        let client_id = format!("http://localhost?{query}");
        stage.enter(Part::Control);
        let (client, uri) = (client_id.clone(), redirect_uri.clone());
        let narrow = "atproto".to_owned();
        let ordinary = stage.login();
        let login = Login { client_id: client, redirect_uri: uri, scope: narrow, ..ordinary };
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.authorize(&login, &url, Decision::Approve).await?;
        stage.enter(Part::Faulted);
        let login = Login { client_id, redirect_uri, scope: scope.to_owned(), ..stage.login() };
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.open(&login, &url).await?;
        Ok(())
    })
}
