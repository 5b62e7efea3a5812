//! DNS records of handles.
//!
//! # What it does
//!
//! Lets a client log in with a handle that leads to its DID by a TXT record alone. Other records
//! stand beside it, or it is written in another way.
//!
//! # Why it matters
//!
//! A name carries many TXT records. A client that takes any of them for an answer, or stumbles over
//! them, shuts users out or lets the wrong one in.
//!
//! # What a conforming peer does
//!
//! Takes the value that begins with `did=` for the DID, ignores the others, and stops where two name
//! different DIDs.
//!
//! # How to fix
//!
//! Filter the values by their prefix before you count them.
//!
//! # References
//!
//! atproto Handle specification, section "DNS TXT Method".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Family, Handles, Role, Script, Settings, Site, Step, Tier, Twist,
};

use crate::client::rows::{LOGIN, goes_on, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.record",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("record.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings { handles: Handles::Record, ..Settings::NAMED },
    },
    judge: trap,
    cases: &[
        goes_on(
            "client.identity.other-records-not-ignored",
            "Other values stand before and after the DID",
            "ATP-IDENT-007",
            &["client.identity.record-first-value"],
            Twist::new(Site::Record, Alter::Body("text/plain", "v=spf1 -all\n{value}\ndids=2")),
        ),
        stops(
            Step::Start,
            "client.identity.record-without-prefix",
            "The value is the DID without did=",
            "ATP-IDENT-007",
            &["client.identity.record-bare"],
            Twist::new(Site::Record, Alter::Body("text/plain", "{did}")),
        ),
        stops(
            Step::Start,
            "client.identity.records-of-two-accounts",
            "Two values name different DIDs",
            "ATP-IDENT-008",
            &["client.identity.record-first-did"],
            Twist::new(Site::Record, Alter::Body("text/plain", "{value}\ndid={other_did}")),
        ),
    ],
};
