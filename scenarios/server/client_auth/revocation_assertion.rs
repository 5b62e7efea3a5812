//! Client assertions at the revocation endpoint.
//!
//! # What it does
//!
//! Signs in with a confidential client and revokes the refresh token with a correct client
//! assertion; with the token of another login, sends assertions that each have one thing wrong, and
//! a correct one at last. After an answer of 200 it refreshes to see whether the session has ended.
//!
//! # Why it matters
//!
//! Without authentication anybody who has seen a token can end the session of its user.
//!
//! # What a conforming peer does
//!
//! Authenticates a confidential client before it looks at the token, and answers `invalid_client`
//! where that fails. An answer of 200 that ends nothing does no harm, but tells the client wrong.
//!
//! # How to fix
//!
//! Call the routine of the token endpoint here as well.
//!
//! # References
//!
//! RFC 7009, section 2.1; RFC 7523, section 3; Client ID Metadata Document draft, section 6.2;
//! atproto OAuth, Confidential Client Authentication.

use atproof_engine::model::{Case, Edit, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Halt, Stage};

use crate::server::assertions;
use crate::server::unrevoked::{after, judge};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.revocation-assertion",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost, Need::Revocation],
    source: include_str!("revocation_assertion.rs"),
    script: Script::Chain { play, logins: 2 },
    judge,
    cases: CASES,
};

const CASES: &[Case] = &[
    assertions::MISSING.at_revocation("server.client-auth.revocation-assertion-missing"),
    assertions::TYPE_UNKNOWN.at_revocation("server.client-auth.revocation-type-unknown"),
    assertions::SIGNATURE_BROKEN.at_revocation("server.client-auth.revocation-signature-broken"),
    assertions::UNSIGNED.at_revocation("server.client-auth.revocation-alg-none"),
    assertions::KID_UNKNOWN.at_revocation("server.client-auth.revocation-kid-unknown"),
    assertions::ISS_OTHER.at_revocation("server.client-auth.revocation-iss-other-client"),
    assertions::SUB_OTHER.at_revocation("server.client-auth.revocation-sub-other-client"),
    assertions::AUD_OTHER.at_revocation("server.client-auth.revocation-audience-other-issuer"),
    assertions::EXPIRED.at_revocation("server.client-auth.revocation-expired"),
    assertions::ERROR_CODE.at_revocation("server.client-auth.revocation-error-code-wrong"),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.unit_grant_by(ClientKind::Confidential).await?;
        let token = grant.refresh_token.clone().ok_or(Halt::Needs("a refresh token"))?;
        let draft = stage.revoke(&grant, &token).ok_or(Halt::Needs("a revocation endpoint"))?;
        if stage.send_edited(draft, edit).await?.is_success() {
            let left = if *edit == Edit::None { None } else { after(stage, &grant).await };
            stage.hand_on(left);
        }
        Ok(())
    })
}
