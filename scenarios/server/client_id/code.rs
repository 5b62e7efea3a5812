//! A code that is redeemed under another spelling of the `client_id`.
//!
//! # What it does
//!
//! Brings a login of a client with a document to its code and redeems it: with the identifier that
//! it was asked for under, then with another spelling of it, then with the first one again.
//!
//! # Why it matters
//!
//! Codes and tokens belong to one client. Where the comparison is more generous than the document
//! is, one of two spellings escapes what was decided about the other.
//!
//! # What a conforming peer does
//!
//! Refuses the other spelling, as it does any other client.
//!
//! # How to fix
//!
//! Compare the identifier that was sent with the one that the code was issued for, as strings.
//!
//! # References
//!
//! Client ID Metadata Document draft, section 3; RFC 6749, section 4.1.3; atproto OAuth, Tokens and
//! Session Lifetime.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};

use crate::server::answers::{CLIENT, GRANT, METADATA};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-id.code",
    role: Role::Server,
    area: "client-id",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("code.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.client-id.code-of-alias",
    title: "A code is redeemed with the host of client_id in capitals",
    clause: "RFC6749-4.1.3-01",
    covers: &["CIMD-3-08"],
    killers: &["as.client-id.alias-case"],
    edit: Edit::ClientId("https://{HOST}{path}"),
    expect: Expectation::Refused(&[GRANT, CLIENT, METADATA]),
}];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Public, &Edit::None)?;
        let mut login = stage.login_by(&client);
        let code = stage.code(&login).await?;
        if let Edit::ClientId(template) = edit {
            login.client_id = client.spell(template);
        }
        let draft = stage.token(&login, &code);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
