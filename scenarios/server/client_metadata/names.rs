//! What the authorization page shows of what a client says of itself.
//!
//! # What it does
//!
//! Publishes a client that nobody knows, under a name and with a home page of its own, pushes a
//! request of it and opens the authorization URL in a browser in which nobody is signed in. Looks
//! for both among what a person reads on the page.
//!
//! # Why it matters
//!
//! Anyone can call a client by the name of a well-known app. On the page where people type their
//! password such a name is taken for a fact.
//!
//! # What a conforming peer does
//!
//! Shows the `client_id`, and nothing else that an unknown client says of itself. A page whose
//! script has the name, and may or may not show it, is not judged.
//!
//! # How to fix
//!
//! Keep a list of clients whose name is checked, and show the names of those.
//!
//! # References
//!
//! atproto OAuth, Security Considerations; Client ID Metadata Document draft, section 6.4.

use atproof_engine::consent::{Opened, Page, Showing};
use atproof_engine::judge;
use atproof_engine::model::{
    Case, DocumentEdit, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{ClientKind, Halt, Login, Stage};
use serde_json::{Value, json};

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.names",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost, Need::OwnDevice],
    source: include_str!("names.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const NAME: Edit = Edit::Document(DocumentEdit::Set("client_name", "\"Skylark Unverified\""));
const HOME: Edit =
    Edit::Document(DocumentEdit::Set("client_uri", "\"{origin}/skylark-unverified\""));

const fn row(
    id: &'static str,
    title: &'static str,
    killer: &'static [&'static str],
    edit: Edit,
    judge: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let expect = Expectation::Holds(judge);
    Case { id, title, clause: "ATP-AUTHZ-019", covers: &[], killers: killer, edit, expect }
}

const CASES: &[Case] = &[
    row(
        "server.client-metadata.unverified-name-shown",
        "The authorization page shows the name that an unknown client gives itself",
        &["as.consent.show-unverified-name"],
        NAME,
        |transcript| seen::judged(unshown(transcript, "name")),
    ),
    row(
        "server.client-metadata.unverified-home-shown",
        "The authorization page shows the home page that an unknown client names",
        &["as.consent.show-unverified-home"],
        HOME,
        |transcript| seen::judged(unshown(transcript, "home page")),
    ),
];

const PAGE: &str = "page";

/// What is looked for.
const NAME_CANARY: &str = "Skylark Unverified";
const HOME_CANARY: &str = "skylark-unverified";

/// Fact: where the page has the text.
const FOUND: &str = "unverified";

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let text = if case.edit == HOME { HOME_CANARY } else { NAME_CANARY };
        stage.step(PAGE);
        let client = stage.publish(ClientKind::Public, &case.edit)?;
        let login = Login { device: Some(Default::default()), ..stage.login_by(&client) };
        let draft = stage.par(&login);
        let pushed = stage.send_by(&client, draft, &Edit::None).await?;
        if case.edit == HOME && !pushed.is_success() {
            return Err(Halt::Needs("a server that takes a client_uri anywhere on the host"));
        }
        let request_uri = pushed.require("the pushed authorization request", "request_uri")?;
        let url = stage.authorization_url(&login, &request_uri);
        let Opened::Page(page) = stage.open(&login, &url).await? else {
            return Err(Halt::Needs("a server that shows a page before it redirects"));
        };
        stage.fact(FOUND, json!(place(&page, text)));
        stage.note_client(&client);
        Ok(())
    })
}

fn place(page: &Page, text: &str) -> &'static str {
    match page.shows(text) {
        Showing::Text => "shown",
        Showing::Data if page.links().iter().any(|link| link.contains(text)) => "linked",
        Showing::Data => "named",
        Showing::Nowhere => "absent",
    }
}

fn unshown(transcript: &Transcript<'_>, what: &str) -> Result<Outcome, Outcome> {
    let exchange = seen::step(transcript, PAGE)?;
    match exchange.facts.get(FOUND).and_then(Value::as_str) {
        Some(found @ ("shown" | "linked")) => Ok(Outcome::violated(
            "nothing that an unknown client says of itself",
            format!("the {what} of the client is {found} on the page"),
            exchange,
        )),
        Some("absent") => Ok(Outcome::kept(format!("the page does not have the {what}"))),
        _ => Err(Outcome::not_offered(
            "a page whose source tells what a person reads on it",
            "look at the page in a browser",
        )),
    }
}
