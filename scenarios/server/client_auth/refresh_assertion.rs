//! Client assertions at a refresh.
//!
//! # What it does
//!
//! Signs in with a confidential client and refreshes with a correct client assertion, then with
//! assertions that each have one thing wrong, then with a correct one.
//!
//! # Why it matters
//!
//! A confidential client has long sessions because each refresh asks it to prove itself. Where that
//! is not checked, a stolen refresh token is good for as long as the session.
//!
//! # What a conforming peer does
//!
//! Authenticates the client on each refresh, by the same rules as on the pushed request.
//!
//! # How to fix
//!
//! Call one routine at all endpoints, before anything is looked up.
//!
//! # References
//!
//! RFC 6749, section 6; RFC 7523, section 3; Client ID Metadata Document draft, section 6.2;
//! atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Grant, Stage};

use crate::server::assertions;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.refresh-assertion",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("refresh_assertion.rs"),
    script: Script::Chain { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        clause: "RFC6749-6-01",
        covers: &["RFC6749-3.2.1-01", "ATP-CAUTH-019", "ATP-REFR-008", "CIMD-6.2-01"],
        ..assertions::MISSING.at_refresh("server.client-auth.refresh-assertion-missing")
    },
    assertions::TYPE_UNKNOWN.at_refresh("server.client-auth.refresh-type-unknown"),
    assertions::SIGNATURE_BROKEN.at_refresh("server.client-auth.refresh-signature-broken"),
    assertions::UNSIGNED.at_refresh("server.client-auth.refresh-alg-none"),
    assertions::KID_UNKNOWN.at_refresh("server.client-auth.refresh-kid-unknown"),
    assertions::ISS_OTHER.at_refresh("server.client-auth.refresh-iss-other-client"),
    assertions::SUB_OTHER.at_refresh("server.client-auth.refresh-sub-other-client"),
    assertions::AUD_OTHER.at_refresh("server.client-auth.refresh-audience-other-issuer"),
    assertions::EXPIRED.at_refresh("server.client-auth.refresh-expired"),
    Case {
        clause: "RFC7523-3.2-01",
        covers: &["RFC7521-4.2.1-01"],
        ..assertions::ERROR_CODE.at_refresh("server.client-auth.refresh-error-code-wrong")
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.unit_grant_by(ClientKind::Confidential).await?;
        let draft = stage.refresh(&grant);
        let reply = stage.send_edited(draft, edit).await?;
        let mut left = stage.grant_from(&grant.login, &reply).ok();
        if left.is_none() {
            // Some servers end a session that comes with a wrong assertion. Then the next row gets a
            // new one.
            let draft = stage.refresh(&grant);
            let reply = stage.preparing(async |stage| Ok(stage.send(draft).await)).await?;
            left = stage.grant_from(&grant.login, &reply).ok();
        }
        let kept = grant.refresh_token;
        stage.hand_on(left.map(|new| Grant { refresh_token: new.refresh_token.or(kept), ..new }));
        Ok(())
    })
}
