//! Service ids without a DID.
//!
//! # What it does
//!
//! Writes the id of the PDS entry in full in the controls, and as a fragment alone in the row.
//!
//! # Why it matters
//!
//! Both forms stand in documents. A client that knows one of them has no PDS for half of the
//! accounts.
//!
//! # What a conforming peer does
//!
//! Understands both.
//!
//! # How to fix
//!
//! Take #atproto_pds and the same after the DID of the document.
//!
//! # References
//!
//! atproto DID specification, section "Representation in DID Documents".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist};

use crate::client::rows::{LOGIN, goes_on};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.full-service-id",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("full_service_id.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings {
            standing: &[Twist::new(
                Site::Did,
                Alter::Member("/service/0/id", "\"{did}#atproto_pds\""),
            )],
            ..Settings::USUAL
        },
    },
    judge: trap,
    cases: &[goes_on(
        "client.identity.relative-service-id-refused",
        "The id of the PDS entry is a fragment alone",
        "ATP-IDENT-025",
        &["client.identity.service-full-id-only"],
        Twist::new(Site::Did, Alter::Member("/service/0/id", "\"#atproto_pds\"")),
    )],
};
