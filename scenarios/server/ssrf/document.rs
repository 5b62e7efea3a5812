//! URLs inside a client metadata document that lead to the server's own machine.
//!
//! # What it does
//!
//! Publishes a correct client and brings a request of it to the authorization page; then another
//! one whose document has a URL that leads to a port of loopback, at which atproof listens. Counts
//! connections.
//!
//! # Why it matters
//!
//! The check of the `client_id` is of no use where its document then sends the server anywhere: the
//! key set is fetched while the request is handled, and a logo is fetched by servers that copy it.
//!
//! # What a conforming peer does
//!
//! Goes to no URL of the document that leads to such an address. It need not refuse the client for a
//! link that it does not follow.
//!
//! # How to fix
//!
//! Fetch key sets and logos with the same HTTP client as documents, with the same check on the
//! address that is dialled.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 6.5; atproto OAuth, Client ID Metadata Document.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Delivery, DocumentEdit, Edit, Expectation, Family, Need, Playing, Role, Script, Tier,
};
use atproof_engine::stage::{ClientKind, Login, Stage};
use atproof_protocol::record::Part;

use super::sentinels::nobody_came;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.ssrf.document",
    role: Role::Server,
    area: "ssrf",
    tier: Tier::Safe,
    needs: &[Need::AddressFilter, Need::PublicMetadataHost, Need::OwnDevice],
    source: include_str!("document.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    member: &'static str,
    url: &'static str,
) -> Case {
    Case {
        id,
        title,
        clause: "CIMD-6.5-02",
        covers: &["ATP-DISC-014"],
        killers,
        edit: Edit::Document(DocumentEdit::Set(member, url)),
        expect: Expectation::Holds(nobody_came),
    }
}

const CASES: &[Case] = &[
    row(
        "server.ssrf.jwks-uri",
        "The jwks_uri of a client leads to loopback",
        &["as.ssrf.jwks-uri-unchecked"],
        "jwks_uri",
        "\"https://127.0.0.1{port}/jwks.json\"",
    ),
    row(
        "server.ssrf.jwks-uri-name",
        "The jwks_uri of a client has a name that leads to a private address",
        &["as.ssrf.check-hostname-only"],
        "jwks_uri",
        "\"https://{at:name}/jwks.json\"",
    ),
    Case {
        edit: Edit::KeySetDelivery(Delivery::RedirectTo("https://127.0.0.1{port}/jwks.json")),
        ..row(
            "server.ssrf.key-set-redirect",
            "The key set of a client is answered with a redirect to loopback",
            &["as.ssrf.key-set-hop-unchecked"],
            "",
            "",
        )
    },
    row(
        "server.ssrf.logo-uri",
        "The logo_uri of a client leads to loopback",
        &["as.ssrf.fetch-logo"],
        "logo_uri",
        "\"https://127.0.0.1{port}/logo.png\"",
    ),
    row(
        "server.ssrf.tos-uri",
        "The tos_uri of a client leads to loopback",
        &["as.ssrf.fetch-terms"],
        "tos_uri",
        "\"https://127.0.0.1{port}/terms.html\"",
    ),
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let kind = match case.edit {
            Edit::Document(DocumentEdit::Set("jwks_uri", _)) | Edit::KeySetDelivery(_) => {
                ClientKind::ByReference
            }
            _ => ClientKind::Public,
        };
        stage.enter(Part::Control);
        stage.push_by(kind, &Edit::None).await?;
        let sentinel = stage.sentinel(&case.edit).await?;
        stage.enter(Part::Faulted);
        let client = stage.publish(kind, &case.edit)?;
        let login = Login { device: Some(Default::default()), ..stage.login_by(&client) };
        let draft = stage.par(&login);
        let reply = stage.send_by(&client, draft, &Edit::None).await?;
        // What is shown to the user may be fetched only now.
        if let Ok(request_uri) = reply.require("the pushed request", "request_uri") {
            let url = stage.authorization_url(&login, &request_uri);
            let _shown = stage.open(&login, &url).await?;
        }
        stage.note_sentinel(sentinel).await;
        Ok(())
    })
}
