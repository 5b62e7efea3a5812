//! Other spellings of a `client_id` that the server knows.
//!
//! # What it does
//!
//! Publishes a correct client and pushes a request of it, so that the server knows it. Pushes the
//! same request under another spelling of its identifier, by which an HTTP client would find the
//! same document; the document names the first spelling only. Then the first one again.
//!
//! # Why it matters
//!
//! What a URL parser takes for one URL is several identifiers. A server that mixes the two up binds
//! grants to one and checks them against the other.
//!
//! # What a conforming peer does
//!
//! Refuses: the document is that of another client, since identifiers are compared character by
//! character.
//!
//! # How to fix
//!
//! Use the identifier as it was sent, as the key of whatever is kept and in every comparison. Never
//! the `href` of a parsed URL.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 3; RFC 3986, section 6.2.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};

use crate::server::answers::METADATA;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-id.alias",
    role: Role::Server,
    area: "client-id",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("alias.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    client_id: &'static str,
) -> Case {
    Case {
        id,
        title,
        clause: "CIMD-3-08",
        covers: &["ATP-CID-015"],
        killers,
        edit: Edit::ClientId(client_id),
        expect: Expectation::Refused(&[METADATA]),
    }
}

const CASES: &[Case] = &[
    row(
        "server.client-id.alias-host-case",
        "The host of a known client_id is sent in capitals",
        &["as.client-id.alias-case"],
        "https://{HOST}{path}",
    ),
    row(
        "server.client-id.alias-scheme-case",
        "The scheme of a known client_id is sent in capitals",
        &["as.client-id.alias-scheme"],
        "HTTPS://{host}{path}",
    ),
    row(
        "server.client-id.alias-userinfo",
        "A known client_id is sent with an empty user name before its host",
        &["as.client-id.alias-userinfo"],
        "https://@{host}{path}",
    ),
    row(
        "server.client-id.alias-default-port",
        "A known client_id is sent with the default port",
        &["as.client-id.alias-port"],
        "https://{host}:443{path}",
    ),
    row(
        "server.client-id.alias-encoded-letter",
        "A known client_id is sent with a letter percent-encoded",
        &["as.client-id.alias-encoded"],
        "{base}/%63lient-metadata.json",
    ),
    row(
        "server.client-id.alias-trailing-slash",
        "A known client_id is sent with a slash at its end",
        &["as.client-id.alias-slash"],
        "{origin}{path}/",
    ),
    row(
        "server.client-id.alias-query",
        "A known client_id is sent with a query",
        &["as.client-id.alias-query"],
        "{origin}{path}?v=1",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Public, &Edit::None)?;
        let mut login = stage.login_by(&client);
        let known = stage.login_by(&client);
        stage.preparing(async |stage| stage.push(&known).await).await?;
        if let Edit::ClientId(template) = edit {
            login.client_id = client.spell(template);
        }
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
