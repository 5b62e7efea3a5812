//! Client identifiers in spellings that the profile leaves open.
//!
//! # What it does
//!
//! Publishes a correct client and pushes a request of it; then another one whose `client_id` is
//! spelled in an unusual way. Its document is found wherever an HTTP client would look for it, and
//! names exactly that spelling. Then a correct one again.
//!
//! # Why it matters
//!
//! One server takes such a client and another does not: a client that must work with all of them
//! has to know which spellings to keep away from. And every spelling that is taken is another client
//! with the same document.
//!
//! # What a conforming peer does
//!
//! Either. Refusing what is not in the usual form of the URL Standard is the simplest rule.
//!
//! # How to fix
//!
//! Nothing has to be mended. A server that takes such a spelling must not take two spellings for
//! one client.
//!
//! # References
//!
//! atproto OAuth, Clients; Client ID Metadata Document draft, section 3.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};

use crate::server::answers::EITHER;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-id.spelling",
    role: Role::Server,
    area: "client-id",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("spelling.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    client_id: &'static str,
) -> Case {
    Case {
        id,
        title,
        clause,
        covers,
        killers,
        edit: Edit::ClientId(client_id),
        expect: Expectation::Open(EITHER),
    }
}

const CASES: &[Case] = &[
    row(
        "server.client-id.query",
        "A client_id has a query",
        "ATP-CID-012",
        &[],
        &["as.client-id.query"],
        "{origin}{path}?v=1",
    ),
    row(
        "server.client-id.root-path",
        "A client_id has a lone slash as its path",
        "ATP-CID-013",
        &[],
        &["as.client-id.root-path"],
        "{origin}/",
    ),
    row(
        "server.client-id.trailing-slash",
        "A client_id ends with a slash",
        "ATP-CID-013",
        &[],
        &["as.client-id.slash-refused"],
        "{origin}{path}/",
    ),
    row(
        "server.client-id.default-port",
        "A client_id spells out the default port",
        "ATP-CID-015",
        &[],
        &["as.client-id.default-port"],
        "https://{host}:443{path}",
    ),
    row(
        "server.client-id.host-upper-case",
        "A client_id has its host in capitals",
        "ATP-CID-015",
        &[],
        &["as.client-id.casefold"],
        "https://{HOST}{path}",
    ),
    row(
        "server.client-id.scheme-upper-case",
        "A client_id has its scheme in capitals",
        "ATP-CID-015",
        &[],
        &["as.client-id.scheme-case"],
        "HTTPS://{host}{path}",
    ),
    row(
        "server.client-id.host-full-stop",
        "A client_id has a full stop after its host",
        "ATP-CID-015",
        &[],
        &["as.client-id.host-dot"],
        "https://{host}.{path}",
    ),
    row(
        "server.client-id.backslashes",
        "A client_id has backslashes before its host",
        "ATP-CID-015",
        &[],
        &["as.client-id.backslash"],
        "https:\\\\{host}{path}",
    ),
    row(
        "server.client-id.one-slash",
        "A client_id has one slash before its host",
        "ATP-CID-015",
        &[],
        &["as.client-id.one-slash"],
        "https:/{host}{path}",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        stage.push_by(ClientKind::Public, edit).await?;
        Ok(())
    })
}
