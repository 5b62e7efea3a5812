//! The whole way of a confidential client.
//!
//! # What it does
//!
//! Signs in with a confidential client, exchanges the code and refreshes the session, with the keys
//! in the metadata document and with the keys at a URL. All is correct.
//!
//! # Why it matters
//!
//! Confidential clients are the ones with long sessions; web applications depend on them. A server
//! that refuses everything would pass all other checks of client authentication.
//!
//! # What a conforming peer does
//!
//! Accepts ES256, and keys by `jwks` and by `jwks_uri`.
//!
//! # How to fix
//!
//! See which step was refused, and with what error.
//!
//! # References
//!
//! RFC 9126, section 2; atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.flow",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("flow.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const INLINE: Edit = Edit::Story("a confidential client with its keys in the document");
const BY_REFERENCE: Edit = Edit::Story("a confidential client with its keys at a URL");

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.jwks-refused",
        title: "A confidential client with its keys in the document does not come through",
        clause: "ATP-CAUTH-006",
        covers: &["ATP-CAUTH-031", "RFC9126-2-04"],
        killers: &["as.client-metadata.jwks-unsupported", "as.client-metadata.jwks-array"],
        edit: INLINE,
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.client-auth.jwks-uri-refused",
        title: "A confidential client with its keys at a URL does not come through",
        clause: "ATP-CAUTH-031",
        covers: &["ATP-CAUTH-006"],
        killers: &["as.client-metadata.jwks-uri-unsupported"],
        edit: BY_REFERENCE,
        expect: Expectation::Accepted,
    },
];

/// The control is a public client with a document. The last step that was tried is judged.
fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        stage.push_by(ClientKind::Public, &Edit::None).await?;
        let by_reference = case.edit == BY_REFERENCE;
        let kind = if by_reference { ClientKind::ByReference } else { ClientKind::Confidential };
        stage.enter(Part::Faulted);
        let client = stage.publish(kind, &Edit::None)?;
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        if !stage.send_by(&client, draft, &Edit::None).await?.is_success() {
            return Ok(());
        }
        let login = stage.login_by(&client);
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        let reply = stage.send_by(&client, draft, &Edit::None).await?;
        let Ok(grant) = stage.grant_from(&login, &reply) else { return Ok(()) };
        if grant.refresh_token.is_none() {
            return Ok(());
        }
        let draft = stage.refresh(&grant);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
