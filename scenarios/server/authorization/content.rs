//! What the authorization page tells the user.
//!
//! # What it does
//!
//! Opens the page of an ordinary request in a browser that is signed in, and the page of a request
//! with a `login_hint` in one that is not, and looks for the client and for the hint. Text that a
//! script of the page may put there counts, where the page carries it.
//!
//! # Why it matters
//!
//! Anyone can claim any name. The identifier of the client is the only thing about it that the
//! server knows, and the user can only decide on what the page shows.
//!
//! # What a conforming peer does
//!
//! Shows the `client_id`, at least its host, beside what is asked for. May fill in the account
//! that the hint names.
//!
//! # How to fix
//!
//! Put the whole `client_id` into the consent page, and give any claimed name less room.
//!
//! # References
//!
//! draft-ietf-oauth-client-id-metadata-document, section 6.4; draft-ietf-oauth-v2-1, section 7.9;
//! atproto OAuth, Authorization Interface.

use atproof_engine::consent::{Opened, Page, Showing};
use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::identifier::Origin;
use serde_json::{Value, json};

use crate::server::document::row;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.content",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("content.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const SIGNED_IN: &str = "page of a browser that is signed in";
const HINTED: &str = "page of a request with a hint";

/// Facts: where the page has the whole `client_id`, its host, and the account that was hinted.
const WHOLE: &str = "client_id_shown";
const HOST: &str = "client_host_shown";
const ACCOUNT: &str = "hint_shown";

const CASES: &[Case] = &[
    row(
        "server.authorization.client-unnamed",
        "The page does not say which client asks",
        "CIMD-6.4-01",
        &["OAUTH21-7.9-01", "ATP-AUTHZ-017"],
        &["as.consent.client-unnamed"],
        |transcript| match (shown(transcript, SIGNED_IN, WHOLE), shown(transcript, SIGNED_IN, HOST))
        {
            (Shown::Seen, _) => Outcome::kept("the client_id is on the page"),
            (_, Shown::Seen) => Outcome::kept("the host of the client_id is on the page"),
            (Shown::Missing, Shown::Missing) => missing(transcript, "client_id or its host"),
            _ => unseen(),
        },
    ),
    row(
        "server.authorization.client-id-shortened",
        "The page does not show the whole client_id",
        "ATP-AUTHZ-018",
        &["ATP-LOCAL-024"],
        &["as.consent.client-host-only"],
        |transcript| match shown(transcript, SIGNED_IN, WHOLE) {
            Shown::Seen => Outcome::observed("the whole client_id"),
            Shown::Missing => Outcome::observed("not the whole client_id"),
            Shown::Unknown => unseen(),
        },
    ),
    row(
        "server.authorization.login-hint-unused",
        "The page does not fill in the account that the hint names",
        "ATP-AUTHZ-013",
        &[],
        &["as.authorize.hint-not-shown"],
        |transcript| match shown(transcript, HINTED, ACCOUNT) {
            Shown::Seen => Outcome::observed("the hinted account is on the page"),
            Shown::Missing => Outcome::observed("the hinted account is not on the page"),
            Shown::Unknown => unseen(),
        },
    ),
];

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        stage.step(SIGNED_IN);
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        if let Opened::Page(page) = stage.open(&login, &url).await? {
            let client_id = login.client_id.as_str();
            stage.fact(WHOLE, look(&page, client_id, page.has_element("script")));
            let own = Origin::of(&stage.target().endpoints.authorization);
            let host = client_id.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
            // The page of a server on the same host has that name in its own links.
            let distinct = host.filter(|host| own.is_none_or(|own| !own.as_str().contains(host)));
            stage.fact(HOST, distinct.map_or(Value::Null, |host| look(&page, host, false)));
        }
        stage.step(HINTED);
        let hint = stage.account(0).map(|account| account.identifier.clone());
        let hint = hint.or(grant.sub).unwrap_or_default();
        let login = stage.login_on_own_device();
        let mut draft = stage.par(&login);
        if let Some(form) = &mut draft.form {
            form.push(("login_hint".to_owned(), hint.clone()));
        }
        let reply = stage.send(draft).await;
        let request_uri = reply.require("the pushed request with a hint", "request_uri")?;
        let url = stage.authorization_url(&login, &request_uri);
        if let Opened::Page(page) = stage.open(&login, &url).await? {
            stage.fact(ACCOUNT, look(&page, &hint, true));
        }
        Ok(())
    })
}

/// Whether a page has this text, as a fact. `in_source` says whether what stands in attributes or
/// data is shown: a hidden field is not, the data of a script may be.
fn look(page: &Page, text: &str, in_source: bool) -> Value {
    if page.status() != 200 {
        return Value::Null;
    }
    json!(match page.shows(text) {
        Showing::Text => "seen",
        Showing::Data if in_source => "seen",
        // A script may fetch it.
        _ if page.has_element("script") => return Value::Null,
        _ => "missing",
    })
}

/// Whether a page has a text.
enum Shown {
    Seen,
    Missing,
    Unknown,
}

fn shown(transcript: &Transcript<'_>, step: &str, fact: &str) -> Shown {
    let exchange = transcript.step(step);
    match exchange.and_then(|e| e.facts.get(fact)).and_then(Value::as_str) {
        Some("seen") => Shown::Seen,
        Some("missing") => Shown::Missing,
        _ => Shown::Unknown,
    }
}

fn missing(transcript: &Transcript<'_>, what: &str) -> Outcome {
    let expected = format!("{what} on the page");
    match transcript.step(SIGNED_IN) {
        Some(exchange) => Outcome::violated(expected, "a page without it", exchange),
        None => unseen(),
    }
}

fn unseen() -> Outcome {
    Outcome::unclear(
        "what the page shows cannot be told from its source",
        "look at the page in a browser",
    )
}
