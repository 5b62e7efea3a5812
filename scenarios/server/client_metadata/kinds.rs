//! Clients that ask for less than another that is taken.
//!
//! # What it does
//!
//! Publishes a correct client and pushes a request of it; then one of another kind, or whose
//! document is leaner, and pushes a request of that. Most are as correct as the first. One has a
//! document that is found by a redirect and names the URL where the redirect leads; one declares in
//! a member of nobody's that it does not authenticate here, and does not.
//!
//! # Why it matters
//!
//! A server that was tried with one client only takes what that one has for a rule: keys, a home
//! page, a kind of application. All clients without it are locked out, and cannot find out why.
//!
//! # What a conforming peer does
//!
//! Takes public and native clients as well as web applications with keys. Does not follow redirects
//! to documents. Lets `token_endpoint_auth_method`, and no other member, say how a client
//! authenticates at any endpoint.
//!
//! # How to fix
//!
//! Ask for keys where `token_endpoint_auth_method` is `private_key_jwt`, and for no member that the
//! profile calls optional.
//!
//! # References
//!
//! atproto OAuth, Clients; Client ID Metadata Document draft, sections 4 and 6.2; RFC 7591,
//! section 2.

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Page, Stage};
use atproof_protocol::record::Part;

use super::rows::{legal, not_authenticated, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.kinds",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("kinds.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const KEYLESS: Edit = Edit::Story("after a client with keys, a public client without any");
const NATIVE: Edit = Edit::Story("after a public web client, a public native client");
const HOMELESS: Edit = Edit::Story("after a client with client_uri, one without");
const MOVED: Edit =
    Edit::Story("the document redirects to one that names its own URL as client_id");
const DIVIDED: Edit = Edit::Story("a member for this endpoint alone says that there is no method");

/// What early texts of others had for the endpoint of pushed requests.
const PER_ENDPOINT: Edit = Edit::Document(DocumentEdit::Set(
    "pushed_authorization_request_endpoint_auth_method",
    "\"none\"",
));

const CASES: &[Case] = &[
    legal(
        "server.client-metadata.public-client-needs-keys",
        "A public client without keys is refused, and a client with keys is not",
        "CIMD-6.2-02",
        &[],
        &["as.client-metadata.require-jwks-always"],
        KEYLESS,
    ),
    legal(
        "server.client-metadata.native-public-refused",
        "A public native client is refused, and a web client is not",
        "ATP-REDIR-009",
        &[],
        &["as.client-metadata.native-inverted"],
        NATIVE,
    ),
    legal(
        "server.client-metadata.client-uri-required",
        "The document has no client_uri",
        "ATP-PAR-001",
        &[],
        &["as.client-metadata.require-client-uri"],
        HOMELESS,
    ),
    refused(
        "server.client-metadata.final-url-compared",
        "client_id is compared with the URL that a redirect led to",
        "CIMD-4-03",
        &["ATP-CMD-104"],
        &["as.client-metadata.accept-final-url"],
        MOVED,
    ),
    not_authenticated(
        "server.client-metadata.method-per-endpoint",
        "A member of nobody's lets a confidential client push without an assertion",
        "CIMD-6.2-02",
        &["CIMD-6.2-01", "ATP-CAUTH-018"],
        &["as.client-auth.par-specific-method"],
        DIVIDED,
    ),
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        use ClientKind::{Confidential, Native, Public};
        const HOME: Edit = Edit::Document(DocumentEdit::Set("client_uri", "\"{origin}/\""));
        const OWN_URL: Edit =
            Edit::Document(DocumentEdit::Set("client_id", "\"{base}/copy.json\""));
        let [(before, with), (kind, edit)] = match case.edit {
            KEYLESS => [(Confidential, Edit::None), (Public, Edit::None)],
            NATIVE => [(Public, Edit::None), (Native, Edit::None)],
            HOMELESS => [(Public, HOME), (Public, Edit::None)],
            MOVED => [(Public, Edit::None), (Public, OWN_URL)],
            _ => [(Confidential, Edit::None), (Confidential, PER_ENDPOINT)],
        };
        stage.enter(Part::Control);
        stage.push_by(before, &with).await?;
        stage.enter(Part::Faulted);
        let client = stage.publish(kind, &edit)?;
        if case.edit == MOVED {
            let mut page = Page::new(302, "text/plain", "");
            page.headers.push("Location", client.spell("{base}/copy.json"));
            client.host().publish(&client.path("client-metadata.json"), page);
        }
        let login = stage.login_by(&client);
        let mut draft = stage.par(&login);
        if case.edit == DIVIDED {
            draft.assertion = None;
        }
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
