//! The two ways from a handle to its DID.
//!
//! # What it does
//!
//! Lets a client log in with a handle that leads to its DID at its own host alone, and with one
//! whose host and whose DNS record disagree.
//!
//! # Why it matters
//!
//! Users choose one way or the other. A client that knows one of them shuts the others out, and one
//! that prefers the wrong one can be led astray by whoever runs the web server.
//!
//! # What a conforming peer does
//!
//! Knows both ways, and prefers the DNS record.
//!
//! # How to fix
//!
//! Ask for both at once or one after the other, and take the answer of the host only where there is
//! no record.
//!
//! # References
//!
//! atproto Handle specification, section "Handle Resolution".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Edit, Expectation, Family, Handles, Role, Script, Settings, Site, Tier, Twist,
    When,
};

use crate::client::route::{comes_to_the_record, prefers_the_record};
use crate::client::rows::{LOGIN, holds, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.handle-routes",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("handle_routes.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::NAMED },
    judge: trap,
    cases: &[
        Case {
            id: "client.identity.handle-at-host-refused",
            title: "The handle leads to its DID at its own host alone",
            clause: "ATP-IDENT-003",
            covers: &[],
            killers: &["client.identity.handle-resolver-only"],
            edit: Edit::Layout(
                "the handle leads to its DID at its own host alone",
                Settings { handles: Handles::Host, ..Settings::NAMED },
            ),
            expect: Expectation::Completes,
        },
        Case {
            id: "client.identity.handle-in-dns-refused",
            title: "The handle leads to its DID in the DNS alone",
            clause: "ATP-IDENT-003",
            covers: &[],
            killers: &["client.identity.handle-host-only"],
            edit: Edit::Layout(
                "the handle leads to its DID in the DNS alone",
                Settings { handles: Handles::Record, ..Settings::NAMED },
            ),
            expect: Expectation::Completes,
        },
        holds(
            "client.identity.record-asked-for",
            "How the client comes to the DNS record of a handle",
            "ATP-IDENT-005",
            &["client.identity.handle-host-only"],
            comes_to_the_record,
        ),
        holds_with(
            "client.identity.handle-host-preferred",
            "The host of the handle names the account, and its DNS record another one",
            "ATP-IDENT-014",
            &["client.identity.handle-host-first"],
            Twist::new(Site::Record, Alter::Body("text/plain", "did={other_did}")),
            prefers_the_record,
        ),
        Case {
            id: "client.identity.handle-by-dns-refused",
            title: "The handle leads to its DID by DNS alone",
            clause: "ATP-IDENT-003",
            covers: &[],
            killers: &["client.identity.handle-host-only"],
            edit: Edit::Layout(
                "the handle leads to its DID by the resolver alone",
                Settings {
                    standing: &[
                        Twist::new(Site::Handle, Alter::Status(404)).when(When::Of("atproto-did"))
                    ],
                    ..Settings::NAMED
                },
            ),
            expect: Expectation::Completes,
        },
    ],
};
