//! Client assertions at the exchange of a code.
//!
//! # What it does
//!
//! Signs in with a confidential client and exchanges the code with a correct client assertion, then
//! codes of further logins with an assertion that has one thing wrong, then with a correct one.
//!
//! # Why it matters
//!
//! Whoever has caught a code has still to prove that they are the client. A server that checks
//! assertions where requests are pushed, and less where tokens are given out, has the wrong door
//! locked.
//!
//! # What a conforming peer does
//!
//! Authenticates the client on each token request, by the same rules as on the pushed request.
//!
//! # How to fix
//!
//! Call one routine at all endpoints, before anything is looked up.
//!
//! # References
//!
//! RFC 6749, section 3.2.1; RFC 7523, section 3; Client ID Metadata Document draft, section 6.2;
//! atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};

use crate::server::assertions;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.token-assertion",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("token_assertion.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        clause: "RFC6749-3.2.1-01",
        covers: &["ATP-CAUTH-019", "CIMD-6.2-01", "CIMD-6.2-02"],
        ..assertions::MISSING.at_token("server.client-auth.token-assertion-missing")
    },
    assertions::TYPE_UNKNOWN.at_token("server.client-auth.token-type-unknown"),
    assertions::SIGNATURE_BROKEN.at_token("server.client-auth.token-signature-broken"),
    assertions::UNSIGNED.at_token("server.client-auth.token-alg-none"),
    assertions::KID_UNKNOWN.at_token("server.client-auth.token-kid-unknown"),
    assertions::ISS_OTHER.at_token("server.client-auth.token-iss-other-client"),
    assertions::SUB_OTHER.at_token("server.client-auth.token-sub-other-client"),
    assertions::AUD_OTHER.at_token("server.client-auth.token-audience-other-issuer"),
    assertions::EXPIRED.at_token("server.client-auth.token-expired"),
    Case {
        clause: "RFC7523-3.2-01",
        covers: &["RFC7521-4.2.1-01"],
        ..assertions::ERROR_CODE.at_token("server.client-auth.token-error-code-wrong")
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        let login = stage.login_by(&client);
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.send_by(&client, draft, edit).await?;
        Ok(())
    })
}
