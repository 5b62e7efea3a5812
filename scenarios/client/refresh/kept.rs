//! Servers that do not rotate refresh tokens.
//!
//! # What it does
//!
//! Lets a client log in to a correct network and refresh twice. The answers have no new refresh token.
//!
//! # Why it matters
//!
//! A client that overwrites its refresh token with nothing has lost the session.
//!
//! # What a conforming peer does
//!
//! Goes on with the refresh token that it has.
//!
//! # How to fix
//!
//! Overwrite the stored refresh token only where the answer has one.
//!
//! # References
//!
//! RFC 6749, section 6; OAuth 2.1, section 4.3.2.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::goes_on;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.refresh.kept",
    role: Role::Client,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("kept.rs"),
    script: Script::Walk {
        steps: &[Step::Start, Step::Callback, Step::Refresh, Step::Refresh],
        settings: Settings { variants: &["legal.no-refresh-rotation"], ..Settings::USUAL },
    },
    judge: trap,
    cases: &[goes_on(
        "client.refresh.token-lost",
        "A refresh answer has no refresh token",
        "OAUTH21-4.3.2-02",
        &["client.refresh.drop-old-token"],
        Twist::new(Site::Refresh, Alter::WithoutMember("/refresh_token")),
    )],
};
