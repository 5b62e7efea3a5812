//! The logo of a client on the authorization page.
//!
//! # What it does
//!
//! Publishes a client with a `logo_uri` on its own host, pushes a request of it and opens the
//! authorization URL in a browser in which nobody is signed in. Looks for the URL of the logo among
//! what the page loads; nothing of the page is loaded.
//!
//! # Why it matters
//!
//! An image that the page loads from the client's host tells the client who is about to sign in,
//! from which address, before anyone has agreed to anything. And it can be another image for the
//! user than for the reviewer.
//!
//! # What a conforming peer does
//!
//! Shows no logo of a client that it does not know. Of one that it trusts, it fetches the logo
//! beforehand and serves it itself.
//!
//! # How to fix
//!
//! Leave the logo out, or copy it when the document is fetched.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 6.7; atproto OAuth, Clients.

use atproof_engine::consent::Opened;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, DocumentEdit, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{ClientKind, Halt, Stage};
use serde_json::{Value, json};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.logo",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost, Need::OwnDevice],
    source: include_str!("logo.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const LOGO: Edit = Edit::Document(DocumentEdit::Set("logo_uri", "\"{base}/logo.png\""));

const CASES: &[Case] = &[Case {
    id: "server.client-metadata.logo-from-client",
    title: "The authorization page loads the logo from the host of the client",
    clause: "CIMD-6.7-01",
    covers: &[],
    killers: &["as.consent.logo-embedded"],
    edit: LOGO,
    expect: Expectation::Holds(|transcript| seen::judged(unembedded(transcript))),
}];

const PAGE: &str = "page";

/// Fact: how the page has the URL of the logo.
const FOUND: &str = "logo";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Public, &LOGO)?;
        let login = stage.login_by(&client);
        let login = atproof_engine::stage::Login { device: Some(Default::default()), ..login };
        let request_uri = stage.push(&login).await?;
        stage.step(PAGE);
        let url = stage.authorization_url(&login, &request_uri);
        let Opened::Page(page) = stage.open(&login, &url).await? else {
            return Err(Halt::Needs("a server that shows a page before it redirects"));
        };
        let logo = format!("{}{}", client.host().origin(), client.path("logo.png"));
        let found = match page.links().iter().any(|link| link.contains(&logo)) {
            true => "loaded",
            false if page.shows(&logo) != atproof_engine::consent::Showing::Nowhere => "named",
            false => "absent",
        };
        stage.fact(FOUND, json!(found));
        stage.note_client(&client);
        Ok(())
    })
}

fn unembedded(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::step(transcript, PAGE)?;
    match exchange.facts.get(FOUND).and_then(Value::as_str) {
        Some("loaded") => Ok(Outcome::violated(
            "no logo, or one that the server serves itself",
            "the page loads the logo from the host of the client",
            exchange,
        )),
        Some("absent") => Ok(Outcome::kept("the page does not name the logo")),
        _ => Err(Outcome::not_offered(
            "a page whose source tells whether it loads the logo that it names",
            "look at the page in a browser",
        )),
    }
}
