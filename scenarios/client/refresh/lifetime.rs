//! What a client does when the lifetime of its token is over.
//!
//! # What it does
//!
//! Issues an access token for one second, lets two seconds go by, and lets the client ask the PDS
//! once more, which still takes the token.
//!
//! # Why it matters
//!
//! Who knows the lifetime saves a refused request. Who does not has to live by refusals.
//!
//! # What a conforming peer does
//!
//! Either: the text asks for no refresh before the PDS refuses the token.
//!
//! # How to fix
//!
//! Nothing is wrong here. To save a request, keep the time at which the token ends.
//!
//! # References
//!
//! OAuth 2.1, section 3.2.3.

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Edit, Family, Role, Script, Settings, Site, Step, Tier, Twist, When,
};

use crate::client::rows::holds_with;
use crate::client::surveys::minds_lifetime;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.refresh.lifetime",
    role: Role::Client,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("lifetime.rs"),
    script: Script::Walk {
        steps: &[Step::Start, Step::Callback, Step::Request, Step::Request],
        settings: Settings::USUAL,
    },
    judge: trap,
    cases: &[Case {
        edit: Edit::Twists(&[SHORT, SLOW]),
        ..holds_with(
            "client.refresh.lifetime-ignored",
            "Whether new tokens are asked for when the lifetime of the old ones is over",
            "OAUTH21-3.2.3-02",
            &["client.token.ignore-expires-in"],
            SHORT,
            minds_lifetime,
        )
    }],
};

const SHORT: Twist = Twist::new(Site::Token, Alter::Member("/expires_in", "1"));
const SLOW: Twist = Twist::new(Site::Resource, Alter::Delayed(2)).when(When::Nth(1));
