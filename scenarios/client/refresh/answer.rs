//! Refresh answers that a client must not, or must, take.
//!
//! # What it does
//!
//! Lets a client log in and refresh. The answer has one member wrong or missing, or the refresh is
//! redirected to another server.
//!
//! # Why it matters
//!
//! A refresh can swap the account or the kind of token inside a session that was checked once. A refresh
//! token that reaches another server is lost.
//!
//! # What a conforming peer does
//!
//! Checks the answer as that of the login: `token_type`, `sub` and scope. Keeps its refresh token where the
//! answer has no new one. Follows no redirect with it.
//!
//! # How to fix
//!
//! Read both answers with the same code. Overwrite the stored refresh token only with another one.
//!
//! # References
//!
//! RFC 6749, section 6; RFC 9449, section 5; OAuth 2.1, section 4.3.2; RFC 9700, section 4.14.2.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist, When};

use crate::client::grants::{refreshes_at_home, stays_home};
use crate::client::rows::{holds_with, stops};
use crate::client::surveys::refreshes_where_it_was;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.refresh.answer",
    role: Role::Client,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("answer.rs"),
    script: Script::Walk { steps: REFRESH, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Refresh,
            "client.refresh.type-bearer",
            "token_type is Bearer after a refresh",
            "RFC9449-5-06",
            &["client.refresh.type-unchecked"],
            Twist::new(Site::Refresh, Alter::Member("/token_type", "\"Bearer\"")),
        ),
        stops(
            Step::Refresh,
            "client.refresh.sub-of-other-account",
            "sub is another account after a refresh",
            "ATP-REFR-014",
            &["client.refresh.sub-unchecked"],
            Twist::new(Site::Refresh, Alter::Member("/sub", "\"{other_did}\"")),
        ),
        holds_with(
            "client.refresh.redirect-to-other-server",
            "The refresh is redirected to another server",
            "RFC9700-4.14.2-05",
            &["client.ssrf.follow-redirects"],
            Twist::new(Site::Refresh, Alter::Redirect(307, "{other}{path}")).when(When::Nth(1)),
            stays_home,
        ),
        holds_with(
            "client.refresh.token-to-other-server",
            "The account has moved to another server after the login",
            "RFC9700-4.14.2-05",
            &["client.refresh.unbound-issuer"],
            Twist::new(Site::Did, Alter::Member("/service/0/serviceEndpoint", "\"{other}\""))
                .when(When::After(Step::Callback)),
            refreshes_at_home,
        ),
        stops(
            Step::Refresh,
            "client.refresh.scope-without-atproto",
            "The refreshed scope lacks atproto",
            "ATP-REFR-014",
            &["client.refresh.scope-unchecked"],
            Twist::new(Site::Refresh, Alter::Member("/scope", "\"transition:generic\"")),
        ),
        stops(
            Step::Refresh,
            "client.refresh.sub-missing",
            "The refresh answer has no sub",
            "ATP-REFR-014",
            &["client.refresh.sub-optional"],
            Twist::new(Site::Refresh, Alter::WithoutMember("/sub")),
        ),
        holds_with(
            "client.refresh.authority-not-checked",
            "Whether the old server is asked after the account has moved away from it",
            "ATP-REFR-015",
            &["client.identity.check-issuer-after-refresh", "client.identity.no-check-on-restore"],
            Twist::new(Site::Did, Alter::Member("/service/0/serviceEndpoint", "\"{other}\""))
                .when(When::After(Step::Callback)),
            refreshes_where_it_was,
        ),
    ],
};

/// It ends with the refresh, where a refusal is due.
const REFRESH: &[Step] = &[Step::Start, Step::Callback, Step::Refresh];
