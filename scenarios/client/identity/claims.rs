//! What DID documents say of handle and PDS, read exactly.
//!
//! # What it does
//!
//! Lets a client begin a login with a handle. The DID document of the account claims no handle or
//! claims it too late, is not found, or has services beside the PDS, or none.
//!
//! # Why it matters
//!
//! Generous reading makes two clients see two accounts in one document, and lets a name pass that
//! the account does not claim.
//!
//! # What a conforming peer does
//!
//! Compares the handle with the first one in the document, and takes the first service that has
//! both the id and the type of a PDS.
//!
//! # How to fix
//!
//! Go through alsoKnownAs and service in order, skip what does not fit, and stop at the first that
//! does.
//!
//! # References
//!
//! atproto DID specification, section "Representation in DID Documents"; atproto Handle
//! specification.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::route::asks_no_server;
use crate::client::rows::{LOGIN, covering, goes_on, holds_with, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.claims",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("claims.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.identity.no-handle-claimed",
            "The DID document claims no handle",
            "ATP-IDENT-002",
            &["client.identity.no-claim-passes"],
            Twist::new(Site::Did, Alter::WithoutMember("/alsoKnownAs")),
        ),
        covering(
            stops(
                Step::Start,
                "client.identity.handle-claimed-second",
                "The DID document claims another handle first",
                "ATP-IDENT-023",
                &["client.identity.last-name"],
                Twist::new(
                    Site::Did,
                    Alter::Member("/alsoKnownAs", "[\"at://{other_handle}\",\"at://{handle}\"]"),
                ),
            ),
            &["ATP-IDENT-002"],
        ),
        stops(
            Step::Start,
            "client.identity.document-with-error",
            "The DID document comes with status 404",
            "ATP-IDENT-038",
            &["client.identity.document-status-unchecked"],
            Twist::new(Site::Did, Alter::Status(404)),
        ),
        holds_with(
            "client.identity.pds-missing",
            "The DID document has no service",
            "ATP-IDENT-027",
            &["client.identity.pds-guessed"],
            Twist::new(Site::Did, Alter::WithoutMember("/service")),
            asks_no_server,
        ),
        goes_on(
            "client.identity.second-pds-taken",
            "A second PDS stands after the first",
            "ATP-IDENT-024",
            &["client.identity.service-last"],
            Twist::new(
                Site::Did,
                Alter::Member(
                    "/service/-",
                    "{\"id\":\"#atproto_pds\",\"type\":\"AtprotoPersonalDataServer\",\"serviceEndpoint\":\"{other}\"}",
                ),
            ),
        ),
        goes_on(
            "client.identity.other-service-taken",
            "A service of another id and the type of a PDS stands before it",
            "ATP-IDENT-024",
            &["client.identity.service-any-id"],
            Twist::new(
                Site::Did,
                Alter::Member(
                    "/service",
                    "[{\"id\":\"#other\",\"type\":\"AtprotoPersonalDataServer\",\"serviceEndpoint\":\"{other}\"},{\"id\":\"#atproto_pds\",\"type\":\"AtprotoPersonalDataServer\",\"serviceEndpoint\":\"{pds}\"}]",
                ),
            ),
        ),
        stops(
            Step::Start,
            "client.identity.document-huge",
            "The DID document has 16 MiB",
            "ATP-DISC-013",
            &["client.dos.unbounded-did-document"],
            Twist::new(Site::Did, Alter::Padded(16 << 20)),
        ),
    ],
};
